"""Tables and columns of a proposal as templates take them"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from medark.flows.propose.background import how_far
from medark.flows.propose.columns import LEAST, ColumnShown, choices
from medark.flows.propose.overview import TableShown
from medark.flows.propose.values import ValuesShown
from medark.flows.propose.words import kind_named, meaning, reasons, values_in_words
from medark.messages import N_, _, phrase, plural
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Visit
from medark.standardise.propose.profile import Drift, Link
from medark.standardise.propose.profile.states import VOID
from medark.standardise.propose.reading import Candidate

ADDRESS: Final = f"{PREFIX}/import"
NOTHING: Final = "-"
STATES: Final = {
    "open": N_("waits for you"), "in part": N_("read in part"), "accepted": N_("accepted"), "put off": N_("put off"),
    "in effect": N_("in effect"), "idle": N_("nothing to say"),
}  # fmt: skip
MARKS: Final = {
    "open": "warning",
    "in part": "info",
    "accepted": "info",
    "put off": "",
    "in effect": "good",
    "idle": "",
}
_MOST_WITHIN: Final = 3  # tables whose keys a column's values are, that are shown


def of_source(step: str, source: str) -> str:
    """The address of a step of a source.

    >>> of_source("approve", "north/his")
    '/console/import/approve/north/his'
    """
    return f"{ADDRESS}/{step}/{quote(source)}"


def of_table(source: str, name: str, step: str = "table") -> str:
    """The address of a table."""
    return f"{ADDRESS}/{step}/{quote(name, safe='')}/{quote(source)}"


def table(one: TableShown) -> dict[str, Any]:
    """A table in a list."""
    return {
        "name": one.name, "source": one.source, "address": of_table(one.source, one.name), "rows": one.rows,
        "kind": one.kind, "kind_named": kind_named(one.kind), "chance": one.chance, "least": one.least,
        "columns": one.columns, "open": len(one.open_columns), "state": one.state, "state_named": _(STATES[one.state]),
        "mark": MARKS[one.state], "by": one.by, "waits": one.waits, "lacks": lacks(one),
        "waits_for": [{"name": name, "address": of_table(one.source, name)} for name in one.waits_for if one.waits],
        "is_sure": one.state == "open" and one.least >= LEAST and not one.missing,
    }  # fmt: skip


def drift(source: str, one: Drift) -> dict[str, str]:
    """What the newest delivery of a table has that earlier ones had not."""
    return {
        "table": one.table, "address": of_table(source, one.table), "column": one.column, "what": phrase(one.what),
        "before": one.before, "now": one.now,
    }  # fmt: skip


def lacks(one: TableShown) -> str:
    """What a table must have before rows can be made of it; "" if it has all."""
    if not one.missing or one.kind == "dictionary":
        return ""
    slot = one.missing[0]
    return meaning(slot, one.kind) if " " not in slot else _("what makes it {kind}", kind=kind_named(one.kind))


def column(
    number: int,
    one: ColumnShown,
    kind: str,
    would_be: str,
    within: Sequence[Link] = (),
    states: ValuesShown | None = None,
) -> dict[str, Any]:
    """A column with what it may be. `would_be`: the slot that is chosen on the page; `choices`: the likeliest meanings,
    each with what speaks for it; `within`: keys of other tables that its values are; `states`: its values say whether a
    row stands.
    """
    slot, profile = would_be, one.profile
    likely = {each.slot: _choice(each, kind) for each in choices(one)}
    if states is not None and slot == VOID:
        likely = {slot: {"slot": slot, "text": states.heading, "chance": one.chance, "why": []},
                  **{name: each for name, each in likely.items() if name != slot}}  # fmt: skip
    if slot and slot not in likely:
        likely = {slot: {"slot": slot, "text": meaning(slot, kind), "chance": None, "why": []}, **likely}
    return {
        "number": number, "name": one.name, "state": one.state, "slot": slot or NOTHING,
        "is": likely[slot]["text"] if slot else meaning("", kind), "chance": one.chance, "places": list(one.places),
        "choices": list(likely.values()), "values": values_in_words(profile), "distinct": profile.distinct,
        "missing": profile.missing / profile.rows if profile.rows else 0.0, "is_key": profile.is_key,
        "asks": states.asks if states is not None else 0,
        "within": [{"table": each.key_table, "share": each.within} for each in within[:_MOST_WITHIN]],
    }  # fmt: skip


def _choice(one: Candidate, kind: str) -> dict[str, Any]:
    text = meaning(one.slot, kind, one.element)
    return {"slot": one.slot, "text": text, "chance": one.chance, "why": reasons(one)}


def accepted_so_far(count: int) -> str:
    """What is said of accepted tables before they take effect; "" for none."""
    if not count:
        return ""
    return plural(
        "{count} table is accepted; nothing has taken effect yet",
        "{count} tables are accepted; nothing has taken effect yet",
        count,
    )


def under_way(visit: Visit) -> dict[str, Any]:
    """How far rows are that are being brought in."""
    going = how_far(visit.workspace)
    failed = phrase(going.failed) if going.failed else ""
    return {"is_going_on": going.is_going_on, "done": going.done, "total": going.total, "failed": failed}
