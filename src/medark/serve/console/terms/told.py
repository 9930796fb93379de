"""Terms, concepts and coverage as templates take them"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from medark.flows.terms.background import how_far
from medark.flows.terms.review import LIKENESS, Waiting, name_of, totals
from medark.flows.terms.unmapped import Coverage
from medark.flows.terms.words import reasons
from medark.messages import N_, _, phrase
from medark.model.term import SourceTerm
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Visit
from medark.standardise.terms import Candidate

ADDRESS: Final = f"{PREFIX}/terms"
_LEAST: Final = 0.02  # probability of a concept that is shown beside a likelier one
NONE: Final = "none"  # that a code means no concept that there is
MARKS: Final = {"decided": "good", "same": "good", "likely": "info", "maybe": "warning", "none": ""}
_KINDS: Final[Mapping[str, str]] = {
    "condition": N_("diagnoses"), "drug": N_("drugs"), "procedure": N_("procedures"), "device": N_("devices"),
    "measurement": N_("results"), "observation": N_("observations"),
}  # fmt: skip


def kind_named(kind: str) -> str:
    """What is coded, as it is shown."""
    return _(_KINDS.get(kind, kind))


def term(one: SourceTerm) -> dict[str, Any]:
    """A code as its source wrote it."""
    return {
        "id": name_of(one), "address": f"{ADDRESS}/{name_of(one)}", "source": one.source, "kind": one.kind,
        "kind_named": kind_named(one.kind), "system": one.system, "code": one.code, "name": one.name or one.code,
        "unit": one.unit, "state": one.state.value,
    }  # fmt: skip


def waiting(one: Waiting, shown: int) -> dict[str, Any]:
    """A code that waits, with its first concepts and what a decision would add."""
    return {
        **term(one.term), "rows": one.rows, "gain": one.gain, "reached": one.reached, "likeness": one.likeness,
        "candidates": [candidate(each) for n, each in enumerate(one.candidates[:shown]) if not n or _is_worth(each)],
    }  # fmt: skip


def _is_worth(one: Candidate) -> bool:
    return one.probability >= _LEAST


def candidate(one: Candidate) -> dict[str, Any]:
    """A concept that may be meant."""
    return {
        "concept_id": one.concept.concept_id, "name": one.concept.name, "code": one.concept.code,
        "vocabulary": one.concept.vocabulary, "probability": one.probability,
        "why": [{"text": text, "speaks": speaks} for text, speaks in reasons(one)],
    }  # fmt: skip


def coverage(covered: Sequence[Coverage]) -> dict[str, Any]:
    """Every table of events, and all together."""
    return {"tables": [_covered(one) for one in covered], "all": _covered(totals(covered))}


def _covered(one: Coverage) -> dict[str, Any]:
    return {
        "table": one.table, "rows": one.rows, "rows_mapped": one.rows_mapped, "codes": one.codes,
        "codes_mapped": one.codes_mapped, "share": one.rows_mapped / one.rows if one.rows else None,
        "codes_share": one.codes_mapped / one.codes if one.codes else None,
    }  # fmt: skip


def groups(some: Iterable[Waiting], chosen: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Terms by how alike they and their likeliest concept are: how many, and their rows."""
    counted = {name: [0, 0] for name in LIKENESS}
    for one in some:
        counted[one.likeness][0] += 1
        counted[one.likeness][1] += one.rows
    return [
        {
            "name": name, "label": _(label), "codes": counted[name][0], "rows": counted[name][1],
            "mark": MARKS[name], "is_chosen": name == chosen, "address": address({**query, "like": name}),
        }
        for name, label in LIKENESS.items()
    ]  # fmt: skip


def address(query: Mapping[str, str | int], path: str = "") -> str:
    """The address of a page of terms with what of its query is said."""
    told = urlencode({name: value for name, value in query.items() if value})
    return f"{ADDRESS}{path}?{told}" if told else f"{ADDRESS}{path}"


def codes_of(source: str) -> str:
    """The address of the codes of a source that wait."""
    return address({"source": source})


def under_way(visit: Visit) -> dict[str, Any]:
    """How far the rows are that follow decisions."""
    going = how_far(visit.workspace)
    failed = phrase(going.failed) if going.failed else ""
    return {"is_going_on": going.is_going_on, "done": going.done, "total": going.total, "failed": failed}
