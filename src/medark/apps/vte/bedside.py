"""The short form at the bedside: what the record can't tell is asked, and kept; with that the person is assessed"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.sdk import Field, FilledForm, Form, FormAnswer, View

from .facts import ItemFact, ScoreFact
from .judging import ANSWER
from .prophylaxis import ASSESSED, BLEEDING_ASSESSED
from .words import KNOWN

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "surgical": ("caprini", "bleeding_surgical"), "medical": ("padua", "bleeding_medical"),
}  # fmt: skip
ALL: Final = "all"  # of the query: ask of what the record tells, too
_REST: Final = "rest_is_absent"
_YES: Final = 1.0
_NO: Final = 0.0


def form(view: View, facts: Mapping[str, ScoreFact], now: Mapping[str, Any]) -> Form:
    """What is to be asked of an inpatient: the items of the ward's scores that can't be judged; or all of them."""
    say, asks_all = view.say, bool(view.query.get(ALL))
    fields = tuple(
        _field(view, item, row)
        for item, row in _items(view, facts, now["ward"]).values()
        if asks_all or row[f"is_{item.name}"] is None
    )
    rest = Field(_REST, say("What is not answered above is not there", "以上未作答的条目均为“否”"), "check")
    return Form(
        (*fields, rest) if fields else (),
        say("Save the assessment", "保存评估"),
        saves=True,
        person_id=now["person_id"],
        title=say("Questions at the bedside", "床旁评估"),
    )


def answers(filled: FilledForm, facts: Mapping[str, ScoreFact]) -> tuple[FormAnswer, ...]:
    """Each item that was answered, and that thrombosis and bleeding were assessed.

    What was left open stays as the record tells it, unless the rest is said to be absent.
    """
    known = {item.name for fact in facts.values() for item in fact.items}
    rest = _NO if filled.text(_REST) else None
    told = {name: filled.yes_no(name) for name in filled.fields if name in known}
    given = {name: rest if value is None else value for name, value in told.items()}
    whose = filled.person_id
    return (
        *(FormAnswer(whose, ANSWER + name, value) for name, value in given.items() if value is not None),
        FormAnswer(whose, ASSESSED, _YES),
        FormAnswer(whose, BLEEDING_ASSESSED, _YES),
    )


def _items(view: View, facts: Mapping[str, ScoreFact], ward: str) -> Mapping[str, tuple[ItemFact, Mapping[str, Any]]]:
    """The items of the ward's scores with what is known of them; an item of several scores is asked once."""
    found: dict[str, tuple[ItemFact, Mapping[str, Any]]] = {}
    for score in ASKED[ward]:
        for row in view[score]:
            found |= {
                one.name: (one, row) for one in facts[score].items if one.name not in found and _can_be_asked(one)
            }
    return found


def _can_be_asked(item: ItemFact) -> bool:
    """Age and sex are not asked at the bedside."""
    return any(line.kind not in ("age", "sex") for line in item.lines)


def _field(view: View, item: ItemFact, row: Mapping[str, Any]) -> Field:
    """A question, with what the record says where it says anything."""
    known, at = row[f"is_{item.name}"], int(view.language == "zh")
    told = (view.say("the record says:", "病历："), KNOWN[known][at], row.get(f"on_{item.name}") or "")
    return Field(
        item.name, item.label[view.language], "yes_no", None, ("1", "0", ""),
        (view.say("yes", "是"), view.say("no", "否"), view.say("as recorded", "以病历为准")),
        "" if known is None else " ".join(told).strip(),
    )  # fmt: skip
