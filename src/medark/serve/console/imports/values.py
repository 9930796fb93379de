"""What the values of a table's short columns are read as, and what a person says of them instead"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medark.flows.propose.columns import NOTHING
from medark.flows.propose.proposing import Proposal
from medark.flows.propose.review import Review
from medark.flows.propose.values import ValuesShown, values_of
from medark.serve.console.imports import told as words
from medark.serve.console.screens import Visit

_IS, _NEW, _NEW_IS = "v.", "new.", "newis."  # what the names of a form's fields begin with


def shown(visit: Visit, found: Proposal, name: str) -> Sequence[Mapping[str, Any]]:
    """Each column with its values; what waits for an answer comes first."""
    told = [_column(number, one) for number, one in enumerate(values_of(visit.workspace, found, name))]
    return sorted(told, key=lambda one: (not one["asks"], not one["is_state"]))


def _column(number: int, one: ValuesShown) -> Mapping[str, Any]:
    rows = [
        {
            "field": f"{_IS}{number}.{place}", "value": each.value, "rows": each.rows, "means": each.means,
            "why": each.why, "by": each.by,
        }
        for place, each in enumerate(one.values)
    ]  # fmt: skip
    return {
        "column": one.column, "heading": one.heading, "asks": one.asks, "is_state": one.is_state,
        "is_read": one.is_read, "others": one.others,
        "rows": rows, "choices": one.choices, "new": f"{_NEW}{number}", "new_is": f"{_NEW_IS}{number}",
    }  # fmt: skip


def said(visit: Visit, told: Mapping[str, str]) -> str:
    """What values mean is kept, with who said it; what is chosen as it is read already is no word of theirs."""
    source, name = visit.path["source"], visit.path["table"]
    review = Review(visit.workspace, source, visit.reader.user)
    review.table(name)
    for number, one in enumerate(values_of(visit.workspace, review.found, name)):
        if wanted := _wanted(number, one, told):
            review.say_values(name, one.column, wanted)
    return f"{words.of_table(source, name)}?done=values#values"


def _wanted(number: int, one: ValuesShown, told: Mapping[str, str]) -> dict[str, str]:
    """Of values what is chosen otherwise than it is read; "" takes a word back."""
    found = {}
    for place, each in enumerate(one.values):
        chosen = told.get(f"{_IS}{number}.{place}", each.means)
        if chosen != each.means and (chosen or each.by):
            found[each.value] = chosen or NOTHING
    value, means = told.get(f"{_NEW}{number}", "").strip(), told.get(f"{_NEW_IS}{number}", "")
    return {**found, value: means} if value and means else found
