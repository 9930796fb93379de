"""Codes, answers, units and persons: what the steps make of what was staged."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.sql.render import render
from medark.standardise import domains, lookups
from medark.standardise.formats.staged import (
    Cost,
    Coverage,
    Death,
    Event,
    Identifier,
    Image,
    Note,
    Person,
    PersonLink,
    Product,
    Provider,
    Specimen,
    Staged,
)
from medark.store.vocabulary import Vocabulary

Run = Callable[..., dict[str, list[dict[str, Any]]]]


def cases(name: str) -> list[dict[str, str]]:
    """The cases of `cases/<name>.csv`: one row each, no Python needed for a new one."""
    with (Path(__file__).parent / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def staged(*rows: tuple[Any, ...]) -> Staged:
    made = Staged()
    for row in rows:
        made.add(row)
    return made


def numbered(*events: dict[str, Any]) -> Staged:
    return staged(*(Event(1, n, 0, **{"kind": "condition", "person_key": "P", **e}) for n, e in enumerate(events)))


CODES = cases("codes")
Rows = list[dict[str, Any]]
COLUMNS = ("kind", "system", "code", "alt_system", "alt_code", "alt2_system", "alt2_code")


def code_key(case: dict[str, str]) -> str:
    return "|".join(case[column] for column in COLUMNS)


def codes_of(found: dict[str, Rows]) -> Rows:
    """What became of the codes that were staged: not those by which words are known, which every wave asks."""
    return [row for row in found["chosen_code"] if not row["code_key"].startswith("word|")]


@pytest.fixture
def chosen(run: Run) -> dict[str, list[dict[str, Any]]]:
    """What all cases of codes.csv came to in one wave, by code_key."""
    names = {"system": "code_system"}
    events = [{names.get(c, c): case[c] or None for c in COLUMNS} for case in CODES]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in codes_of(run(numbered(*events))):
        found.setdefault(row["code_key"], []).append(row)
    return found


def test_every_case_of_codes(chosen: dict[str, list[dict[str, Any]]]) -> None:
    wrong = {}
    for case in CODES:
        rows = sorted(chosen[code_key(case)], key=lambda row: row["map_no"])
        got = (
            ";".join(str(row["concept_id"]) for row in rows),
            ";".join(sorted({str(row["source_concept_id"]) for row in rows})),
            ";".join(sorted({row["domain_id"] or "" for row in rows})),
        )
        if got != (case["concepts"], case["source_concept"], case["domain"]):
            wrong[case["case"]] = got
        assert [row["map_no"] for row in rows] == list(range(len(rows)))
    assert wrong == {}
    assert set(chosen) == {code_key(case) for case in CODES}


def test_the_key_is_that_of_the_coded_event() -> None:
    """Both files hold the same expression, or no event would ever find its concept."""

    def expressions(query: Any) -> set[str]:
        keys = (e for e in query.tree.find_all(sqlglot.exp.Alias) if e.alias == "code_key")
        found = (e.this.sql(comments=False) for e in keys if isinstance(e.this, sqlglot.exp.DPipe))
        return {re.sub(r"\b[es]\.", "", sql) for sql in found}

    (asked,) = (expressions(step.query) for step in lookups.STEPS if step.name == "asked_code")
    (coded,) = (expressions(step.query) for step in domains.STEPS if step.name == "coded_event")
    assert asked == coded != set()


def test_codes_are_looked_up_wherever_they_are_said(run: Run) -> None:
    made = staged(
        Death(1, 0, 0, person_key="P", cause_code="4019", cause_system="I9C"),
        Specimen(1, 1, 0, person_key="P", code="1001001", code_system="SCT", site_code="1002002", site_system="SCT"),
        Note(1, 2, 0, person_key="P", text="t", class_code="2951-2", class_system="LN"),
        Provider(1, 3, 0, provider_key="D", specialty_code="1003003", specialty_system="SCT"),
    )
    rows = {row["code_key"]: row["concept_id"] for row in codes_of(run(made))}
    assert rows == {
        "condition|I9C|4019||||": 1999001,
        "specimen|SCT|1001001||||": 1999001,
        "specimen|SCT|1002002||||": 1999002,
        "note|LN|2951-2||||": 1999040,
        "provider|SCT|1003003||||": 1999003,
    }


def test_money_and_pictures_are_coded_too(run: Run) -> None:
    made = staged(
        Coverage(1, 0, 0, person_key="P", plan_key="x", payer_code="1", payer_system="https://nahdo.org/sopt"),
        Cost(1, 1, 0, person_key="P", about_kind="visit", about_key="V", drg_code="39", revenue_code="333"),
        Image(1, 2, 0, person_key="P", study_uid="1", series_uid="2", body_site="1001001"),
        Image(1, 3, 0, person_key="P", study_uid="1", series_uid="3", body_site="HEAD"),
    )
    rows = {row["code_key"]: row["concept_id"] for row in codes_of(run(made))}
    assert rows == {
        "payer|https://nahdo.org/sopt|1||||": 1999050,
        "plan||||||": 0,
        "cost|DRG|39||||": 1999051,
        "cost|Revenue Code|333||||": 1999052,
        "site|SNOMED|1001001||||": 1999001,
    }


def test_a_thing_that_is_only_named_has_the_codes_of_its_own_record(run: Run) -> None:
    by_key = {"kind": "drug", "code_system": "urn:medark:fhir-reference"}
    events = [{**by_key, "code": f"Medication/{key}", "code_text": text} for key, text in
              (("old", None), ("new", None), ("words", None), ("never", None), ("never2", "a drug"))]  # fmt: skip
    made = numbered(*events)
    made.add(Product(2, 0, 0, product_key="Medication/new", code="1001001", code_system="SCT"))
    made.add(Product(2, 1, 0, product_key="Medication/words", code_text="another drug"))
    before = staged(
        Product(1, 0, 0, product_key="Medication/old", code="no such", code_system="SCT", alt_code="1002002",
                alt_system="SCT"),
        Product(1, 1, 0, product_key="Medication/new", code="1003003", code_system="SCT"),
    )  # fmt: skip
    found = run(made, known=before)
    chosen = {row["code_key"].split("|")[2]: (row["concept_id"], row["source_value"]) for row in codes_of(found)}
    assert chosen == {
        "Medication/old": (1999002, "no such"),
        "Medication/new": (1999001, "1001001"),  # the latest word
        "Medication/words": (0, "another drug"),
        "Medication/never": (0, None),
        "Medication/never2": (0, "a drug"),
    }
    assert sorted(row["product_key"] for row in found["product"]) == [
        "Medication/new", "Medication/old", "Medication/words",
    ]  # fmt: skip


def test_a_word_means_what_the_vocabulary_has_for_its_code(run: Run) -> None:
    words = {(row["set_name"], row["value"]): row["concept_id"] for row in run(numbered({"code": "x"}))["value_map"]}
    assert words["gender", "男"] == 8507  # known by itself
    assert words["payer", "medicare"] == 1999050  # known by its code
    assert ("payer", "self pay") not in words  # its code is not in this vocabulary


def test_an_idea_in_words_alone_is_asked_and_is_none(run: Run) -> None:
    rows = codes_of(run(numbered({"code_text": "a headache"})))
    assert [(r["code_key"], r["concept_id"]) for r in rows] == [("condition||a headache||||", 0)]


def test_coded_answers(run: Run) -> None:
    made = numbered(
        {"value_code": "LA9999-9", "value_system": "http://loinc.org"},
        {"value_code": "LA9999-9", "value_system": "http://loinc.org"},
        {"value_code": "POS"},
        {"value": "12"},
    )
    assert sorted(run(made)["chosen_answer"], key=lambda row: row["value_key"], reverse=True) == [
        {"value_key": "|POS", "concept_id": 0},
        {"value_key": "http://loinc.org|LA9999-9", "concept_id": 1999041},
    ]


def test_every_case_of_units(run: Run, made_up: Vocabulary) -> None:
    units = [case for case in cases("units") if case["unit"]]
    rows = run(numbered(*({"unit": case["unit"]} for case in units)))["unit_map"]
    got = {row["unit"]: row["concept_id"] for row in rows}
    known = made_up.lookup("UCUM", [case["ucum_code"] for case in units])
    wanted = {c["unit"]: known[c["ucum_code"]].concept_ids[0] if c["ucum_code"] else 0 for c in units}
    assert got == wanted


def number(people: str, key: str) -> int:
    return int(hashlib.md5(f"salt|{people}|person|{key}".encode()).hexdigest()[:15], 16)


def test_a_person_is_the_hash_of_the_key_that_survives(run: Run) -> None:
    made = staged(
        Person(1, 0, 0, person_key="A"),
        Identifier(1, 1, 0, person_key="B", value="x"),
        PersonLink(1, 2, 0, person_key="A", survivor_key="B"),
        PersonLink(1, 3, 0, person_key="B", survivor_key="C"),
        Coverage(1, 4, 0, person_key="D", plan_key="x"),
    )
    rows = {row["person_key"]: row["person_id"] for row in run(made)["person_key"]}
    assert rows == {"A": number("north", "C"), "B": number("north", "C"), "C": number("north", "C"),
                    "D": number("north", "D")}  # fmt: skip
    assert run(made, people="south") != rows


def test_an_empty_wave_makes_empty_relations(run: Run) -> None:
    made = staged(Identifier(1, 0, 0, person_key="D", value="x"))
    found = run(made)
    words = {"asked_code", "coding", "spelling", "found_code", "chosen_code", "value_map"}
    assert {name for name, rows in found.items() if rows} == {"person_key", *words}
    assert codes_of(found) == []


def test_every_step_is_portable() -> None:
    values = {"salt": "s", "source": "a/b", "people": "a"}
    for step in lookups.STEPS:
        for engine in ("duckdb", "spark"):
            assert render(step.query, engine, {name: values[name] for name in step.query.parameters})


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(st.text(max_size=12), st.none() | st.text(max_size=8)), min_size=1, max_size=20))
def test_no_text_breaks_a_wave_or_loses_a_code(run: Run, texts: list[tuple[str, str | None]]) -> None:
    clean = [(a.replace("\0", ""), b and b.replace("\0", "")) for a, b in texts]
    clean = [pair for pair in clean if all(not 0xD800 <= ord(c) <= 0xDFFF for text in pair if text for c in text)]
    if not clean:
        return
    found = run(numbered(*({"code": code, "code_system": system, "unit": code} for code, system in clean)))
    keys = [row["code_key"] for row in codes_of(found)]
    assert sorted(set(keys)) == sorted({f"condition|{system or ''}|{code}||||" for code, system in clean})
    units = [row["unit"] for row in found["unit_map"]]
    assert sorted(units) == sorted({code for code, _ in clean})
