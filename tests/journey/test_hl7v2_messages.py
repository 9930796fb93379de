"""139 HL7 v2 messages of many types and versions, split by hand at their pipes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    walk,
)

Message = list[list[str]]
# Types that say nothing that is read, patients included.
NOT_READ = {"ADT^A29", "ADT^A41", "BAR^P02", "REF^I12", "REF^I14"}


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "hl7v2_messages.zip", tmp_path_factory.mktemp("hl7v2"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "hl7v2_messages.zip")


@pytest.fixture(scope="module")
def messages(files: dict[str, bytes]) -> list[Message]:
    """Segments and their fields; MSH's own are one place off, as its first is the separator."""
    texts = [content.decode("utf-8-sig") for name, content in files.items() if name.endswith(".hl7")]
    return [[line.strip("\r").split("|") + [""] * 50 for line in text.split("\n") if line.strip()] for text in texts]


def _kind(message: Message) -> str:
    return "^".join(message[0][8].split("^")[:2])


def _patients(messages: list[Message]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """(number, who gave it) and the PID of every message that is read."""
    for message in messages:
        if _kind(message) not in NOT_READ:
            for segment in message:
                if segment[0] == "PID":
                    parts = [*(segment[3] or segment[2]).split("~")[0].split("^"), "", "", ""]
                    yield (parts[0], parts[3].split("&")[0]), segment


def _day(said: str) -> str:
    return f"{said[:4]}-{said[4:6]}-{said[6:8]}"


def test_every_file_and_message_is_accounted_for(
    walked: Walked, files: dict[str, bytes], messages: list[Message]
) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert walked.first["units"]["hl7v2"]["units"] == len(messages) == 139
    assert walked.first["units"]["unknown"]["units"] == 1  # LICENSE
    assert walked.reasons()["message type not read"] == sum(_kind(m) in NOT_READ for m in messages)


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, messages: list[Message]) -> None:
    """A patient is a number and who gave it; the day of birth is as sent, whatever the offset after it."""
    concepts = {"M": 8507, "F": 8532}
    people = {key: (concepts[pid[8]], _day(pid[7])) for key, pid in _patients(messages)}
    found = walked.rows(
        "SELECT gender_concept_id, CAST(make_date(year_of_birth, month_of_birth, day_of_birth) AS VARCHAR) FROM person"
    )
    assert Counter(found) == Counter(people.values())


def test_deaths(walked: Walked, messages: list[Message]) -> None:
    died = {key: _day(pid[29]) for key, pid in _patients(messages) if pid[29]}
    assert Counter(str(day) for (day,) in walked.rows("SELECT death_date FROM death")) == Counter(died.values())


def test_nothing_is_known_of_the_dead_two_months_on(walked: Walked, messages: list[Message]) -> None:
    """The sample patient died in 2008 and is seen until 2021: such rows are in quarantine, not in the lake."""
    last = max(dt.date.fromisoformat(_day(pid[29])) for _, pid in _patients(messages) if pid[29])
    assert sum(n for table in walked.first["tables"] for reason, n in walked.reasons(table["table"]).items()
               if reason == "date after death") > 0  # fmt: skip
    latest = walked.one(
        "SELECT max(measurement_date) FROM measurement JOIN death USING (person_id) WHERE measurement_date > death_date"
    )
    assert latest is None or latest <= last + dt.timedelta(days=60)


def test_a_blood_count(walked: Walked, messages: list[Message]) -> None:
    """Every numeric result of the laboratory's one final report of a blood count, value and unit."""
    (report,) = [
        m for m in messages
        if _kind(m) == "ORU^R01" and any(s[0] == "OBR" and s[4].startswith("57021-8^") for s in m)
    ]  # fmt: skip
    results = {(s[3].split("^")[0], float(s[5]), s[6].split("^")[0]) for s in report if s[0] == "OBX" and s[2] == "NM"}
    assert len(results) == 19
    at = next(s[14] for s in report if s[0] == "OBX")  # 20110103143428-0800
    utc = dt.datetime.strptime(at, "%Y%m%d%H%M%S%z").astimezone(dt.UTC).replace(tzinfo=None)
    found = walked.rows(
        "SELECT measurement_source_value, value_as_number, unit_source_value FROM measurement"
        f" WHERE measurement_datetime = TIMESTAMP '{utc}' AND value_as_number IS NOT NULL"
    )
    assert Counter(found) == Counter(results)


def test_charges(walked: Walked, messages: list[Message]) -> None:
    """The same charge is sent in several messages of one type and another; it is charged once."""
    charges: dict[tuple[str, str], float] = {}
    for message in messages:
        if _kind(message).startswith("DFT"):
            for segment in message:
                if segment[0] == "FT1":
                    charges[segment[1], segment[25].split("^")[0]] = float(segment[11].split("&")[0])
    ((count, total),) = walked.rows("SELECT count(*), sum(total_charge) FROM cost")
    assert (count, total) == (len(charges), sum(charges.values()))


def test_vaccines(walked: Walked, messages: list[Message]) -> None:
    """Doses of the living: those of the sample patient lie years after their death, and are in quarantine."""
    dead = {key for key, pid in _patients(messages) if pid[29]}
    doses = Counter(
        segment[5].split("^")[0]
        for message in messages
        if _kind(message) == "VXU^V04" and next(_patients([message]))[0] not in dead
        for segment in message
        if segment[0] == "RXA"
    )
    assert Counter(code for (code,) in walked.rows("SELECT drug_source_value FROM drug_exposure")) == doses


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)
