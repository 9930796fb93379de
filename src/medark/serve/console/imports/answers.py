"""What a person says of a table: of its columns, its kind, that it is right, that it can wait"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.flows.propose.columns import NOTHING, columns, confirmed
from medark.flows.propose.review import Review
from medark.flows.propose.standing import would_be
from medark.flows.propose.words import meanings
from medark.serve.console.fields import one_of
from medark.serve.console.imports import told as words
from medark.serve.console.screens import Visit

_STEPS: Final = ("keep", "accept", "later", "take up", "kind", "nothing")
_NOTHING_TO_LOAD: Final = "other"  # the kind of table of which nothing comes in
_IS, _OTHER = "is.", "other."  # what the names of a form's fields begin with: of each column what it is


def answered(visit: Visit, told: Mapping[str, str]) -> str:
    """The answer is kept; on to the next table once this one is done with. Errors as of `Review`."""
    source, name = visit.path["source"], visit.path["table"]
    step = one_of(told, "step", _STEPS, "keep")
    review = Review(visit.workspace, source, visit.reader.user)
    review.table(name)
    here = words.of_table(source, name)
    match step:
        case "kind":
            review.say_kind(name, told.get("kind", ""))
            return f"{here}?done=kind"
        case "take up":
            review.take_up(name)
            return f"{here}?done=taken+up"
        case "nothing":
            review.say_kind(name, _NOTHING_TO_LOAD)
            review.accept(name)
            return _on(review, source, name)
        case "later":
            review.skip(name)
            return _on(review, source, name)
    wanted = _wanted(review, name, told)
    review.say_slots(name, _otherwise(review, name, wanted, told))
    if step == "accept" and review.found.drafts[name].missing:
        return f"{here}?done=lacks"
    if step == "accept":
        review.say_slots(name, _confirmed(review, name, wanted))
        review.accept(name)
        return _on(review, source, name)
    return f"{here}?done=kept"


def _on(review: Review, source: str, name: str) -> str:
    """To the next table that waits; to what was accepted if none does."""
    waiting = [one for one in review.waiting() if one != name]
    if waiting:
        return f"{words.of_table(source, waiting[0])}?last={len(review.accepted)}"
    return words.of_source("approve", source) if review.accepted else words.ADDRESS


def _wanted(review: Review, name: str, told: Mapping[str, str]) -> dict[str, str]:
    """Of each column of the page what is written, or else chosen."""
    names = {text.casefold(): slot for slot, text in meanings(review.found.drafts[name].kind)}
    found: dict[str, str] = {}
    for number, one in enumerate(columns(review.found, name)):
        other = told.get(f"{_OTHER}{number}", "").strip()
        found[one.name] = names.get(other.casefold(), other) or told.get(f"{_IS}{number}", "")
    return {column: slot for column, slot in found.items() if slot}


def _otherwise(review: Review, name: str, wanted: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """What is written, or chosen otherwise than the page showed it."""
    every = columns(review.found, name)
    written = {one.name for number, one in enumerate(every) if told.get(f"{_OTHER}{number}", "").strip()}
    shown = {one.name: would_be(review.found, name, one) or NOTHING for one in every}
    return {column: slot for column, slot in wanted.items() if column in written or slot != shown[column]}


def _confirmed(review: Review, name: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """What was open and is as the page showed it, said by accepting the table; nothing of one that is not whole."""
    if review.found.drafts[name].missing:
        return {}
    return {column: wanted.get(column, slot) for column, slot in confirmed(review.found, name).items()}
