"""Units of a workspace's vocabulary lead to the units that definitions ask for"""

from __future__ import annotations

from pathlib import Path

from medark.bootstrap import init_workspace
from medark.define.units import SHIPPED_UNITS, conversions
from medark.flows.definitions.units import unit_codes
from medark.model.omop import tables


def test_what_is_shipped_and_what_was_loaded(tmp_path: Path) -> None:
    columns = [c.name for c in tables()["concept"].columns if c.required]
    rows = [
        ["8745", "femtomole per liter", "Unit", "UCUM", "Unit", "fmol/L", "19700101", "20991231"],
        ["9118", "no unit", "Unit", "Other", "Unit", "mL/min", "19700101", "20991231"],
    ]
    (tmp_path / "CONCEPT.csv").write_text("\n".join(map(",".join, [columns, *rows])), encoding="utf-8")
    with init_workspace(tmp_path / "ws") as workspace:
        assert unit_codes(workspace) == SHIPPED_UNITS
        workspace.vocabulary.load([tmp_path / "CONCEPT.csv"])
        codes = unit_codes(workspace)
    assert codes == {**SHIPPED_UNITS, 8745: "fmol/L"}
    assert 8745 in {one.unit_concept_id for one in conversions("pmol/L", units=codes)}
