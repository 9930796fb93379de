"""Which panel a measurement is shown in: by its LOINC code, in the order in which a clinician looks at them

Source: the panels that Chinese hospitals order under these names, with the codes of LOINC 2.78; the order is ours:
what changes within hours first.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

VITAL: Final = "vital"
OTHER_LAB: Final = "other_lab"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Panel:
    """`kind`: vital, lab or other. `names` by language. `place`: where it stands among the panels."""

    name: str
    kind: str
    names: Mapping[str, str]
    place: int


@cache
def panels() -> Mapping[str, Panel]:
    """All panels by name, in order.

    >>> next(iter(panels())), panels()["kidney"].names["zh"]
    ('vitals', '肾功能')
    """
    rows = enumerate(_rows())
    return MappingProxyType(
        {row["panel"]: Panel(row["panel"], row["kind"], {"en": row["en"], "zh": row["zh"]}, no) for no, row in rows}
    )


def panel_of(code: str, *, has_range: bool) -> Panel:
    """The panel of a code; a result that came with a reference range is a laboratory's, whatever its code.

    >>> panel_of("2823-3", has_range=True).name, panel_of("K", has_range=True).name, panel_of("", has_range=False).name
    ('electrolytes', 'other_lab', 'other')
    """
    return panels()[_by_code().get(code, OTHER_LAB if has_range else OTHER)]


@cache
def _by_code() -> Mapping[str, str]:
    return MappingProxyType({code: row["panel"] for row in _rows() for code in row["loinc"].split()})


@cache
def places() -> Mapping[str, int]:
    """Where a code stands within its panel."""
    return MappingProxyType({code: no for row in _rows() for no, code in enumerate(row["loinc"].split())})


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = files("medark.flows.timeline").joinpath("panels.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
