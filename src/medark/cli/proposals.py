"""A proposal as tables for people, and as one stable JSON for programs"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.cli.tables import table
from medark.messages import _, phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.propose.proposing import Proposal

_CANDIDATES = 3  # of a column that are shown


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
        "drift": [
            {"table": d.table, "column": d.column, "what": d.what, "before": d.before, "now": d.now}
            for d in found.drifts
        ],
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
    """The tables of a source, what each is and how sure that is."""
    from rich.console import Group

    rows = [_row(found, name) for name in found.drafts]
    columns = (_("table"), _("rows"), _("is"), _("chance"), _("columns"), _("read"), _("state"))
    parts: list[RenderableType] = [table(_("Proposed for {source}", source=found.source), columns, rows)]
    if found.drifts:
        drifts = [(d.table, d.column, phrase(d.what), d.before, d.now) for d in found.drifts]
        parts.append(table(_("What has changed"), (_("table"), _("column"), _("what"), _("before"), _("now")), drifts))
    return Group(*parts)


def _row(found: Proposal, name: str) -> tuple[str | int, ...]:
    draft, approval = found.drafts[name], found.kept.approvals.get(name)
    state = _("approved by {by}", by=approval.by) if approval else _("waits")
    state = _("put off") if name in found.kept.skipped else state
    read = sum(1 for column in draft.columns if draft.made_of(column))
    return name, found.kept.profiles[name].rows, draft.kind, f"{draft.kind_chance:.2f}", len(draft.columns), read, state


def table_view(found: Proposal, name: str) -> RenderableType:
    """A table to be answered for: its columns, what each is likely to be, and what speaks for it."""
    draft, reading, profile = found.drafts[name], found.readings[name], found.kept.profiles[name]
    why = {column: line.why for t in draft.targets for line in t.lines for column in line.columns}
    rows = []
    for column in reading.columns:
        said = found.kept.slots.get(name, {}).get(column.name)
        likely = "  ".join(f"{c.slot or '-'} {c.chance:.2f}" for c in column.candidates[:_CANDIDATES])
        filled = profile.column(column.name)
        words = ", ".join(value for value, _n in filled.top[:4]) or filled.personal
        rows.append((column.name, said if said is not None else likely, words, "; ".join(why.get(column.name, ()))))
    kinds = sorted(reading.kinds.items(), key=lambda pair: -pair[1])[:_CANDIDATES]
    heading = f"{name}: {', '.join(f'{kind} {chance:.2f}' for kind, chance in kinds)} · {profile.rows}"
    if draft.missing:
        heading += " · " + _("lacks {what}", what=draft.missing[0])
    return table(heading, (_("column"), _("may be"), _("values"), _("why")), rows)
