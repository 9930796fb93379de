"""A proposal as tables for people, and as one stable JSON for programs"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.cli.explained import drift_json, drift_view, why_open
from medark.cli.tables import table
from medark.messages import N_, _, phrase, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from medark.flows.propose.columns import ColumnShown
    from medark.flows.propose.overview import TableShown
    from medark.flows.propose.proposing import Proposal
    from medark.flows.propose.values import ValuesShown

_CANDIDATES = 3  # kinds of a table that are shown
_LEAST = 0.01  # chance of one
_FEW = 8  # columns that are all shown
_WHICH_KIND = N_("What is this table? kind 2: the second above; kind lab: any other")


def proposal_json(found: Proposal) -> dict[str, object]:
    """Everything that is proposed; keys are never renamed."""
    return {
        "source": found.source,
        "version": found.kept.version,
        "tables": [_table_json(found, name) for name in found.drafts],
        "links": [
            {"table": k.table, "column": k.column, "key_table": k.key_table, "key": k.key, "within": round(k.within, 4)}
            for k in found.links
        ],
        "drift": drift_json(found.kept.drifts),
    }


def _table_json(found: Proposal, name: str) -> dict[str, object]:
    draft, reading, profile = found.drafts[name], found.readings[name], found.kept.profiles[name]
    approval = found.kept.approvals.get(name)
    return {
        "table": name,
        "rows": profile.rows,
        "kind": draft.kind,
        "chance": round(draft.kind_chance, 4),
        "approved_by": approval.by if approval else None,
        "missing": list(draft.missing),
        "columns": [
            {
                "column": column.name,
                "may_be": [
                    {"slot": c.slot, "element": c.element, "chance": round(c.chance, 4), "near": c.by}
                    for c in column.candidates
                ],
                "becomes": sorted(draft.made_of(column.name)),
                "missing": profile.column(column.name).missing,
                "distinct": profile.column(column.name).distinct,
                "personal": profile.column(column.name).personal,
            }
            for column in reading.columns
        ],
    }


def proposal_view(found: Proposal) -> RenderableType:
    """The tables of a source, what each is and how sure that is; those that wait first."""
    from rich.console import Group

    from medark.flows.propose.overview import tables

    rows = [_row(found, one) for one in tables(found)]
    columns = (_("table"), _("rows"), _("is"), _("chance"), _("columns"), _("read"), _("state"), _("open"))
    parts: list[RenderableType] = [
        table(_("Proposed for {source}", source=found.source), columns, rows),
        _waiting(found),
    ]
    if found.kept.drifts:
        parts.append(drift_view(found.kept.drifts))
    return Group(*parts)


def _waiting(found: Proposal) -> str:
    """How many tables wait, and the rows behind them."""
    from medark.flows.propose.overview import tables

    every = tables(found)
    waits, part = [one for one in every if one.waits], [one for one in every if one.state == "in part"]
    rows, all_ = sum(one.rows for one in waits), sum(one.rows for one in every)
    words = _(
        "{count} of {all} tables wait, and {rows} rows behind them", count=len(waits), all=len(every), rows=f"{rows:,}"
    )
    words = f"{words} ({rows / all_:.0%})" if all_ else words
    open_ = sum(len(one.open_columns) for one in part)
    more = plural(
        "{count} table in effect has open columns ({columns}): medark map review",
        "{count} tables in effect have open columns ({columns}): medark map review",
        len(part), columns=open_,
    ) if part else ""  # fmt: skip
    return "\n".join(filter(None, (words, more)))


def _row(found: Proposal, one: TableShown) -> tuple[str | int, ...]:
    from medark.flows.propose.words import kind_named

    draft = found.drafts[one.name]
    states = {"open": _("waits"), "accepted": _("accepted"), "put off": _("put off"), "idle": _("nothing to say")}
    state = states.get(one.state) or _("approved by {by}", by=one.by)
    read = sum(1 for column in draft.columns if draft.made_of(column))
    is_ = f"{kind_named(one.kind)} ({one.kind})"
    return one.name, one.rows, is_, f"{one.chance:.2f}", one.columns, read, state, why_open(one)


def table_view(found: Proposal, name: str, place: str = "", whole: bool = False) -> RenderableType:
    """A table to be answered for: the columns that are open (in one that lacks something, also those of which nothing
    is made), or all of them if there are few or the `whole` is asked for; what each is read as, what else it may be by
    number, and what speaks for that. Of the others what they are read as, and which are left out, in a line each.
    """
    from rich.console import Group
    from rich.text import Text

    from medark.flows.propose.columns import columns
    from medark.flows.propose.standing import is_kind_open

    numbered = list(enumerate(columns(found, name), 1))
    asked = ("open", "nothing") if found.drafts[name].missing else ("open",)
    shown = [(n, one) for n, one in numbered if one.state in asked] if not whole else numbered
    shown = shown or (numbered if whole or len(numbered) <= _FEW else [])
    heads = ("", _("column"), _("values"), _("is"), _("may be"))
    rows = [_column_row(n, one, found, name) for n, one in shown]
    rest = [pair for pair in numbered if pair not in shown]
    notes = [Text(line, "dim") for line in _rest(found, name, rest)]
    notes += [Text(_(_WHICH_KIND), "bold")] if is_kind_open(found, name) else []
    return Group(table(_heading(found, name, place), heads, rows), *notes)


def _rest(found: Proposal, name: str, rest: Sequence[tuple[int, ColumnShown]]) -> Iterator[str]:
    """What columns that are not asked for are read as, and of which nothing is made: none is left out unseen."""
    from medark.flows.propose.columns import is_told_elsewhere
    from medark.flows.propose.words import bare, meaning

    kind = found.drafts[name].kind
    read = [
        f"{n} {one.name} = {meaning(bare(one.slot), kind, one.candidates[0].element)}" for n, one in rest if one.slot
    ]
    elsewhere = [pair for pair in rest if not pair[1].slot and is_told_elsewhere(found, name, pair[1])]
    told, left = (
        [f"{n} {one.name}" for n, one in some]
        for some in (elsewhere, [pair for pair in rest if not pair[1].slot and pair not in elsewhere])
    )
    if read:
        yield _("Read: {columns}", columns=", ".join(read))
    if told:
        yield _("Told by another table too, and read there: {columns}", columns=", ".join(told))
    if left and kind != "dictionary":
        yield _("Nothing is made of: {columns} (all: shows them)", columns=", ".join(left))


def values_view(shown: Sequence[ValuesShown]) -> RenderableType:
    """What values are read as; of a column with values that nobody knows also what they may mean, by number."""
    from rich.console import Group
    from rich.text import Text

    rows = [
        (one.column if not place else "", each.value, _("few") if each.rows is None else f"{each.rows:,}", each.text,
         f"{each.why} ({each.by})" if each.by else each.why)
        for one in shown for place, each in enumerate(one.values)
    ]  # fmt: skip
    heads = (_("column"), _("value"), _("rows"), _("is read as"), _("why"))
    notes = [
        Text(f"{one.column}: " + "   ".join(f"{n} {means} ({text})" for n, (means, text) in enumerate(one.choices, 1)))
        for one in shown
        if one.asks
    ]
    return Group(table(_("What values are read as"), heads, rows), *notes)


def kinds_shown(found: Proposal, name: str) -> list[tuple[str, float]]:
    """What a table may be, likeliest first, each with its chance; the number of one is its place."""
    told = found.kept.kinds.get(name)
    kinds = [(told, 1.0)] if told else sorted(found.readings[name].kinds.items(), key=lambda pair: -pair[1])
    return [(kind, chance) for kind, chance in kinds[:_CANDIDATES] if chance >= _LEAST]


def _heading(found: Proposal, name: str, place: str) -> str:
    from medark.flows.propose.words import kind_named, meaning

    draft, rows = found.drafts[name], found.kept.profiles[name].rows
    kinds = kinds_shown(found, name)
    named = [f"{kind_named(kind)} ({kind}) {chance:.0%}" for kind, chance in kinds]
    may_be = "  ".join(named if len(named) == 1 else [f"{n} {one}" for n, one in enumerate(named, 1)])
    parts = [name, may_be, plural("{count} row", "{count} rows", rows), place]
    if draft.missing and draft.kind != "dictionary":
        lacks = (f"{meaning(slot, draft.kind)} ({slot})" if " " not in slot else phrase(slot) for slot in draft.missing)
        parts.append(_("lacks {what}", what=", ".join(lacks)))
    return " · ".join(part for part in parts if part)


def _column_row(number: int, one: ColumnShown, found: Proposal, name: str) -> tuple[str, ...]:
    from medark.flows.propose.columns import choices
    from medark.flows.propose.standing import would_be
    from medark.flows.propose.words import meaning, reasons, values_in_words

    kind, slot = found.drafts[name].kind, one.slot or would_be(found, name, one)
    likely = [
        f"{n} {meaning(c.slot, kind, c.element)} ({c.slot}) {c.chance:.0%} {', '.join(reasons(c))}".rstrip()
        for n, c in enumerate(choices(one), 1)
    ]
    chance = one.chance if one.slot or not slot else choices(one)[0].chance
    said = {"said": _("said"), "sure": f"{chance:.0%}", "open": f"{chance:.0%}?"}.get(one.state, "")
    is_ = f"{meaning(slot, kind)} {said}" if slot or one.state == "said" else "-"
    return str(number), one.name, values_in_words(one.profile), is_, "\n".join(likely)
