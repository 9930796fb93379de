"""Lineage, impact and the way of one row on a terminal"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from medark.cli.tables import table
from medark.messages import N_, _, phrase, plural
from medark.model.lineage import ROWS, How, Layer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.tree import Tree

    from medark.catalog.lineage.tree import Branch
    from medark.flows.lineage.way import Way
    from medark.model.lineage import Impact, Touched

HOW: Final = {
    How.VALUE: N_("value"), How.KEY: N_("looked up by"), How.CONDITION: N_("condition"), How.ROWS: N_("which rows"),
}  # fmt: skip
KINDS: Final = {
    "page": N_("pages"), "card": N_("cards"), "task": N_("tasks"), "signal": N_("signals"), "figure": N_("figures"),
}  # fmt: skip
FOUND: Final = {
    "standard": N_("standard"), "source": N_("source"), "unit": N_("unit"), "own map": N_("own map"),
    "decided": N_("decided"),
    "": N_("not found"),
}  # fmt: skip
_CHECKS: Final = 4  # of a family that are named
_LEVELS: Final = ("table", "field", "concept")  # with which the ids of the dashboard begin


def lineage_view(up: Branch, down: Branch) -> RenderableType:
    """Two trees: what a column is made of, and what it is in."""
    from rich.console import Group

    return Group(_tree(_("Made of"), up), "", _tree(_("Is in"), down))


def _tree(heading: str, root: Branch) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    drawn = Tree(Text.assemble((heading, "dim"), "  ", (root.asset.title, "bold")), guide_style="dim")
    _grow(drawn, root.branches)
    return drawn


def _grow(drawn: Tree, branches: Sequence[Branch]) -> None:
    from rich.text import Text

    for one in branches:
        words = [phrase(HOW[one.how])] if one.how is not How.VALUE else []
        words += [one.by] if one.by else []
        words += [] if one.alone else [_("through the lake")]
        _grow(drawn.add(Text.assemble(one.asset.title, "  ", ("  ".join(words), "dim"))), one.branches)


def impact_view(found: Impact) -> RenderableType:
    """What changes, by what it is: columns of the lake, datasets, what applications show, checks."""
    from rich.console import Group
    from rich.text import Text

    columns = [_line(one) for one in sorted(found.columns, key=lambda one: (not one.alone, one.how.rank, one.asset))]
    known_by = _("{name} is one of the columns by which its table is known: without it the file waits to be explained,"
                 " and none of its rows come", name=found.asset.title)  # fmt: skip
    parts: list[RenderableType] = [
        *([Text(known_by)] if found.takes_table else []),
        table(_("Columns of the lake"), (_("column"), _("how"), ""), columns),
        table(_("Datasets"), (_("column"), _("how"), ""), [_line(one) for one in found.of(Layer.DATASET)]),
        table(_("Used by"), ("", " "), _uses(found)),
    ]
    if not found.touched:
        return Text(_("nothing is made of {name}", name=found.asset.title))
    return Group(*(piece for part in parts for piece in (part, "")))


def _line(one: Touched) -> tuple[str, str, str]:
    title = _("rows of {name}", name=one.asset.of) if one.asset.name == ROWS else one.asset.title
    return title, phrase(HOW[one.how]), "" if one.alone else _("through the lake")


def _uses(found: Impact) -> list[tuple[str, str]]:
    rows = [(phrase(words), " ".join(found.uses(kind))) for kind, words in KINDS.items() if found.uses(kind)]
    apps = [one.asset.of for one in found.of(Layer.APP)]
    rows += [(_("applications"), " ".join(apps))] if apps else []
    return rows + [(_("checks") if not place else "", line) for place, line in enumerate(_checks(found))]


def _checks(found: Impact) -> Iterator[str]:
    """A line for each family, those of this delivery alone first; ids begin with the family's name."""
    touched = sorted((one for one in found.of(Layer.USE) if one.asset.of == "check"), key=lambda one: not one.alone)
    families: dict[str, list[str]] = {}
    for one in touched:
        first = one.asset.name.partition("_")[0]
        families.setdefault("" if first in _LEVELS else first, []).append(one.asset.name)
    for family, names in sorted(families.items()):
        named = " ".join(names[:_CHECKS]) + (" …" if len(names) > _CHECKS else "")
        yield f"{family} {plural('{count} check', '{count} checks', len(names))}: {named}".strip()


def way_view(found: Way, zone: str) -> RenderableType:
    """How one row came to be, step by step from its raw record."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [table(f"{found.table} {found.key}", ("", " "), _steps(found, zone))]
    if found.looked_up:
        columns = (_("column"), _("vocabulary"), _("code"), _("concept"), _("found as"))
        rows = [
            (one.column, one.vocabulary, one.code, str(one.concept_id), phrase(FOUND[one.how]))
            for one in found.looked_up
        ]
        parts.append(table(_("Looked up"), columns, rows))
    if found.staged:
        parts.append(table(_("What the source said"), ("", " "), list(found.staged.items())))
    if found.raw:
        parts += [Text(_("The raw record"), "bold"), Text(found.raw)]
    return Group(*(piece for part in parts for piece in (part, "")))


def _steps(found: Way, zone: str) -> list[tuple[str, str]]:
    came = found.came
    if came is None:
        return [(_("derived by"), " ".join(found.made_by))]
    wave = came.wave + (f"  {_when(came.committed_ms, zone)}" if came.committed_ms else "")
    same = {True: _("the lake holds what this leads to"), False: _("the lake holds something else by now"), None: ""}
    steps = [
        (_("source"), came.source),
        (_("raw record"), f"{came.record_no}:{came.row_no}  {came.format}  {came.id[:12]}"),
        (_("arrived"), _when(came.arrived_ms, zone)),
        (_("made by"), "\n".join(found.made_by)),
        (_("written by"), wave),
        (_("walked again"), same[found.is_same]),
    ]
    return [step for step in steps if step[1]]


def _when(at_ms: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
