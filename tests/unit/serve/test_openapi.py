"""Calls made from the OpenAPI itself: no 5xx, no answer that it does not describe; and what it tells of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from medark.bootstrap import init_workspace
from medark.flows.apps.publish import publish
from medark.flows.gate import at_terminal
from medark.model.task import Task
from medark.model.user import User
from medark.serve.app import create
from medark.settings import ServeSettings
from unit.flows.apps.conftest import put_in

PASSWORD = "correct horse battery"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What addresses name, so that it is there.
THERE = {"service": "potassium_card", "name": "potassium_card", "number": 1, "type": "Patient", "id": "1"}
DATASET = {"app": "registry_page", "name": "diabetes"}
ELSEWHERE = "/console"  # pages: see test_console
SLOW = {"POST /sql": 4}  # each call is a process: fewer of them


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Any:
    """The application over a workspace with an application, a task and an owner."""
    with init_workspace(tmp_path_factory.mktemp("openapi") / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User("anna", roles=frozenset({"owner"})))
        made.ledger.tasks.raise_(Task(0, "alert", "look at this"))
        for app in ("potassium_card", "registry_page"):
            put_in(made, Path(app))
        publish(made, at_terminal(made))
        yield create(made, ServeSettings(a_second=0))


@pytest.fixture(scope="session")
def token(app: Any) -> str:
    """The owner's token."""
    return str(app.state.parts.sign_in.token("olga", PASSWORD, "here", "", 3600).secret)


@pytest.fixture(scope="session")
def api(app: Any) -> Any:
    """The OpenAPI, as schemathesis reads it."""
    return schemathesis.openapi.from_asgi("/openapi.json", app).exclude(path_regex=f"^{ELSEWHERE}")


def test_what_the_openapi_says_is_so(api: Any, token: str) -> None:
    """Every operation, called in ways that its description allows."""
    wrong: list[str] = []
    seen = 0
    for operation in (result.ok() for result in api.get_all_operations()):
        try:
            _calls(operation, token)
        except AssertionError as error:
            wrong.append(f"{operation.label}: {error}")
        except BaseExceptionGroup as errors:
            wrong.append(f"{operation.label}: {errors.exceptions}")
        seen += 1
    assert not wrong, "\n".join(wrong)
    assert seen >= 40


def _calls(operation: Any, token: str) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=SLOW.get(operation.label, 15), deadline=None, phases=[Phase.explicit, Phase.generate],
        derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def calls(case: Any) -> None:
        there = THERE | (DATASET if "{app}" in operation.path else {})
        case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
        ends = operation.label in ("DELETE /token", "DELETE /session")  # else the one that is used would end
        response = case.call(headers={"authorization": f"Bearer {'none' if ends else token}"})
        case.validate_response(response, checks=CHECKS)

    calls()


def test_every_operation_is_described(app: Any) -> None:
    told = app.openapi()
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert {"400", "429", "500"} <= operation["responses"].keys(), (method, path)
    assert told["components"]["schemas"]["Problem"]["required"] == ["title", "status"]
    assert "HTTPValidationError" not in str(told["components"])


def test_operations_that_ask_who_calls_say_so(app: Any) -> None:
    open_ = {"/health/live", "/health/ready", "/metrics", "/token", "/session", "/cds-services", "/fhir/metadata"}
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if not path.startswith(ELSEWHERE) and path not in open_:
                assert operation.get("security"), (method, path)
