"""Messages of both laboratories, read by plain splitting."""

from __future__ import annotations

from collections import Counter

import pytest

ENCODINGS = {"north": "gb18030", "south": "utf-8"}


def messages(written, place: str) -> list[list[list[str]]]:
    """Every message as segments of fields, in the order of files."""
    found = []
    for path in sorted((written.root / "raw" / place / "lis").glob("20*/*.hl7")):
        text = path.read_bytes().decode(ENCODINGS[place])
        for body in text.replace("\x1c\r", "").replace("\x0b", "").split("MSH|")[1:]:
            segments = ("MSH|" + body).rstrip("\r").split("\r")
            found.append([segment.split("|") for segment in segments])
    return found


@pytest.mark.parametrize("place", ENCODINGS)
def test_headers_say_what_is_true(written, place):
    for message in messages(written, place):
        header = message[0]
        assert header[1] == "^~\\&"
        assert header[17] == {"north": "GB 18030-2000", "south": "UNICODE UTF-8"}[place]
        assert len(header[6]) == 14
    kinds = Counter(message[0][8] for message in messages(written, place))
    assert kinds["ORU^R01"] > 200
    assert kinds["ADT^A01"] == kinds["ADT^A03"] > 10
    assert (kinds["ADT^A40"] > 2) == (place == "north")


@pytest.mark.parametrize("place", ENCODINGS)
def test_messages_come_by_time_and_have_numbers_of_their_own(written, place):
    sent = [message[0][6] for message in messages(written, place)]
    assert sent == sorted(sent)
    numbers = [message[0][9] for message in messages(written, place)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("place", ENCODINGS)
def test_the_last_report_of_an_order_is_the_truth(written, place):
    last: dict[tuple[str, str], str] = {}
    for message in messages(written, place):
        order = next((segment[3] for segment in message if segment[0] == "OBR"), "")
        for segment in message:
            if segment[0] == "OBX" and order != "L0":  # that one is about nobody
                coding = segment[3].split("^")
                last[order, coding[coding.index("LN") - 2]] = segment[5]
    true = Counter((r["loinc"], r["value"]) for r in written.truth("results") if r["organisation"] == place)
    assert Counter((loinc, value) for (_, loinc), value in last.items()) == true


def test_a_correction_says_so(written):
    states = Counter(s[11] for m in messages(written, "north") for s in m if s[0] == "OBX" and len(s) > 11)
    assert states["C"] > 20
    corrected = [r for r in written.truth("results") if r["corrected_from"]]
    assert all(row["value"] != row["corrected_from"] for row in corrected)


def test_a_merged_number_was_used_before_and_is_not_after(written):
    merged: set[str] = set()
    used: set[str] = set()
    for message in messages(written, "north"):
        number = (
            message[[s[0] for s in message].index("PID")][3].split("^")[0]
            if any(s[0] == "PID" for s in message)
            else ""
        )
        assert number not in merged
        used.add(number)
        for segment in message:
            if segment[0] == "MRG":
                old = segment[1].split("^")[0]
                assert old in used
                merged.add(old)
    assert merged == {row["patient_no"] for row in written.truth("patients") if row["merged_into"]}


def test_a_file_is_sent_twice_byte_for_byte(written):
    for place in ENCODINGS:
        (again,) = (written.root / "raw" / place / "lis" / "resent").iterdir()
        first = written.raw(f"{place}/lis/{again.name[:4]}/{again.name}")
        assert again.read_bytes() == first
