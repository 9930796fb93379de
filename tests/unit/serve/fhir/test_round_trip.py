"""What is served as FHIR can be read as FHIR: our own reader takes every resource, and finds the same values."""

from __future__ import annotations

import orjson
import pytest

from medark.bootstrap import init_workspace
from medark.flows.fhir import Asked, page
from medark.flows.gate import About, at_terminal
from medark.flows.ingest import ingest

KINDS = ("Patient", "Encounter", "Condition", "Observation", "Procedure", "DocumentReference", "Organization")
VALUES = ["measurement_concept_id", "measurement_date", "value_as_number", "unit_concept_id"]


@pytest.fixture(scope="module")
def again(as_, tmp_path_factory):
    """A workspace that was filled from what the first one serves."""
    root = tmp_path_factory.mktemp("again")
    lines = []
    for kind in KINDS:
        address = f"/{kind}?_count=7"
        while address:
            told = as_("all").get(address).json()
            lines += [orjson.dumps(one["resource"]) for one in told.get("entry", ())]
            address = next((one["url"] for one in told["link"] if one["relation"] == "next"), "")
    (root / "feed.ndjson").write_bytes(b"\n".join(lines))
    with init_workspace(root / "ws", buckets=2) as made:
        account = ingest(made, root / "feed.ndjson", "again/all")
        yield made, account


def rows(workspace, table, key, columns):
    wanted = Asked(table, key, columns=frozenset(columns))
    found = page(workspace, at_terminal(workspace), wanted, About("test"), 100_000).rows
    return sorted(zip(*(map(str, found[name].to_pylist()) for name in columns), strict=True))


def test_our_reader_takes_all_of_it(again):
    _, account = again
    assert account.adds_up
    assert sum(one.units for one in account.units.values()) > 20
    assert sum(one.quarantined + one.not_understood for one in account.units.values()) == 0


@pytest.mark.parametrize(
    ("table", "key", "columns"),
    [
        ("measurement", "measurement_id", VALUES),
        ("condition_occurrence", "condition_occurrence_id", ["condition_concept_id", "condition_start_date"]),
        ("visit_occurrence", "visit_occurrence_id", ["visit_concept_id", "visit_start_date", "visit_end_date"]),
        ("person", "person_id", ["gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth"]),
        ("procedure_occurrence", "procedure_occurrence_id", ["procedure_concept_id", "procedure_date"]),
    ],
)  # fmt: skip
def test_the_same_rows_come_out(again, workspace, table, key, columns):
    assert rows(again[0], table, key, columns) == rows(workspace, table, key, columns)
