"""Lineage, impact and the way of one row on a terminal"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from medark.cli.tables import table
from medark.messages import N_, _, phrase, plural
from medark.model.lineage import ROWS, How, Layer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.tree import Tree

    from medark.catalog.lineage.tree import Branch
    from medark.model.lineage import Impact, Touched

HOW: Final = {
    How.VALUE: N_("value"), How.KEY: N_("looked up by"), How.CONDITION: N_("condition"), How.ROWS: N_("which rows"),
}  # fmt: skip
KINDS: Final = {
    "page": N_("pages"), "card": N_("cards"), "task": N_("tasks"), "signal": N_("signals"), "figure": N_("figures"),
}  # fmt: skip
_CHECKS = 12  # that are named


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
    parts: list[RenderableType] = [
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
    checks = found.uses("check")
    if checks:
        named = " ".join(checks[:_CHECKS]) + (" …" if len(checks) > _CHECKS else "")
        rows.append((_("checks"), plural("{count} check", "{count} checks", len(checks)) + f": {named}"))
    return rows
