"""Keys: the same thing said twice, in whatever message, has one key; different things have two."""

from __future__ import annotations

from collections import Counter

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER

PID = "PID|1||4711^^^NORTH&1.2.3&ISO^MR\r"


def tables(*segments: str, kind: str = "ADT^A08", source: Source | None = None) -> dict[str, list[dict[str, object]]]:
    text = f"MSH|^~\\&|HIS|N|H|C|20260301||{kind}|1|P|2.5\r{PID}" + "".join(f"{s}\r" for s in segments)
    staged = READER.stage(Chunk(1, text.encode()), source or Source("his")).tables()
    return {name: table.to_pylist() for name, table in staged.items()}


def keys(*segments: str, kind: str = "ADT^A08") -> list[object]:
    return [row["event_key"] for row in tables(*segments, kind=kind).get("event", [])]


def test_the_patient_number_carries_its_authority_unless_it_is_ours() -> None:
    assert tables()["person"][0]["person_key"] == "4711|NORTH"
    for ours in ("NORTH", "1.2.3"):
        assert tables(source=Source("his", authorities=(ours,)))["person"][0]["person_key"] == "4711"


def test_the_hospital_number_is_preferred_to_any_other() -> None:
    number = "PID|1||1^^^A^SS~2^^^B^PI~3^^^C^MR~4^^^D\r"
    text = f"MSH|^~\\&|HIS|N|H|C|20260301||ADT^A08|1|P|2.5\r{number}"
    staged = READER.stage(Chunk(1, text.encode()), Source("his")).tables()
    assert staged["person"].to_pylist()[0]["person_key"] == "3|C"
    assert len(staged["identifier"]) == 4


def test_a_diagnosis_sent_with_every_update_is_one() -> None:
    visit = "PV1|1|I|||||||||||||||||V1"
    first = keys(visit, "DG1|1||I10^Hypertension^I10||20260101|W")
    assert first == keys(visit, "DG1|2||I10^Hypertension^I10||20260202|W", kind="ADT^A03")
    assert first != keys(visit, "DG1|1||I10^Hypertension^I10||20260101|F")
    assert first != keys("PV1|1|I|||||||||||||||||V2", "DG1|1||I10^Hypertension^I10||20260101|W")


def test_results_of_one_order_and_test_differ_by_sub_id_and_count() -> None:
    order = "OBR|1||F1^LIS|PANEL^^L|||20260301"

    def sent(value: int, state: str) -> list[object]:
        results = (f"OBX|{n}|NM|A^^L|{sub}|{value}||||||{state}" for n, sub in enumerate(("", "1", "1")))
        return keys(order, *results, kind="ORU^R01")

    assert len(set(sent(1, "F"))) == 3
    assert sent(1, "F") == sent(9, "C")


def test_every_event_of_a_large_message_has_a_key_of_its_own() -> None:
    many = [f"OBX|{n}|NM|8867-4^HR^LN||{n}||||||F" for n in range(40)]
    facts = ["DG1|1||I10^^I10", "DG1|2||I10^^I10", "AL1|1|DA|X^^L", "PR1|1||Y^^C4||20260101", "ZZZ|1"]
    rows = tables(*many, *facts)["event"]
    assert len(rows) == 45
    assert max(Counter((row["kind"], row["event_key"]) for row in rows).values()) == 1
    assert sorted(row["part_no"] for row in rows) == list(range(45))
