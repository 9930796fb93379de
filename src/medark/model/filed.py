"""A form that was filled in, as it is filed: one raw record, from which its rows are made again at any time"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class FiledAnswer:
    """One answer. `value` of None takes an earlier one back; `at` is ISO 8601 with the offset."""

    item: str
    value: float | str | None = field(repr=False)
    at: str


@dataclass(frozen=True, slots=True)
class FiledForm:
    """A form of an application's page about one person. `form` is its own: sent again, it counts once.

    `person`: a key of the person in the source's namespace; `visit`: the visit that it belongs to, by its number here.
    """

    form: str
    app: str
    version: str
    page: str
    by: str
    person: str = field(repr=False)
    visit: int | None
    answers: tuple[FiledAnswer, ...]


def filed(content: bytes) -> FiledForm | None:
    """The form in a raw record; None if there is none."""
    try:
        return msgspec.json.decode(content, type=FiledForm)
    except (msgspec.MsgspecError, RecursionError):
        return None


def raw(form: FiledForm) -> bytes:
    """A form as a raw record: JSON, a line for each answer.

    >>> filed(raw(FiledForm("f1", "vte", "1.0.0", "ask", "nina", "17", None, ()))).person
    '17'
    """
    return msgspec.json.format(msgspec.json.encode(form), indent=1)
