"""Notes say what the charts hold: values, drugs, times, operations, how it ended."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from medark.synthetic.facts import by_key, keys, rows


def test_every_stay_in_a_hospital_has_its_notes(world):
    stays = {
        row["encounter"]: row
        for row in world["encounter"].to_pylist()
        if row["kind"] == "inpatient" and row["organisation"] in ("north", "south", "county") and not row["cancelled"]
    }
    notes = Counter((row["encounter"], row["kind"]) for row in world["note"].to_pylist())
    assert stays
    assert {encounter for encounter, _ in notes} == set(stays)
    for encounter, stay in stays.items():
        assert notes[encounter, "admission"] == 1
        assert notes[encounter, "discharge"] == (stay["end"] is not None)


def test_notes_are_written_within_the_stay(world):
    encounters = {row["encounter"]: row for row in world["encounter"].to_pylist()}
    for note in world["note"].to_pylist():
        of = encounters[note["encounter"]]
        assert of["start"] <= note["written"]
        assert of["end"] is None or note["written"] <= of["end"]


def test_values_in_progress_notes_are_the_days_results(chinese):
    names = {by_key("tests")[key]["name_zh"]: key for key in keys("tests")}
    held = defaultdict(set)
    for row in chinese["lab_result"].to_pylist():
        if row["value"] is not None:
            places = int(by_key("tests")[row["test"]]["decimals"] or 0)
            held[row["encounter"], row["collected"].date()].add((row["test"], f"{row['value']:.{places}f}"))
    told = 0
    for note in chinese["note"].to_pylist():
        if note["kind"] != "progress":
            continue
        said = re.search("(?:辅助检查|实验室检查|化验)：(.*?)。", note["text"])
        for each in said[1].split("，") if said else ():
            name = max((name for name in names if each.startswith(name)), key=len)
            value = re.match(r"(-?\d+(?:\.\d+)?)(?!\d*\+)", each.removeprefix(name))
            if value and by_key("tests")[names[name]]["kind"] == "quantitative":
                told += 1
                assert any(
                    test == names[name] and abs(float(result) - float(value[1])) < 0.0101
                    for test, result in held[note["encounter"], note["written"].date()]
                )
    assert told > 100


def test_drugs_in_notes_are_prescribed_in_the_stay(chinese):
    names = {row["name_zh"]: row["key"] for row in rows("drugs")}
    given = defaultdict(set)
    for row in chinese["prescription"].to_pylist():
        given[row["encounter"]].add(row["drug"])
    told = 0
    for note in chinese["note"].to_pylist():
        if note["kind"] == "progress":
            treatment = re.search("(?:继续予|治疗上予|目前用药：)(.*)", note["text"])
            words = treatment[1] if treatment else ""
            mentioned = {key for name, key in names.items() if name in words}
            mentioned -= {names[a] for a in names for b in names if a != b and a in b and b in words}
            assert mentioned <= given[note["encounter"]]
            told += len(mentioned)
    assert told > 50


def test_who_died_is_said_to_have_died(chinese):
    died = {row["encounter"] for row in chinese["encounter"].to_pylist() if row["discharge"] == "death"}
    for note in chinese["note"].to_pylist():
        if note["kind"] == "discharge":
            assert ("临床死亡" in note["text"]) == (note["encounter"] in died)


def test_operation_notes_name_the_operation(chinese):
    done = defaultdict(set)
    for row in chinese["operation"].to_pylist():
        done[row["encounter"]].add(by_key("procedures")[row["procedure"]]["name_zh"])
    notes = [note for note in chinese["note"].to_pylist() if note["kind"] == "operation"]
    assert notes
    for note in notes:
        assert re.search("手术名称：(.*)", note["text"])[1] in done[note["encounter"]]


def test_no_slot_is_left_open(world):
    for name, text in (("note", "text"), ("imaging", "report"), ("pathology", "report")):
        assert not any("{" in said or "None" in said or "nan" in said.split() for said in world[name][text].to_pylist())


def test_notes_are_varied(chinese):
    admissions = [note["text"] for note in chinese["note"].to_pylist() if note["kind"] == "admission"]
    histories = [re.search("现病史：(.*)", text)[1] for text in admissions]
    assert len(set(histories)) > 0.8 * len(histories)
