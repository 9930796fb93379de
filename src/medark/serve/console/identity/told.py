"""Records of people as templates take them, and numbers of addresses as they are read"""

from __future__ import annotations

from typing import Any, Final

from medark.flows.identity.looking import Side
from medark.serve.console.addresses import PREFIX
from medark.serve.http.errors import MalformedError

ADDRESS: Final = f"{PREFIX}/identity"
_LONGEST: Final = 18  # digits


def side(one: Side) -> dict[str, Any]:
    """A record in one line."""
    name, birth = (" / ".join(one.values.get(field, ())) for field in ("name", "birth"))
    return {"record": one.key_no, "people": one.people, "person_id": one.person_id, "name": name, "birth": birth}


def number_of(text: str) -> int:
    """The number of a record or a decision. MalformedError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise MalformedError("this is no number", fix="choose one of the list", at="address")
    return int(text)
