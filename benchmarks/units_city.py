"""Units of a made-up city held against its truth: as it came, reviewed, and with units taken away"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from medark.bootstrap import init_workspace, open_workspace
from medark.define.units import concept_units, convert
from medark.define.units.atoms import omop_codes
from medark.errors import DefinitionError
from medark.flows.definitions.units import unit_codes
from medark.flows.ingest import ingest
from medark.flows.rebuild import rebuild
from medark.flows.units.decide import decide, upkeep
from medark.flows.units.suspected import decided, suspected
from medark.model.progress import Silent
from medark.model.user import User

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "city"
LABORATORIES = ("north/lis", "south/lis")
# Results with their true value in SI units, and what the lake has of each; one of each test, person and moment.
RESULTS = """
WITH told AS (
  SELECT r.person, r.organisation, r.test, r.collected, any_value(r.value) AS true_value,
    any_value(u.true_unit) AS unit, any_value(t.loinc) AS loinc, any_value(p.kind) AS planted
  FROM truth.lab_result AS r
  JOIN truth.lab_order AS o USING (lab_order)
  JOIN truth.written_unit AS u ON u.organisation = r.organisation AND u.kind = 'test' AND u.key = r.test
  JOIN facts.tests AS t ON t.key = r.test AND t.kind = 'quantitative'
  LEFT JOIN truth.planted AS p ON p."of" = 'lab_result' AND p.key = r.lab_result
  WHERE o.status <> 'cancelled'
  GROUP BY ALL HAVING count(*) = 1)
SELECT t.organisation, t.test, t.loinc, t.true_value, t.unit, t.planted,
  m.value_as_number AS value, m.unit_concept_id AS concept_id, m.unit_source_value AS said
FROM told AS t
JOIN who AS w ON w.person = t.person AND w.people = t.organisation
JOIN code AS c ON c.organisation = t.organisation AND c.kind = 'test' AND c.key = t.test
JOIN lake.measurement AS m ON m.person_id = w.person_id AND m.measurement_source_value = c.code
  AND m.measurement_datetime = t.collected
WHERE m.value_as_number IS NOT NULL AND t.planted IS DISTINCT FROM 'impossible_value'
"""


def city(demo: Path) -> None:
    """As it is, after a steward took what is at least 0.8 sure; then with units missing and wrong."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(shutil.copytree(demo / "workspace", Path(folder) / "workspace"))
        with open_workspace(here) as workspace:
            rebuild(workspace, Silent())
        _report("as it came", here, demo)
        _review(here, 0.8)
        _report("reviewed (0.8 and over)", here, demo)
    for kind in ("missing", "swapped"):
        with tempfile.TemporaryDirectory() as folder:
            here = _spoilt(demo, Path(folder), kind)
            _report(f"units {kind}", here, demo)
            with open_workspace(here) as workspace:
                print(f"  filled in, and tasks raised: {upkeep(workspace, 'olga')}")
            _report("  filled in by the rule", here, demo)
            _review(here, 0.8)
            _report("  reviewed (0.8 and over)", here, demo)


def _review(here: Path, above: float) -> None:
    with open_workspace(here) as workspace:
        _owner(workspace)
        sure = [one for one in suspected(workspace, "olga") if one.likely[0].probability >= above]
        told = [one for one in (decided(workspace, each) for each in sure) if one is not None]
        print(f"  decided {len(told)}, records made again {decide(workspace, 'olga', told)}")


def _owner(workspace: Any) -> None:
    if "olga" not in {one.name for one in workspace.ledger.users.all()}:
        workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})))


def _report(name: str, here: Path, demo: Path) -> None:
    """The share of rows whose number, in the unit that the lake says, is the true one."""
    sys.path.insert(0, str(EXAMPLE))
    from compared import Comparison

    with open_workspace(here) as workspace:
        units = {i: omop_codes().get(code, code) for i, code in unit_codes(workspace).items()}
    with Comparison(here, demo / "city" / "truth") as comparison:
        found = comparison.db.execute(RESULTS)
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    right = Counter((row["planted"] or "", _is_right(row, units)) for row in rows)
    total, good = sum(right.values()), sum(n for (_, ok), n in right.items() if ok)
    other = {ok: right["other_unit", ok] for ok in (True, False)}
    print(f"{name}: {good} of {total} rows have the right value in the right unit ({good / total:.3%}); "
          f"of {sum(other.values())} planted in another unit {other[True]}")  # fmt: skip
    wrong = Counter((r["organisation"], r["test"], r["said"]) for r in rows if not _is_right(r, units))
    print("  wrong:", wrong.most_common(6))


def _is_right(row: dict[str, Any], units: dict[int, str]) -> bool:
    unit = units.get(row["concept_id"] or 0)
    if unit is None:
        return row["unit"] in ("1", "[pH]") and row["value"] is not None  # needs none
    concept = concept_units().get(row["loinc"])
    true = row["unit"].split("{F")[0]  # the vocabulary has no unit with FEU, which the test's own name says
    try:
        value = convert(row["value"], unit, true, (concept.analyte if concept else "") or None)
    except DefinitionError:
        return False
    return bool(abs(value - row["true_value"]) <= 0.2 * abs(row["true_value"]) + 0.05)


def _spoilt(demo: Path, folder: Path, kind: str) -> Path:
    """Both laboratories taken in again, every second test of each without its unit, or with that of the other one."""
    here = folder / "workspace"
    with init_workspace(here, time_zone="Asia/Shanghai") as workspace:
        _owner(workspace)
    shutil.copytree(EXAMPLE / "maps", here / "maps", dirs_exist_ok=True)
    with (here / "medark.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n" + (EXAMPLE / "systems.toml").read_text(encoding="utf-8"))
    other = _other_units(demo)
    with open_workspace(here) as workspace:
        for source in LABORATORIES:
            sent = Path(shutil.copytree(demo / "city" / "raw" / source, folder / source))
            for file in sent.rglob("*.hl7.gz"):
                text = gzip.decompress(file.read_bytes()).decode("utf-8", errors="surrogateescape")
                spoilt = re.sub(r"OBX\|[^\r\n]*", lambda line: _obx(line[0], kind, other), text)
                file.write_bytes(gzip.compress(spoilt.encode("utf-8", errors="surrogateescape"), mtime=0))
            ingest(workspace, sent, source)
    return here


def _obx(line: str, kind: str, other: dict[str, str]) -> str:
    parts = line.split("|")
    code = parts[3].split("^")[0] if len(parts) > 6 else ""
    if len(parts) > 6 and parts[6] and sum(code.encode()) % 2:
        parts[6] = "" if kind == "missing" else other.get(parts[6], parts[6])
        parts[7] = ""  # nor does a range give it away
    return "|".join(parts)


def _other_units(demo: Path) -> dict[str, str]:
    """The unit that another laboratory of the city writes of a test where one writes this."""
    import duckdb

    table = demo / "city" / "truth" / "written_unit" / "*.parquet"
    rows = duckdb.sql(f"""SELECT a.unit, any_value(b.unit) FROM '{table}' AS a JOIN '{table}' AS b USING (kind, key)
        WHERE a.kind = 'test' AND a.unit <> b.unit GROUP BY a.unit""").fetchall()
    return dict(rows)
