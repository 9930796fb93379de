"""What is told of a check: what it compares with, and what can be done about what it finds."""

from __future__ import annotations

import re

from medark.check import dqd, further
from medark.check.dqd import instance, instances
from medark.check.further.checks import check_of
from medark.check.wording import ADVICE, advice, compared, meaning
from medark.cli.app import command


def test_of_every_kind_it_is_said_what_to_do() -> None:
    assert set(ADVICE) == {*dqd.KINDS, *further.KINDS}


def test_commands_that_are_named_are_there() -> None:
    there = command().commands
    for words in {*re.findall(r"medark ([a-z ]+?)(?: [A-Z-]|\)|,|$)", " ".join(ADVICE.values()))}:
        first, *second = words.split()
        assert not second or second[0] in there[first].commands, words


def test_what_a_check_compares_with_is_told_beside_what_it_finds() -> None:
    assert meaning(instance("isForeignKey", "person", "gender_concept_id", value="concept.concept_id")).endswith(
        "→ concept.concept_id"
    )
    assert compared(instance("plausibleValueHigh", "death", "death_date", value="tomorrow")) == "> tomorrow"
    units = instance("plausibleUnitConceptIds", "measurement", "measurement_concept_id", (1,), value="8753 9557")
    assert compared(units) == "≠ 8753, 9557"
    assert not compared(instance("isRequired", "person", "person_id"))
    kept = check_of("keptBack", "person", source="a", about="end before start")
    assert meaning(kept).endswith(": end before start")
    assert all(compared(one) for one in instances() if one.value and one.kind.name != "cdmDatatype"), (
        "no limit is kept to itself"
    )
    assert all(advice(one) for one in instances())
