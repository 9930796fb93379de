"""Linked people at the terminal and as JSON"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group

from medark.cli.tables import table
from medark.cli.text import duration, number
from medark.flows.identity.words import FIELD, SURVIVING, VERDICT, WHY
from medark.messages import _, phrase

if TYPE_CHECKING:
    from medark.flows.identity.joining import Joined
    from medark.flows.identity.linking import Linkage
    from medark.flows.identity.looking import Look, Portrait, Side


def linkage_json(done: Linkage) -> dict[str, Any]:
    """What a run of linkage did."""
    return {
        "keys": done.keys, "compared": done.compared, "same": done.same, "unsure": done.unsure, "tasks": done.tasks,
        "learnt": done.learnt, "seconds": round(done.seconds, 1), **joined_json(done.joined),
    }  # fmt: skip


def joined_json(done: Joined) -> dict[str, Any]:
    """How numbers stand now."""
    return {
        "joined": done.numbers, "persons": done.persons, "largest": done.largest, "refused": done.refused,
        "moved": done.changed, **({"decision": done.decision} if done.decision else {}),
    }  # fmt: skip


def linkage_view(done: Linkage) -> Group:
    """The same as a table."""
    rows = [
        (_("patient numbers"), number(done.keys)),
        (_("compared now"), number(done.compared)),
        (_("pairs that are one person"), number(done.same)),
        (_("pairs that are unsure"), number(done.unsure)),
        (_("new tasks"), number(done.tasks)),
        *_joined(done.joined),
        (_("time"), duration(done.seconds)),
    ]
    return table(_("People linked"), (_("what"), _("how many")), rows)


def joined_view(done: Joined) -> Group:
    """How numbers stand after a decision."""
    rows = list(_joined(done))
    if done.decision:
        rows.append((_("decision"), str(done.decision)))
        rows.append((_("to take it back"), f"medark identity undo WS {done.decision}"))
    return table(_("Decided"), (_("what"), _("how many")), rows)


def _joined(done: Joined) -> Iterable[tuple[str, str]]:
    return (
        (_("numbers that are joined"), number(done.numbers)),
        (_("persons they are"), number(done.persons)),
        (_("numbers of the largest"), number(done.largest)),
        (_("pairs that something keeps apart"), number(done.refused)),
        (_("numbers whose rows moved"), number(done.changed)),
    )


def look_json(one: Look) -> dict[str, Any]:
    """A pair side by side."""
    return {
        "left": side_json(one.left), "right": side_json(one.right), "bits": round(one.weight, 1),
        "verdict": one.verdict, "why": one.why,
        "evidence": [{"field": e.field, "level": e.words, "bits": e.bits} for e in one.evidence],
    }  # fmt: skip


def side_json(side: Side) -> dict[str, Any]:
    """One record."""
    values = {name: list(some) for name, some in side.values.items() if some}
    return {"record": side.key_no, "people": side.people, "person_id": side.person_id, "values": values}


def look_view(one: Look) -> Group:
    """A pair: fields down, records across, what each field says beside them."""
    said = {e.field: e for e in one.evidence}
    rows = [
        (
            phrase(words), _some(one.left, name), _some(one.right, name),
            f"{phrase(said[name].words)} ({said[name].bits:+.1f})" if name in said else "",
        )
        for name, words in FIELD.items()
    ]  # fmt: skip
    heading = _("Records {left} and {right}: {bits} bits, {why}", left=one.left.key_no, right=one.right.key_no,
                bits=f"{one.weight:.1f}", why=phrase(WHY.get(one.why, one.why)))  # fmt: skip
    return table(heading, (_("field"), one.left.people, one.right.people, _("evidence")), rows)


def portrait_json(one: Portrait) -> dict[str, Any]:
    """A person with their records."""
    goes_by = {
        name: {"value": chosen.value, "why": chosen.why}
        for name, chosen in (("name", one.person.name), ("birth", one.person.birth), ("sex", one.person.sex))
    }
    return {
        "person_id": one.person_id,
        "goes_by": goes_by,
        "records": [side_json(side) for side in one.records],
        "pairs": [look_json(pair) for pair in one.pairs],
        "decisions": [_decision(d) for d in one.decisions],
    }


def _decision(one: Any) -> dict[str, Any]:
    return {
        "decision": one.number, "left": one.left_key, "right": one.right_key, "verdict": one.verdict, "by": one.by,
        "at_ms": one.at_ms, "reason": one.reason, "undone_by": one.undone_by,
    }  # fmt: skip


def portrait_view(one: Portrait) -> Group:
    """A person: records, what they go by, decisions."""
    records = [
        (str(side.key_no), side.people, *(_some(side, name) for name in ("name", "birth", "sex", "ni", "phone")))
        for side in one.records
    ]
    columns = (_("record"), _("people of"), *(phrase(FIELD[n]) for n in ("name", "birth", "sex", "ni", "phone")))
    person = one.person
    goes_by = [
        (phrase(FIELD[name]), chosen.value, phrase(SURVIVING.get(chosen.why, chosen.why)))
        for name, chosen in (("name", person.name), ("birth", person.birth), ("sex", person.sex))
    ]
    parts = [
        table(_("Person {number}", number=one.person_id), columns, records),
        table(_("What they go by"), (_("field"), _("value"), _("why")), goes_by),
    ]
    if one.decisions:
        parts.append(_decided(one.decisions))
    return Group(*parts)


def _decided(decisions: Sequence[Any]) -> Group:
    rows = [
        (
            str(d.number), f"{d.left_key} - {d.right_key}", phrase(VERDICT[d.verdict]), d.by, d.reason,
            d.undone_by or "",
        )
        for d in decisions
    ]  # fmt: skip
    columns = (_("decision"), _("records"), _("what"), _("by"), _("why"), _("undone by"))
    return table(_("Decided"), columns, rows)


def _some(side: Side, name: str) -> str:
    return " / ".join(side.values.get(name, ()))
