"""Tables that nobody has described, as an ingest leaves them: what is mapped without asking, what waits and for what"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medark.cli.tables import table
from medark.messages import _, phrase, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from medark.flows.propose.overview import TableShown
    from medark.standardise.propose.profile import Drift

_TOP: Final = 12  # tables of each list; `medark map propose` has all
_COLUMNS: Final = 4  # open ones of a table that are named


def explained_json(found: Sequence[TableShown]) -> list[dict[str, object]]:
    """How each table stands; keys are never renamed."""
    return [
        {
            "table": one.name, "rows": one.rows, "kind": one.kind, "chance": round(one.chance, 4), "state": one.state,
            "by": one.by, "open_columns": list(one.open_columns), "missing": list(one.missing),
        }
        for one in found
    ]  # fmt: skip


def explained_view(
    found: Sequence[TableShown], drifts: Sequence[Drift], source: str, workspace: str
) -> Iterator[RenderableType]:
    """What has changed, what is in the lake by itself, and what waits for an answer, those of most rows first."""
    all_of_it = f"medark map propose {workspace} {source}"
    if drifts:
        yield drift_view(drifts, _TOP)
        yield from _more(len(drifts), all_of_it)
    waits = [one for one in found if one.waits]
    itself = [one for one in found if not one.waits and one.state != "idle"]
    for heading, some in (
        (_("Mapped without asking, or as approved: look whether it is right"), itself),
        (_("Waiting for an answer: kept raw, not yet in the lake"), waits),
    ):
        if some:
            heads = (_("table"), _("rows"), _("is"), _("open"))
            rows = [_row(one) for one in sorted(some, key=lambda one: (not one.rows, -one.rows))[:_TOP]]
            yield table(f"{heading} ({len(some)})", heads, rows)
            yield from _more(len(some), all_of_it)


def drift_json(drifts: Sequence[Drift]) -> list[dict[str, str]]:
    """What a delivery has that earlier ones had not; keys are never renamed."""
    return [{"table": d.table, "column": d.column, "what": d.what, "before": d.before, "now": d.now} for d in drifts]


def drift_view(drifts: Sequence[Drift], most: int | None = None) -> RenderableType:
    """The same as a table; `most`: lines that are shown."""
    rows = [(d.table, d.column, phrase(d.what), d.before, d.now) for d in drifts[:most]]
    heading = f"{_('What has changed')} ({len(drifts)})"
    return table(heading, (_("table"), _("column"), _("what"), _("before"), _("now")), rows)


def _more(count: int, command: str) -> Iterator[str]:
    if count > _TOP:
        yield plural(
            "and {count} more: {command} shows it", "and {count} more: {command} shows them", count - _TOP,
            command=command,
        )  # fmt: skip


def _row(one: TableShown) -> tuple[str | int, ...]:
    from medark.flows.propose.words import kind_named

    return one.name, one.rows, f"{kind_named(one.kind)} {one.chance:.0%}", why_open(one)


def why_open(one: TableShown) -> str:
    """What somebody has to say of a table."""
    from medark.flows.propose.columns import LEAST
    from medark.flows.propose.words import meaning

    parts: list[str] = []
    if not one.rows:
        return _("has no rows")
    if one.waits and one.chance < LEAST:
        parts.append(_("what is this table?"))
    elif one.missing and one.kind != "dictionary":
        slot = one.missing[0]
        parts.append(_("lacks {what}", what=meaning(slot, one.kind) if " " not in slot else phrase(slot)))
    elif one.state == "idle":
        parts.append(_("no table looks into it"))
    else:
        some = ", ".join(one.open_columns[:_COLUMNS]) + (" …" if len(one.open_columns) > _COLUMNS else "")
        parts += [some] if some else []
        if one.waits and one.waits_for:
            parts.append(_("waits for {tables}", tables=", ".join(one.waits_for)))
    return ", ".join(parts)
