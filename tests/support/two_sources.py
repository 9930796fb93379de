"""A lake made by hand of two sources: OMOP tables as CSV, so that every row and what is wrong with it is known"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.user import User

POTASSIUM = 3023103
PERSON = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id"
VISIT = (
    "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,provider_id"
)
MEASUREMENT = (
    "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_type_concept_id,value_as_number,"
    "visit_occurrence_id,measurement_source_value"
)
NORTH, SOUTH = "north/lis", "south/lis"


def made(folder: Path) -> Workspace:
    """Ten people of each source, two results each: north 1 of 20 without a concept, south 8 of 20."""
    workspace = init_workspace(folder / "ws", buckets=2)
    workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})))
    workspace.ledger.users.add(User("stella", roles=frozenset({"steward"})))
    workspace.ledger.users.add(User("rita", roles=frozenset({"researcher"})))
    deliver(workspace, folder / "north", NORTH, range(1, 11), unknown=1)
    deliver(workspace, folder / "south", SOUTH, range(101, 111), unknown=8)
    return workspace


def deliver(workspace: Workspace, folder: Path, source: str, people: Iterable[int], unknown: int) -> None:
    """People with a visit and two results each; the first `unknown` results are of no concept."""
    people = list(people)
    write(folder / "person.csv", PERSON, [f"{one},8507,1960,0,0" for one in people])
    write(
        folder / "visit_occurrence.csv", VISIT,
        [f"{one * 10},{one},9202,2024-03-01,2024-03-02,32817," for one in people],
    )  # fmt: skip
    results = [(one * 100 + n, one) for one in people for n in (0, 1)]
    write(
        folder / "measurement.csv", MEASUREMENT,
        [
            f"{number},{one},{0 if at < unknown else POTASSIUM},2024-03-01,32856,4.1,{one * 10},K{source[0]}"
            for at, (number, one) in enumerate(results)
        ],
    )  # fmt: skip
    ingest(workspace, folder, source)


def write(path: Path, header: str, lines: Iterable[str]) -> None:
    """A CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
