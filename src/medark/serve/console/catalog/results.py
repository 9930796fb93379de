"""What was found, best first, with how many there are of each kind; without words all of a kind"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from medark.catalog.assets import Kind
from medark.flows.catalog import OCCUR, Found, find, freshen
from medark.messages import _, phrase
from medark.serve.console.catalog.told import FIND, asset_told
from medark.serve.console.screens import Screen, Visit

_MOST: Final = 50
_ALL_OF_A_KIND: Final = 500
_KINDS: Final = tuple(str(kind) for kind in Kind)


def screen(visit: Visit) -> Screen:
    """The page. `q`: words; `kind`: only of that kind."""
    asked, kind = visit.text("q"), visit.text("kind")
    kinds = [Kind(kind)] if kind in _KINDS else []
    going = freshen(visit.workspace, visit.reader)
    found = find(visit.workspace, visit.reader, asked, kinds, _MOST if asked else _ALL_OF_A_KIND)
    data = {
        "asked": asked,
        "read_as": found.read_as,
        "kind": kinds[0].value if kinds else "",
        "address": FIND,
        "assets": found.assets,
        "is_being_made": going and not found.is_current,
        "results": [_told(one, visit) for one in found.found],
        "count": sum(found.of_kind.values()),
        "shown": len(found.found),
        "facets": [_facet(one, found.of_kind.get(one, 0), asked) for one in Kind if found.of_kind.get(one)],
        "all_at": _address(asked, ""),
    }
    return Screen(_("Find: {words}", words=asked) if asked else _("Find data"), "find.html", data)


def _told(one: Found, visit: Visit) -> dict[str, Any]:
    return asset_told(one.asset, visit.language) | {
        "rows": one.rows,
        "tables": list(one.tables),
        "is_few": one.asset.kind in OCCUR and one.rows is None,
    }


def _facet(kind: Kind, count: int, asked: str) -> dict[str, Any]:
    return {"kind": str(kind), "label": phrase(kind.label), "count": count, "address": _address(asked, kind)}


def _address(asked: str, kind: str) -> str:
    told = {name: value for name, value in (("q", asked), ("kind", kind)) if value}
    return f"{FIND}?{urlencode(told)}" if told else FIND
