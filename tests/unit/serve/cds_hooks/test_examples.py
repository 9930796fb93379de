"""The 44 JSON examples of the standard's own site: each is what we read, or what we write, and none is left over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import orjson
import pytest

from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.contexts import REQUIRED

Shared = Callable[[str], Path]


@pytest.fixture(scope="module")
def examples(shared_data: Shared) -> dict[str, dict[str, Any]]:
    """Every example by the name of its file."""
    folder = shared_data("cds_hooks_site") / "cds_hooks_site" / "examples"
    found = {file.name: orjson.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))}
    assert len(found) >= 44
    return found


def kind_of(told: dict[str, Any]) -> str:
    """What an example shows, by its fields."""
    if "hookInstance" in told:
        return "request"
    for name in ("services", "cards", "context", "fhirAuthorization", "overrideReasons", "source"):
        if name in told:
            return name
    if "prefetch" in told:
        return "templates" if all(isinstance(one, str) for one in told["prefetch"].values()) else "prefetch"
    return "action" if told.get("type") in ("create", "update", "delete") else "?"


def hook_of(file: str) -> str:
    named = re.match(r"hooks__([a-z-]+)__", file)
    return named[1] if named else "order-sign" if "draftOrders" in file else "patient-view"


def test_each_is_something_that_the_standard_names(examples: dict[str, dict[str, Any]]) -> None:
    kinds = [kind_of(told) for told in examples.values()]
    assert "?" not in kinds
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "request": 4, "services": 4, "cards": 5, "context": 15, "fhirAuthorization": 2, "overrideReasons": 1,
        "source": 1, "templates": 4, "prefetch": 2, "action": 6,
    }  # fmt: skip


def test_each_that_we_would_write_is_read_as_such(examples: dict[str, dict[str, Any]]) -> None:
    """Read by what our own answers are made of, and written again: nothing of the standard's is lost."""
    for told in examples.values():
        match kind_of(told):
            case "services":
                assert _again(told, wire.Services) == told
            case "cards":
                assert _again(told, wire.Cards) == told
            case "action":
                assert _again(told, wire.Action) == told
            case "source":
                assert _again(told["source"], wire.CardSource) == told["source"]
            case "overrideReasons":
                assert _again(told["overrideReasons"], list[wire.Coding]) == told["overrideReasons"]
            case "templates":
                service = {"hook": "patient-view", "id": "a", "description": "b", **told}
                assert _again({"services": [service]}, wire.Services) == {"services": [service]}


def _again(told: object, kind: Any) -> Any:
    return orjson.loads(msgspec.json.encode(msgspec.json.decode(orjson.dumps(told), type=kind)))


def asked(examples: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each example that a client sends, as a whole request: parts are put into one."""
    whole = examples["2.0__index.md_1.json"]
    for file, told in examples.items():
        match kind_of(told):
            case "request":
                yield file, told
            case "context":
                yield file, {**whole, "hook": hook_of(file), "context": told["context"], "prefetch": {}}
            case "fhirAuthorization":
                yield file, {**whole, **told}
            case "prefetch":
                yield file, {**whole, **told}


def test_each_that_a_client_sends_is_accepted(examples: dict[str, dict[str, Any]], client: httpx.Client) -> None:
    """Shortened contexts are told which field they lack; a patient whom nobody knows, that data is missing (412)."""
    ends: dict[int, int] = {}
    for file, request in asked(examples):
        lacks = [name for name in REQUIRED[request["hook"]] if not request["context"].get(name)]
        unread = any(not isinstance(one, dict) for one in (request.get("prefetch") or {}).values())
        answer = client.post("/cds-services/potassium_card", json=request)
        ends[answer.status_code] = ends.get(answer.status_code, 0) + 1
        if lacks:
            assert answer.status_code == 422, file
            assert answer.json()["where"]["at"] == f"context.{lacks[0]}"
        else:
            assert answer.status_code == 412, (file, unread, answer.text)
        sent = {**request, "prefetch": {**(request.get("prefetch") or {}), "observations": None}}
        with_data = client.post("/cds-services/potassium_card", json=sent)
        assert with_data.status_code == (422 if lacks else 200), (file, with_data.text)
        if not lacks:
            assert with_data.json() == {"cards": []}
    assert ends == {412: 18, 422: 5}
