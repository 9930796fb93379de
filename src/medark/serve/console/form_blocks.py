"""Forms of applications' pages, made ready for the templates: those that ask the page, and those that are kept"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from medark.model.page import Cell, Field, Form
from medark.sdk.calling import plainly

_ASKED: Final = ("number", "date", "choice", "check")
_KEPT: Final = (*_ASKED, "long", "yes_no")

Plain = dict[str, Any]


def asked(form: Form, query: Mapping[str, str]) -> Plain:
    """A form that asks its page: each field with what was asked last; if nothing was, with what it begins with."""
    return {**plainly(form), "fields": [_of_query(one, query) for one in form.fields]}


def kept(form: Form) -> Plain:
    """A form that is kept, with a number of its own: sent twice, it counts once."""
    return {**plainly(form), "fields": [_field(one, one.value, _KEPT) for one in form.fields], "form": uuid4().hex}


def _of_query(one: Field, query: Mapping[str, str]) -> Plain:
    told = query.get(one.name)
    value: Cell = one.value if told is None else told
    return _field(one, told is not None if one.kind == "check" and query else value, _ASKED)


def _field(one: Field, value: Cell, kinds: tuple[str, ...]) -> Plain:
    choices = list(zip(one.choices, one.labels, strict=True)) if one.labels else list(one.choices)
    told = "" if value is None else str(int(float(value))) if one.kind == "yes_no" and value != "" else value
    return {**plainly(one), "kind": one.kind if one.kind in kinds else "text", "choices": choices, "value": told}
