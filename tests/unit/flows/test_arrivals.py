"""What came in, as the ledger tells it"""

from __future__ import annotations

from pathlib import Path

import hospital
from medark.bootstrap import init_workspace
from medark.flows.arrivals import arrivals
from medark.flows.ingest import ingest


def test_the_newest_batch_of_each_source_ends_as_its_account_says(tmp_path: Path) -> None:
    for name, content in (
        ("one/feed.hl7", b"".join(hospital.messages(hospital.PATIENTS[0]))),
        ("two/feed.hl7", b"".join(hospital.messages(hospital.PATIENTS[1])[1:])),
        ("three/strange.csv", b"what,is\nthis,then\n"),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
    with init_workspace(tmp_path / "ws", buckets=2) as workspace:
        assert arrivals(workspace) == []
        ingest(workspace, tmp_path / "one", "north/lis")
        account = ingest(workspace, tmp_path / "two", "north/lis")
        ingest(workspace, tmp_path / "three", "south/desk")
        south, north = arrivals(workspace)
        assert [one.source for one in arrivals(workspace, "south")] == ["south/desk"]
    assert (south.source, south.waiting, south.is_whole) == ("south/desk", 1, False)
    assert (north.source, north.batch_no, north.files, north.waiting) == ("north/lis", account.batch_no, 1, 0)
    assert north.loaded == sum(table.loaded for table in account.tables) > 0
    for outcome in ("quarantined", "not_understood"):
        counted = sum(one.count for one in account.reasons if one.outcome == outcome)
        assert getattr(north, outcome) == counted > 0, outcome
    assert not north.is_whole
