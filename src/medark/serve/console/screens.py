"""How a page of the console is made: one visit in, one screen out; as HTML, and the same as JSON"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from medark import messages
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.serve.auth.caller import Caller
from medark.serve.auth.who import session_of
from medark.serve.console.addresses import HOME, PREFIX, asked, own_address, to_sign_in
from medark.serve.console.frame import drawn
from medark.serve.http.errors import MalformedError, NotSignedInError
from medark.serve.http.exact import exact
from medark.serve.http.parts import Parts

TAG: Final = "console"
_LONGEST: Final = 500  # characters of one parameter
_FIELDS: Final = 1000  # of a form: a table's columns, two each
_EXACT: Final = 2**53  # from here on JavaScript's numbers lose digits


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to the console by somebody who is signed in."""

    request: Request = field(repr=False)
    parts: Parts = field(repr=False)
    caller: Caller

    @property
    def reader(self) -> Reader:
        """Who reads, and what for."""
        return self.caller.reader

    @property
    def workspace(self) -> Workspace:
        """The workspace that is looked at."""
        return self.parts.workspace

    @property
    def language(self) -> str:
        """The language that is spoken: "en" or "zh"."""
        return messages.spoken()

    @property
    def path(self) -> Mapping[str, str]:
        """The places of the address, by name."""
        return {name: str(value) for name, value in self.request.path_params.items()}

    def text(self, name: str, default: str = "") -> str:
        """One parameter of the query, without spaces around it. MalformedError if it is too long."""
        told = self.request.query_params.get(name, default).strip()
        if len(told) > _LONGEST:
            raise MalformedError("a parameter is too long", fix="ask for less", at=name)
        return told

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of the query, 0 or more. MalformedError."""
        told = self.text(name)
        if not told:
            return default
        if not (told.isascii() and told.isdigit() and len(told) <= 19):
            raise MalformedError("a parameter is no whole number", fix="give digits", at=name)
        return int(told)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page shows. `data`: plain values, the template's variables; its JSON twin is them and nothing else.

    `drawn`: more variables, that the page alone needs: what `data` says, drawn.
    """

    title: str
    template: str
    data: Mapping[str, Any] = field(repr=False)
    status: int = 200
    drawn: Mapping[str, Any] = field(default_factory=dict, repr=False)


async def _posted(request: Request) -> dict[str, str]:
    """The fields of a form; a file is none."""
    told = await request.form(max_files=0, max_fields=_FIELDS)
    return {name: value for name, value in told.items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(_posted)]


class Screens:
    """The pages and forms of one family. What goes wrong becomes a page as well: see `errors`."""

    def __init__(self, parts: Parts) -> None:
        self.router = APIRouter(tags=[TAG], include_in_schema=False)
        self._parts = parts

    def page(self, path: str, work: Callable[[Visit], Screen], *, summary: str) -> None:
        """A page at an address, and its data at the same with `.json`. `work` runs in a thread of its own."""

        @self.router.get(f"{PREFIX}{path}.json", summary=f"{summary}, as data")
        def data(request: Request) -> Response:
            screen = work(self._visit(request))
            return Response(orjson.dumps(exact(_plain(screen.data))), screen.status, media_type="application/json")

        @self.router.get(f"{PREFIX}{path}", summary=summary)
        def page(request: Request) -> Response:
            try:
                visit = self._visit(request)
            except NotSignedInError:
                return to_sign_in(asked(request))
            screen = work(visit)
            told = {**screen.data, **screen.drawn}
            return HTMLResponse(drawn(request, self._parts, screen.title, screen.template, told), screen.status)

    def form(self, path: str, work: Callable[[Visit, Mapping[str, str]], str], *, summary: str) -> None:
        """What a form of ours is sent to; `work` says which address comes next. Its field `csrf` is asked here."""

        @self.router.post(f"{PREFIX}{path}", summary=summary)
        def form(request: Request, told: Posted) -> Response:
            back = request.state.back = own_address(told.get("back", ""), HOME)
            try:
                visit = self._visit(request, told.get("csrf", ""))
            except NotSignedInError:
                return to_sign_in(back)
            return RedirectResponse(work(visit, told), 303)

    def _visit(self, request: Request, csrf: str = "") -> Visit:
        caller = session_of(request, self._parts, csrf)
        request.state.caller = caller
        return Visit(request, self._parts, caller)


def _plain(value: Any) -> Any:
    """A value whose whole numbers are exact in every reader's JSON: larger ones are texts.

    >>> _plain({"person_id": 2**60, "rows": [3]})
    {'person_id': '1152921504606846976', 'rows': [3]}
    """
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if type(value) is int and abs(value) >= _EXACT else value
