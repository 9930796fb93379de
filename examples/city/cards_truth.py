"""Writes what was true of a city's people as a file: `medark app cdss backtest --truth FILE` holds cards against it

python examples/city/cards_truth.py WORKSPACE TRUTH FILE.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

from compared import Comparison

import medark

CASES = Path(__file__).parent / "cards.sql"
LIMITS = Path(medark.__file__).parent / "apps" / "cdss" / "facts" / "critical.csv"


def write(workspace: Path, truth: Path, file: Path) -> int:
    """How many cases there are."""
    with Comparison(workspace, truth) as session:
        session.db.execute(f"SET VARIABLE critical = '{LIMITS}'")
        session.db.execute(CASES.read_text(encoding="utf-8"))
        known = "w.person = c.person AND (c.organisation IS NULL OR w.people = people_of(c.organisation))"
        cases = f"SELECT DISTINCT card, person_id, first, last FROM card_case AS c JOIN who AS w ON {known}"
        session.db.execute(f"COPY ({cases} ORDER BY ALL) TO '{file}' (HEADER)")
        ((count,),) = session.db.execute(f"SELECT count(*) FROM ({cases})").fetchall()
    return int(count)


if __name__ == "__main__":
    workspace, truth, file = map(Path, sys.argv[1:4])
    print(f"{write(workspace, truth, file):,} cases in {file}")
