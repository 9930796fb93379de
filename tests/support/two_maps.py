"""Two hospitals of one shape, each with a map of its own, into one line of which an error can be planted"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.user import User

NORTH, SOUTH = "north/his", "south/his"
_WEIGHTS, _DIGITS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"  # GB 11643
SOURCE = """\
name = "{name}"
title = "A hospital that is made up"
documentation = "tests"
time = "local"
tables = ["patient", "stay", "diagnosis", "vital", "item"]
[values.item]
"{name} T" = "8310-5"
"{name} P" = "8867-4"
"""
PATIENT = """\
about = "people"
needs = ["pid", "born", "sex", "number", "{name}_patient"]
[[person]]
person_key = "pid"
birth_time = "born"
gender = "case sex when '1' then 'M' when '2' then 'F' end"
[[identifier]]
fixed = {{ kind = "NI" }}
person_key = "pid"
value = "number"
"""
STAY = """\
about = "stays"
needs = ["sid", "pid", "came", "went", "{name}_stay"]
[[visit]]
fixed = {{ class_code = "I" }}
visit_key = "sid"
person_key = "pid"
start_time = "came"
end_time = "went"
"""
DIAGNOSIS = """\
about = "diagnoses"
needs = ["did", "sid", "pid", "icd", "made", "{name}_diagnosis"]
[[event]]
fixed = {{ kind = "condition", code_system = "ICD10CM", type = "ehr" }}
event_key = "did"
person_key = "pid"
visit_key = "sid"
code = "icd"
start_time = "made"
"""
VITAL = """\
about = "a column for each thing"
needs = ["vid", "sid", "pid", "taken", "typed", "kg", "cm", "{name}_vital"]
[common.event]
fixed = {{ kind = "measurement", code_system = "LOINC", type = "ehr_nursing" }}
person_key = "pid"
visit_key = "sid"
[[event]]
fixed = {{ code = "29463-7", unit = "kg" }}
event_key = "'kg|' || vid"
start_time = "taken"
value = "kg"
[[event]]
fixed = {{ code = "8302-2", unit = "cm" }}
event_key = "'cm|' || vid"
start_time = "taken"
value = "cm"
"""
ITEM = """\
about = "a row for each thing"
needs = ["iid", "sid", "pid", "taken", "item", "number", "{name}_item"]
[[event]]
fixed = {{ kind = "measurement", code_system = "LOINC", type = "ehr_nursing" }}
event_key = "iid"
person_key = "pid"
visit_key = "sid"
code = "item(item)"
alt_code = "item"
start_time = "taken"
value = "number"
"""
MAPS: Mapping[str, str] = {
    "source": SOURCE, "patient": PATIENT, "stay": STAY, "diagnosis": DIAGNOSIS, "vital": VITAL, "item": ITEM,
}  # fmt: skip


def workspace_in(folder: Path) -> Workspace:
    """An empty workspace that has both maps."""
    workspace = init_workspace(folder, buckets=1)
    workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})))
    for name in ("north", "south"):
        place = workspace.places.maps / name
        place.mkdir(parents=True)
        for file, text in MAPS.items():
            (place / f"{file}.toml").write_text(text.format(name=name), encoding="utf-8")
    return workspace


def plant(workspace: Workspace, file: str, right: str, wrong: str, nth: int = 0) -> str:
    """Put an error into the south's map, in the line that has `right` (the nth of those): file:line of it."""
    path = workspace.places.maps / "south" / f"{file}.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = [number for number, line in enumerate(lines) if right in line][nth]
    lines[at] = lines[at].replace(right, wrong)
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"south/{file}.toml:{at + 1}"


def deliver(workspace: Workspace, folder: Path, source: str) -> None:
    """Forty people with a stay of three weeks each, and what was measured and found in it."""
    for name, rows in _tables(source).items():
        mark = f"{source.partition('/')[0]}_{name}"
        _write(folder / f"{name}.csv", [{**row, mark: "1"} for row in rows])
    ingest(workspace, folder, source)


def _tables(source: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
    name, chance = source.partition("/")[0], Random(source)
    tables: dict[str, list[dict[str, object]]] = {
        one: [] for one in ("patient", "stay", "diagnosis", "vital", "item")
    }  # fmt: skip
    for n in range(40):
        pid, sid, is_male = f"{name}{n}", f"{name}s{n}", n % 2 == 0
        born, came = dt.date(1950 + n, 3, 5), dt.date(2023, 1, 2) + dt.timedelta(days=7 * n)
        tables["patient"].append(
            {"pid": pid, "born": born, "sex": 1 if is_male else 2, "number": _number(born, n + 500 * (name == "south"))}
        )
        tables["stay"].append({"sid": sid, "pid": pid, "came": came, "went": came + dt.timedelta(days=21)})
        icd = "N40.0" if is_male else "N83.0"  # of the prostate, of an ovary
        tables["diagnosis"].append({"did": f"d{sid}", "sid": sid, "pid": pid, "icd": icd, "made": came})
        for time in range(4):
            taken = came + dt.timedelta(days=time)
            told = {"sid": sid, "pid": pid, "taken": taken}
            typed = taken + dt.timedelta(days=60)
            kg, cm = round(chance.gauss(65, 8), 1), round(chance.gauss(168, 8))
            tables["vital"].append({"vid": f"{sid}v{time}", **told, "typed": typed, "kg": kg, "cm": cm})
            numbers = {"T": round(chance.gauss(36.8, 0.4), 1), "P": round(chance.gauss(75, 9))}
            for item, number in numbers.items():
                tables["item"].append({"iid": f"{sid}{item}{time}", **told, "item": f"{name} {item}", "number": number})
    return tables


def _number(born: dt.date, n: int) -> str:
    """An identity number of somebody who is a man where n is even."""
    body = f"110101{born:%Y%m%d}{n // 2:02}"[:16] + str(1 - n % 2)
    return body + _DIGITS[sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    some = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(some[0]))
        writer.writeheader()
        writer.writerows(some)


def errors() -> Iterator[tuple[str, tuple[str, str, str, int], str, str]]:
    """Errors as they are made: what it is, what is put where, and which checks find it (words of their ids)."""
    yield "another number", ("vital", 'value = "kg"', 'value = "cm"', 0), "unlikeelsewhere_measurement", "3025315"
    yield "another unit", ("vital", 'unit = "kg"', 'unit = "cm"', 0), "plausibleunit", "3025315"
    yield "a code of the list that means another test", ("source", "8867-4", "8310-5", 0), "unlikeelsewhere", "3020891"
    yield "another date", ("vital", '"taken"', '"typed"', 1), "withinvisitdates", "measurement"
    yield "the end of a stay for its beginning", ("stay", '"came"', '"went"', 1), "withinvisitdates", "measurement"
    yield "men for women", ("patient", "'1' then 'M' when '2' then 'F'", "'1' then 'F' when '2' then 'M'", 0), "sex", ""
