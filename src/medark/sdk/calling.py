"""Code of an application called across processes: what it is told and answers, as JSON on the way"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from medark.errors import DefinitionError, UsageError
from medark.model.card import Card
from medark.model.page import BLOCKS, Block, Figure, kind_of
from medark.sdk.app import App
from medark.sdk.finding import Finding
from medark.sdk.forms import FilledForm, FormAnswer
from medark.sdk.shows import View

Plain = dict[str, Any]
Told = Finding | View | FilledForm
Call = Callable[[str, str, Told], object]  # kind, name, what it is told -> plain values
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    block: dict[str, Any]


def answered(app: App, kind: str, name: str, told: Told) -> object:
    """What the code of an application makes of what it is told, as plain values: the other end of `call`."""
    match told:
        case Finding():
            (body,) = (one.card for one in app.cards if one.name == name and one.card is not None)
            return plainly(body(told))
        case View() if kind == "figures":
            (draw,) = (one.body for one in app.figures if one.name == name)
            return told_blocks((draw(told),))
        case FilledForm():
            (save,) = (one.save for one in app.pages if one.path == name and one.save is not None)
            return plainly(_told_answers(save, told))
    (page,) = (one.body for one in app.pages if one.path == name)
    return told_blocks(tuple(page(told)))


def told_blocks(blocks: tuple[Block, ...]) -> list[Plain]:
    """Blocks as JSON values."""
    return [{"kind": kind_of(one), "block": plainly(one)} for one in blocks]


def heard_blocks(told: object) -> tuple[Block, ...]:
    """Blocks that were told so. DefinitionError for anything else."""
    named = heard_as(told, list[_Block])
    if strange := [one.kind for one in named if one.kind not in BLOCKS]:
        raise DefinitionError(f"a page has no block {strange[0][:40]!r}", fix=", ".join(BLOCKS))
    return tuple(heard_as(one.block, BLOCKS[one.kind]) for one in named)


def heard_as(told: object, kind: type[_T]) -> _T:
    """Plain values as what they should be. DefinitionError if they are not."""
    try:
        return msgspec.convert(told, kind)
    except (msgspec.ValidationError, RecursionError):
        raise DefinitionError(
            "the application answered with something else than it should", fix="give back what medark.sdk describes"
        ) from None


def plainly(value: object) -> Any:
    """A noun as JSON values. DefinitionError for what has no such form."""
    try:
        return msgspec.to_builtins(value, str_keys=True)
    except (TypeError, RecursionError):
        raise DefinitionError(
            "a card or page holds what is no plain value", fix="use text, numbers, dates and lists of them"
        ) from None


def called_card(name: str, call: Call) -> Callable[[Finding], Card]:
    """A card's body that is computed by `call`."""
    return lambda finding: heard_as(call("cards", name, finding), Card)


def called_page(name: str, call: Call) -> Callable[[View], tuple[Block, ...]]:
    """A page's body that is computed by `call`."""
    return lambda view: heard_blocks(call("pages", name, view))


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a form comes to; or what its application says to whoever sent it, and then nothing is kept."""

    answers: tuple[FormAnswer, ...] = ()
    refused: str = ""
    fix: str = ""


def _told_answers(save: Callable[[FilledForm], tuple[FormAnswer, ...]], filled: FilledForm) -> _Answers:
    try:
        return _Answers(tuple(save(filled)))
    except UsageError as error:
        return _Answers(refused=error.what, fix=error.fix)


def called_save(name: str, call: Call) -> Callable[[FilledForm], tuple[FormAnswer, ...]]:
    """What keeps a page's form, computed by `call`; its UsageError is raised here."""

    def saved(filled: FilledForm) -> tuple[FormAnswer, ...]:
        found = heard_as(call("saves", name, filled), _Answers)
        if found.refused:
            raise UsageError(found.refused, fix=found.fix)
        return found.answers

    return saved


def called_figure(name: str, call: Call) -> Callable[[View], Figure]:
    """A figure's body that is computed by `call`. Called, it raises DefinitionError for another block."""

    def drawn(view: View) -> Figure:
        (found,) = heard_blocks(call("figures", name, view))
        if not isinstance(found, Figure):
            raise DefinitionError("a figure was expected", fix="give back what medark.sdk.figure gives")
        return found

    return drawn
