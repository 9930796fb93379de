"""A small hospital that is made up, with its map: three tables that take every branch of the pipeline"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from medark.define import Dataset, codes, conditions, everyone, measurements, person, visits

Rows = list[dict[str, str]]
Tables = Mapping[str, Rows]

SOURCE = """\
name = "small"
title = "A hospital that is made up"
documentation = "tests"
time = "local"
tables = ["patient", "stay", "result"]
"""
PATIENT = """\
about = "people"
needs = ["pid", "mark_p"]
may_have = ["born", "sex"]
[[person]]
person_key = "pid"
birth_time = "born"
gender = "sex"
"""
STAY = """\
about = "stays"
needs = ["mark_s"]
may_have = ["sid", "pid", "kind", "came", "went", "ward"]
[[visit]]
visit_key = "sid"
person_key = "pid"
class_code = "kind"
start_time = "came"
end_time = "went"
care_site_key = "ward"
"""
RESULT = """\
about = "results"
needs = ["mark_r"]
may_have = ["rid", "pid", "sid", "test", "system", "value", "sign", "unit", "low", "high", "taken",
  "amount", "days"]
[[event]]
fixed = { kind = "measurement", type = "lab" }
event_key = "rid"
person_key = "pid"
visit_key = "sid"
code = "test"
code_system = "system"
value = "value"
operator = "sign"
unit = "unit"
range_low = "low"
range_high = "high"
start_time = "taken"
quantity = "amount"
days_supply = "days"
"""
MAPS = {"patient": PATIENT, "stay": STAY, "result": RESULT}
COLUMNS: Mapping[str, Sequence[str]] = {
    "patient": ("pid", "born", "sex", "mark_p"),
    "stay": ("sid", "pid", "kind", "came", "went", "ward", "mark_s"),
    "result": (
        "rid", "pid", "sid", "test", "system", "value", "sign", "unit", "low", "high", "taken", "amount", "days",
        "mark_r",
    ),
}  # fmt: skip


# People of whom nothing is known but what one thing lets in (see `live`).
LONE = (
    "only ahead", "only late", "only by a stay", "only two", "only a sign", "ill, late", "ill, by a stay",
)  # fmt: skip
# One concept of each domain, by whose code the row of a result goes to that domain's table.
DOMAINS = {
    "measurement": ("2951-2", "LOINC"),
    "condition_occurrence": ("1001001", "SNOMED"),
    "drug_exposure": ("617312", "RxNorm"),
    "procedure_occurrence": ("1015015", "SNOMED"),
    "device_exposure": ("1060060", "SNOMED"),
    "observation": ("1003003", "SNOMED"),
}
_DEVICE = "1999060\ta device\tDevice\tSNOMED\tMade up\tS\t1060060\t19700101\t20991231\t\n"
_STRENGTH = (
    "drug_concept_id\tingredient_concept_id\tamount_value\tamount_unit_concept_id\tnumerator_value\t"
    "numerator_unit_concept_id\tdenominator_value\tdenominator_unit_concept_id\tbox_size\tvalid_start_date\t"
    "valid_end_date\tinvalid_reason\n1999031\t1999031\t5\t8576\t\t\t\t\t\t19700101\t20991231\t\n"
)


def write_vocabulary(folder: Path) -> Path:
    """The made-up vocabulary of the lookups' tests, with a device and the strength of its drug."""
    there = Path(__file__).parents[2] / "standardise" / "lookups" / "vocabulary"
    shutil.copytree(there, folder)
    with (folder / "CONCEPT.csv").open("a") as file:
        file.write(_DEVICE)
    (folder / "DRUG_STRENGTH.csv").write_text(_STRENGTH)
    return folder


def live() -> Tables:
    """Rows with which every branch that the map leaves open is taken, whichever column is missing."""
    people = [_person("a", "1980-02-03", "M"), _person("b", "1955", "F"), _person("c", "2001-05", "x")]
    people += [_person("alone", "1990-01-01", "F"), _person("born ahead", "2035-01-01", "F")]
    people += [_person(f"only {table}", "1960-06-06", "M") for table in DOMAINS]
    people += [_person(name, "1961-07-07", "F") for name in LONE]
    stays = [
        _stay("s1", "a", "I", "2020-01-01 08:00", "2020-01-05", "w1"),
        _stay("s2", "a", "E", "2020-03-01", "2020-02-01", "w1"),  # ends before it begins: kept back
        _stay("s3", "b", "I", "2019", "", "w2"),  # of which only the year is known
        _stay("s5", "b", "O", "2020-07-01 09:00", "2020-07-01 10:00", ""),
        _stay("s6", "c", "I", "2020-09-01 09:00", "2020-09-11 10:00", "w3"),
        _stay("s7", "alone", "O", "2021-03-01", "2021-02-01", "w1"),  # all that is known of somebody is kept back
    ]
    # Most stays lie ahead, so nothing is too late to be true; with those that never were, most do not.
    stays += [_stay(f"ahead {n}", "a", "O", f"2035-01-{n + 1:02}", "", "") for n in range(24)]
    stays += [_stay(f"never {n}", "a", "CANCELLED", f"2020-05-{n % 28 + 1:02}", "", "") for n in range(60)]
    results = [
        _result("r1", "a", "s1", "measurement", "4.1", "mmol/L", "2020-01-02 10:00", low="3.5", high="5"),
        _result("r2", "a", "s1", "measurement", "<-5", "mmol/L", "2020-01-02 11:00", sign="<"),
        _result("r3", "a", "s1", "measurement", "< 5", "mmol/L", "2020-01-02 12:00"),
        _result("r4", "c", "s6", "measurement", "positive", "", "2020-09-03 10:00"),
        _result("r5", "c", "s6", "observation", "<-7", "mg", "2020-09-03 10:00", sign="<"),
        _result("r6", "c", "s6", "observation", "positive", "", "2020-09-03 11:00"),
        _result("r7", "b", "s5", ("E11.21", "ICD10CM"), "", "", "2020-07-01 09:30"),  # one code, two conditions
        _result("r8", "b", "s5", ("no such", "own"), "7", "", "2020-07-01 09:31"),
        _result("r9", "only results", "", "measurement", "1", "", "2020-07-01 09:31"),  # of nobody
    ]
    for number, table in enumerate(DOMAINS):
        day = f"2020-10-{number + 1:02}"
        results += [
            _result(f"{table} 1", "a", "s1", table, "5", "mg", f"{day} 08:00", amount="4", days="2"),
            _result(f"{table} 2", "a", "s2", table, "6", "mg", f"{day} 09:00", amount="6", days="3"),
            _result(f"{table} 3", "b", "s3", table, "7", "mg", "", amount="9", days="1"),  # the stay says when
            _result(f"{table} 4", "b", "s5", table, "8", "mg", "2020-08", amount="9"),
            _result(f"{table} 5", "c", "s6", table, "9", "mg", "2036-02-02 10:00", amount="8", days="2"),
            _result(f"{table} 6", "c", "s6", table, "9", "mg", "1975-02-02 10:00", amount="8", days="2"),  # unborn
            # told twice, last with another day
            _result(f"{table} 7", "a", "s1", table, "10", "mg", f"2021-{day[5:]} 08:00", amount="4", days="2"),
            _result(f"{table} 7", "a", "s1", table, "11", "g", f"2022-{day[5:]} 08:00", amount="4", days="4"),
            # all that is known of somebody
            _result(
                f"{table} 8", f"only {table}", "", table, "12", "mg", f"2023-{day[5:]} 08:00", amount="4", days="2"
            ),
        ]
    # Of whom nothing is known but what one thing lets in: that days may lie ahead, that a later telling stands, that a
    # stay has a day, that a code means two things.
    results += [
        _result("o1", "only ahead", "", "measurement", "1", "mmol/L", "2036-03-03"),
        _result("o2", "only late", "", "measurement", "1", "mmol/L", "2020-03-03"),
        _result("o2", "only late", "", "measurement", "1", "mmol/L", "1900-03-03"),
        _result("o3", "only by a stay", "s5", "measurement", "1", "mmol/L", ""),
        _result("o4", "only two", "", ("E11.21", "ICD10CM"), "1", "", "2020-04-04"),
        _result("o4", "only two", "", "condition_occurrence", "1", "", "1900-04-04"),
        _result("o5", "only a sign", "", "measurement", "<-5", "mmol/L", "2020-05-05", sign="<"),
        _result("o6", "ill, late", "", "condition_occurrence", "", "", "2020-03-03"),
        _result("o6", "ill, late", "", "condition_occurrence", "", "", "1900-03-03"),
        _result("o7", "ill, by a stay", "s5", "condition_occurrence", "", "", ""),
    ]
    return {"patient": people, "stay": stays, "result": results}


def _person(pid: str, born: str, sex: str) -> dict[str, str]:
    return {"pid": pid, "born": born, "sex": sex}


def _stay(sid: str, pid: str, kind: str, came: str, went: str, ward: str) -> dict[str, str]:
    return {"sid": sid, "pid": pid, "kind": kind, "came": came, "went": went, "ward": ward}


def _result(
    rid: str, pid: str, sid: str, what: str | tuple[str, str], value: str, unit: str, taken: str, **more: str
) -> dict[str, str]:
    test, system = DOMAINS[what] if isinstance(what, str) else what
    told = {"rid": rid, "pid": pid, "sid": sid, "test": test, "system": system, "value": value, "unit": unit}
    return {**told, "taken": taken, **more}


STUDY = Dataset(
    everyone(),
    {
        "newest": measurements.of(codes("a test", "LOINC", "2951-2", source="made up")).last().value_in("mmol/L"),
        "results": measurements.count(),
        "is_ill": conditions.exists(),
        "stays": visits.count(),
        "born": person.year_of_birth,
        "sex": person.gender_concept_id,
    },
)


def write_map(maps: Path) -> None:
    """The map, in a workspace's folder of maps."""
    folder = maps / "small"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(SOURCE)
    for name, text in MAPS.items():
        (folder / f"{name}.toml").write_text(text)


def write(folder: Path, tables: Tables, without: tuple[str, str] | None = None, called: str = "") -> Path:
    """The tables as files, one column left out or `called` otherwise."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        names = [(c, c) for c in COLUMNS[name] if (name, c) != without]
        if without is not None and without[0] == name and called:
            names.append((without[1], called))
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heading for _, heading in names)
            writer.writerows([row.get(column, "") for column, _ in names] for row in rows)
    return folder
