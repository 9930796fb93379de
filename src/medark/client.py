"""A workspace over HTTP, from a notebook: datasets, FHIR, views and SQL as Arrow, pandas or polars in one line"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa

from medark.errors import (
    AccessError,
    BusyError,
    InternalError,
    MedarkError,
    MissingExtraError,
    NotFoundError,
    UsageError,
)

_ARROW: Final = {"accept": "application/vnd.apache.arrow.stream"}
_KINDS: Final[Mapping[int, type[MedarkError]]] = {
    401: AccessError, 403: AccessError, 404: NotFoundError, 429: BusyError, 503: BusyError, 504: BusyError,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows that came from the server, and what it said of them: how fresh, of which definition, of which lake."""

    arrow: pa.Table = field(repr=False)
    about: Mapping[str, str] = field(default_factory=dict)

    def pandas(self) -> Any:
        """As a pandas DataFrame. MissingExtraError where pandas is not installed."""
        _module("pandas")
        return self.arrow.to_pandas()

    def polars(self) -> Any:
        """As a polars DataFrame. MissingExtraError where polars is not installed."""
        return _module("polars").from_arrow(self.arrow)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)


class Client:
    """Somebody's way to a workspace: `Client("https://medark.example", token)`; `purpose`: what they read for.

    Use `with`, or `close()`. What the server refuses is raised as the same errors that a workspace raises.
    """

    def __init__(self, address: str, token: str = "", *, purpose: str = "", timeout: float = 60.0) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"x-purpose": purpose} if purpose else {}
        self._http = _module("httpx").Client(base_url=address.rstrip("/"), headers=headers, timeout=timeout)

    @classmethod
    def sign_in(cls, address: str, user: str, password: str, *, purpose: str = "", timeout: float = 60.0) -> Client:
        """A client of a local user. AccessError if name and password do not go together."""
        with cls(address, timeout=timeout) as asking:
            form = {"grant_type": "password", "username": user, "password": password}
            token = asking._answered("POST", "/token", data=form).json()["access_token"]
        return cls(address, token, purpose=purpose, timeout=timeout)

    def datasets(self) -> list[dict[str, Any]]:
        """Which datasets there are, with their columns."""
        found: list[dict[str, Any]] = self._answered("GET", "/datasets").json()
        return found

    def dataset(
        self, name: str, columns: Sequence[str] = (), filters: Sequence[str] = (), limit: int | None = None
    ) -> Frame:
        """The rows of a dataset, "app/name". Filters as `"age:ge:65"`, `"stage:in:3,4"`, `"ended:null"`."""
        app, _, one = name.partition("/")
        asked = [("columns", ",".join(columns))] if columns else []
        asked += [("filter", told) for told in filters]
        asked += [("limit", str(limit))] if limit is not None else []
        return self._frame("GET", f"/datasets/{quote(app, '')}/{quote(one, '')}", params=asked)

    def sql(self, text: str, version: int | None = None) -> Frame:
        """The rows of one SELECT over OMOP tables, as this user may see them."""
        return self._frame("POST", "/sql", json={"sql": text, "version": version})

    def view(self, definition: Mapping[str, Any], patient: str = "") -> Frame:
        """The rows of a ViewDefinition of SQL on FHIR, over everybody whom this user sees or one patient."""
        asked = {"_format": "arrow"} | ({"patient": patient} if patient else {})
        return self._frame("POST", "/fhir/ViewDefinition/$viewdefinition-run", params=asked, json=definition)

    def read(self, kind: str, resource_id: str) -> dict[str, Any]:
        """One FHIR resource."""
        found: dict[str, Any] = self._answered("GET", f"/fhir/{quote(kind, '')}/{quote(resource_id, '')}").json()
        return found

    def fhir(self, kind: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All resources that a search finds, page after page: `fhir("Observation", patient=1, date=["ge2024"])`.

        A parameter of which the name is no name in Python: `**{"code:not": "K"}`.
        """
        asked = [(name, one) for name, value in parameters.items() for one in _several(value)]
        # Who is searched for stands in the body: addresses are written into logs.
        bundle = self._answered("POST", f"/fhir/{quote(kind, '')}/_search", data=_form(asked)).json()
        while True:
            entries = bundle.get("entry", ())
            yield from (one["resource"] for one in entries if one.get("search", {}).get("mode") == "match")
            following = next((one["url"] for one in bundle.get("link", ()) if one["relation"] == "next"), None)
            if following is None:
                return
            cursor = following.partition("_cursor=")[2].partition("&")[0]
            bundle = self._answered(
                "POST", f"/fhir/{quote(kind, '')}/_search", data=_form([*asked, ("_cursor", cursor)])
            ).json()

    def close(self) -> None:
        """End its connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _frame(self, method: str, path: str, **more: Any) -> Frame:
        answer = self._answered(method, path, headers=_ARROW, **more)
        about = {
            name.removeprefix("x-medark-"): told
            for name, told in answer.headers.items()
            if name.startswith("x-medark-")
        }
        return Frame(pa.ipc.open_stream(answer.content).read_all(), about)

    def _answered(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._http.request(method, path, **more)
        except _module("httpx").TransportError as error:
            raise BusyError("the server can't be reached", fix="medark serve WS", why=type(error).__name__) from None
        if answer.status_code >= 400:
            raise _error(answer)
        return answer


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _form(asked: Sequence[tuple[str, Any]]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in asked:
        form.setdefault(name, []).append(str(value))
    return form


def _error(answer: Any) -> MedarkError:
    """What the server said is wrong, as the error that it is."""
    kind = _KINDS.get(answer.status_code, UsageError if answer.status_code < 500 else InternalError)
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    if told.get("resourceType") == "OperationOutcome":
        return kind(told["issue"][0].get("details", {}).get("text", "?"), status=answer.status_code)
    what, fix = str(told.get("title", answer.reason_phrase)), str(told.get("fix", ""))
    where = told.get("where", {}) if isinstance(told.get("where"), dict) else {}
    plain = {name: value for name, value in where.items() if isinstance(value, str | int) and name.isidentifier()}
    return kind(what, fix=fix, **{"status": answer.status_code} | plain)


def _module(name: str) -> Any:
    """A library that is not part of the core install."""
    try:
        return import_module(name)
    except ImportError:
        fix = "pip install 'medark[client]'" if name == "httpx" else f"pip install {name}"
        raise MissingExtraError("a library that this needs is not installed", fix=fix, library=name) from None
