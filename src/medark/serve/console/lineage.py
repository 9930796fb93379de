"""The lineage of one column: what it is made of, what is made of it, and what changes without it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter

from medark.catalog.lineage.drawing import BOX, WIDTH, drawing
from medark.catalog.lineage.tree import tree
from medark.catalog.meanings import of_column
from medark.flows.lineage import asset, graph, impact, upstream
from medark.messages import N_, _, phrase
from medark.model.lineage import ROWS, Asset, How, Impact, Layer, Origin, Touched
from medark.model.omop import tables
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

PATH: Final = "/lineage"
_FIRST: Final = "measurement.value_as_number"
_LONGEST: Final = 24  # letters in a box; CJK ones count for two
HOW: Final = {
    How.VALUE: N_("value"), How.KEY: N_("looked up by"), How.CONDITION: N_("condition"), How.ROWS: N_("which rows"),
}  # fmt: skip
LAYERS: Final = {
    Layer.FIELD: N_("fields of sources"), Layer.STAGING: N_("staging"), Layer.COLUMN: N_("the lake"),
    Layer.DATASET: N_("datasets"), Layer.USE: N_("pages, cards, tasks"),
}  # fmt: skip
KINDS: Final = {
    "page": N_("pages"), "card": N_("cards"), "task": N_("tasks"), "signal": N_("signals"), "figure": N_("figures"),
}  # fmt: skip


def screens(parts: Parts) -> APIRouter:
    """The page."""
    found = Screens(parts)
    found.page(PATH, screen, summary="What a column is made of, and what is made of it")
    return found.router


def address(of: str) -> str:
    """The page of a column: "measurement.value_as_number", "north/his/vital.value", "vte/risk.score"."""
    return f"{PREFIX}{PATH}?of={quote(of)}"


def screen(visit: Visit) -> Screen:
    """The page of the column that `of` names. NotFoundError where lineage knows none of this name."""
    workspace, named = visit.workspace, visit.text("of") or _FIRST
    root, known = asset(workspace, named), graph(workspace)
    every = visit.text("all") == "1"
    up, down = (tree(known, root, up=way, everything=every) for way in (True, False))
    told = impact(workspace, named)
    data = {
        "of": root.title,
        "rows": root.name == ROWS,
        "meaning": _meaning(root, visit),
        "every": every,
        "address": address(root.title),
        "siblings": _siblings(root),
        "picture": _picture(drawing(up, down)),
        "origins": [_origin(one) for one in upstream(workspace, named)],
        "columns": [_touched(one) for one in _ordered(told.columns)],
        "datasets": [_touched(one) for one in _ordered(told.of(Layer.DATASET))],
        "uses": list(_uses(told)),
    }
    return Screen(_("Lineage of {name}", name=root.title), "lineage.html", data)


def _meaning(root: Asset, visit: Visit) -> str:
    return (
        of_column(root.of, root.name).told(visit.language) if root.layer is Layer.COLUMN and root.name != ROWS else ""
    )


def _siblings(root: Asset) -> list[dict[str, str]]:
    """The other columns of its table."""
    names = tables()[root.of].column_names if root.layer is Layer.COLUMN else ()
    return [{"name": name, "address": address(f"{root.of}.{name}")} for name in names]


def _picture(found: Any) -> dict[str, Any]:
    return {
        "width": WIDTH, "height": found.height, "box": BOX,
        "heads": [{"x": x, "told": phrase(LAYERS[layer])} for x, layer in zip(range(0, 985, 246), LAYERS, strict=True)],
        "boxes": [
            {
                "x": one.x, "y": one.y, "title": one.asset.title, "told": _short(_own(one.asset)), "root": one.is_root,
                "layer": str(one.asset.layer), "address": _leads(one.asset),
            }
            for one in found.boxes
        ],
        "lines": [
            {
                "path": one.path, "how": str(one.how),
                "told": f"{one.source.title} → {one.target.title}: {phrase(HOW[one.how])}",
            }
            for one in found.lines
        ],
        "left_out": [{"layer": phrase(LAYERS[_column(layer)]), "count": count} for layer, count in found.left_out],
    }  # fmt: skip


def _column(layer: Layer) -> Layer:
    """Under which heading it stands: applications are among their pages, cards and tasks."""
    return Layer.USE if layer is Layer.APP else layer


def _own(one: Asset) -> str:
    """What a box says: the end of a long name, which tells it apart."""
    if one.layer is Layer.STAGING:
        return f"{one.of.rpartition('/')[2]}.{one.name}"
    return f"{one.of.rpartition('/')[2]}.{one.name}" if one.name else one.of


def _short(told: str) -> str:
    """At most so many letters, the beginning left out.

    >>> _short("a" * 40)[:3]
    '…aa'
    """
    taken: list[str] = []
    width = 0
    for letter in reversed(told):
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > _LONGEST:
            return "…" + "".join(reversed(taken))
        taken.append(letter)
    return told


def _leads(one: Asset) -> str:
    return address(one.title) if one.layer in (Layer.FIELD, Layer.COLUMN, Layer.DATASET) else ""


def _origin(one: Origin) -> dict[str, Any]:
    name = f"{one.source}/{one.table}.{one.field}"
    place = f"{one.map}:{one.line}" if one.line else one.map
    return {
        "source": one.source, "table": one.table, "field": one.field, "address": address(name),
        "how": phrase(HOW[one.how]), "place": place, "alone": one.alone,
    }  # fmt: skip


def _ordered(found: tuple[Touched, ...]) -> list[Touched]:
    return sorted(found, key=lambda one: (not one.alone, one.how.rank, one.steps, one.asset))


def _touched(one: Touched) -> dict[str, Any]:
    is_rows = one.asset.name == ROWS
    return {
        "name": _("rows of {name}", name=one.asset.of) if is_rows else one.asset.title,
        "address": address(one.asset.title), "how": phrase(HOW[one.how]), "alone": one.alone,
    }  # fmt: skip


def _uses(told: Impact) -> Iterator[dict[str, Any]]:
    for kind, words in KINDS.items():
        if names := told.uses(kind):
            yield {"kind": phrase(words), "names": list(names), "checks": False}
    if apps := [one.asset.of for one in told.of(Layer.APP)]:
        yield {"kind": _("applications"), "names": apps, "checks": False}
    if checks := told.uses("check"):
        yield {"kind": _("checks"), "names": list(checks), "checks": True}
