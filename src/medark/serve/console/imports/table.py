"""One table: what it is, what each of its columns may be and why, how it joins, and the map that follows"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from medark.errors import NotFoundError
from medark.flows.propose.changes import changes_of, rows_in
from medark.flows.propose.columns import LEAST, columns
from medark.flows.propose.overview import TableShown, proposal_of, sources, tables
from medark.flows.propose.proposing import Proposal
from medark.flows.propose.review import is_open
from medark.flows.propose.standing import is_kind_open, would_be
from medark.flows.propose.values import values_of
from medark.flows.propose.words import kind_choices, kind_named, meanings
from medark.flows.raw import must_steward
from medark.messages import N_, _, phrase
from medark.serve.console.imports import told as words
from medark.serve.console.imports import values
from medark.serve.console.imports.becomes import becomes
from medark.serve.console.screens import Screen, Visit
from medark.standardise.propose.draft import Draft, table_toml
from medark.standardise.propose.profile.table import by_key

PAGE: Final = 60  # columns
_DONE: Final = {
    "kept": N_("What you said is kept"), "undone": N_("The last answer is taken back"),
    "kind": N_("It is read as such a table now"), "accepted": N_("The table is accepted"),
    "put off": N_("It is put off"), "taken up": N_("It waits for you again"),
    "values": N_("What values mean is kept"),
    "lacks": N_("What you said is kept; it cannot be accepted yet"),
    "withdrawing": N_("It is being taken out of effect"),
}  # fmt: skip


def found_table(visit: Visit) -> tuple[Proposal, TableShown]:
    """The proposal of the address's source and its table. NotFoundError; AccessError."""
    source, name = visit.path["source"], visit.path["table"]
    must_steward(visit.workspace, visit.reader.user, "map shown", source=source, table=name)
    if source in sources(visit.workspace):
        found = proposal_of(visit.workspace, source)
        for one in tables(found):
            if one.name == name:
                return found, one
    raise NotFoundError(N_("there is no such table in the proposal"), fix="look at /console/import", table=name)


def screen(visit: Visit) -> Screen:
    """The table. `page`: of its columns."""
    found, one = found_table(visit)
    draft, profile = found.drafts[one.name], found.kept.profiles[one.name]
    within = by_key(found.links)
    states = {told.column: told for told in values_of(visit.workspace, found, one.name) if told.is_state}
    every = [
        words.column(
            n,
            each,
            draft.kind,
            would_be(found, one.name, each),
            within.get((one.name, each.name), ()),
            states.get(each.name),
        )
        for n, each in enumerate(columns(found, one.name))
    ]
    page = max(1, min(visit.number("page", 1), 1 + len(every) // PAGE))
    shown = every[(page - 1) * PAGE : page * PAGE]
    here, made = words.of_table(one.source, one.name), becomes(draft, visit.language)
    for each in every:
        each["becomes"] = list(made.columns.get(each["name"], ()))
        each["left_why"] = _left_why(draft, each["name"])
    others = [each for each in shown if each["state"] != "open"]
    left = [each for each in every if each["state"] != "open" and each["name"] not in made.read]
    waiting = [each for each in tables(found) if each.state == "open"]
    data: dict[str, Any] = {
        **words.table(one), "here": here, "back_to": words.ADDRESS, "going": words.under_way(visit),
        "said": _(_DONE.get(visit.text("done"), "")) or words.accepted_so_far(visit.number("last")),
        "kinds": kind_choices(), "kind_chances": _kinds(found, one.name), "is_kind_open": is_kind_open(found, one.name),
        "open_columns": [each for each in shown if each["state"] == "open"],
        "read_columns": [each for each in others if each["name"] in made.read],
        "left_columns": [each for each in others if each["name"] not in made.read],
        "becomes": made.tables, "read": len(made.read), "left": len(left),
        "is_refused": visit.text("done") == "lacks", "still": len(waiting),
        "meanings": [{"slot": slot, "text": text} for slot, text in meanings(draft.kind)],
        "nothing": words.NOTHING, "least": LEAST, "page": page, "size": PAGE,
        "before": f"{here}?page={page - 1}" if page > 1 else "",
        "after": f"{here}?page={page + 1}" if page * PAGE < len(every) else "",
        "joins": _joins(found, draft), "leaves_out": _leaves_out(draft),
        "value_maps": values.shown(visit, found, one.name),
        "fixed": _fixed(draft), "map": table_toml(draft) if not draft.missing else "",
        "diff": changes_of(visit.workspace, found, one.name), "came_in": rows_in(visit.workspace, found, one.name),
        "say_values": words.of_table(one.source, one.name, "values"),
        "withdraw": words.of_table(one.source, one.name, "withdraw"), "undo": words.of_source("undo", one.source),
        "can_undo": any(is_open(found.kept, each) and each["table"] == one.name for each in found.kept.said),
        "approve": words.of_source("approve", one.source), "next": _next(found, one), "profiled": profile.rows,
        "is_first": not any(each.state == "in effect" for each in tables(found)),
    }  # fmt: skip
    return Screen(one.name, "import_table.html", data)


def _left_why(draft: Draft, column: str) -> str:
    """Which column or table says already what a column says; "" where nothing does."""
    other, dot, _rest = draft.nothing.get(column, "").rpartition(" says it")
    return _("{what} says it already", what=other) if dot else ""


def _kinds(found: Proposal, name: str) -> Sequence[Mapping[str, Any]]:
    chances = sorted(found.readings[name].kinds.items(), key=lambda pair: -pair[1])
    return [{"kind": kind_named(kind), "chance": chance} for kind, chance in chances[:3] if chance >= 0.01]


def _joins(found: Proposal, draft: Draft) -> Sequence[Mapping[str, Any]]:
    within = {(k.table, k.column, k.key_table): k.within for k in found.links}
    return [
        {
            "column": one.column, "table": one.table, "key": one.key, "reads": list(one.reads),
            "address": words.of_table(found.source, one.table),
            "within": within.get((draft.table, one.column, one.table)),
        }
        for one in draft.joins
    ]  # fmt: skip


def _leaves_out(draft: Draft) -> Sequence[Mapping[str, str]]:
    told = [{"when": one.when, "outcome": phrase(one.outcome), "reason": phrase(one.reason)} for one in draft.issues]
    return [
        *told,
        *([{"when": "", "outcome": phrase("excluded"), "reason": phrase(draft.every_row)}] if draft.every_row else []),
    ]


def _fixed(draft: Draft) -> Sequence[Mapping[str, Any]]:
    """What is the same in every row of a target: code lists, units, types."""
    return [{"target": one.staging, "pairs": dict(one.fixed)} for one in draft.targets if one.fixed]


def _next(found: Proposal, one: TableShown) -> str:
    """The address of the next table that waits; "" if none does."""
    rest = [each for each in tables(found) if each.state == "open" and each.name != one.name]
    return words.of_table(found.source, rest[0].name) if rest else ""
