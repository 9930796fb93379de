"""app.toml: what it may say, and the line that is told where it is wrong."""

from __future__ import annotations

import pytest

from medark.errors import UsageError
from medark.model.access import Purpose
from medark.sdk.app_toml import line_of, read_manifest
from medark.sdk.settings import settled
from medark.sdk.versions import fits, version

WHOLE = """\
name = "potassium_card"
version = "1.2.0"
purpose = "care"
title = { en = "Potassium", zh = "血钾" }
description = { en = "A card.", zh = "卡片。" }
owner = "laboratory"

[reads]
measurement = ["person_id", "value_as_number"]
person = "*"

[publishes]
cards = ["critical"]
datasets = ["tested"]

[[pages]]
path = "all-of-it"
title = { en = "All", zh = "全部" }

[settings.high]
type = "number"
default = 6.2
least = 5
most = 8
unit = "mmol/L"
title = { en = "high", zh = "高" }

[settings.kind]
type = "choice"
default = "serum"
choices = ["serum", "blood"]
title = { en = "kind", zh = "类型" }

[needs]
medark = ">=0.1, <1"
python = ">=3.11"
apps = ["registry_page"]
"""


def test_everything_that_it_may_say() -> None:
    found = read_manifest(WHOLE)
    assert (found.name, found.version, found.purpose, found.owner) == (
        "potassium_card",
        "1.2.0",
        Purpose.CARE,
        "laboratory",
    )
    assert found.reads["measurement"] == {"person_id", "value_as_number"}
    assert {"year_of_birth", "medark_record_no"} <= found.reads["person"]
    assert found.publishes == {
        "cards": ("critical",),
        "datasets": ("tested",),
        "tasks": (),
        "measures": (),
        "figures": (),
        "signals": (),
    }
    assert [page.path for page in found.pages] == ["all-of-it"]
    assert found.needs.apps == ("registry_page",)
    assert settled(found.setting_specs, {"high": "7", "kind": "blood"}) == {"high": 7.0, "kind": "blood"}


@pytest.mark.parametrize(
    ("old", "new", "line", "fix"),
    [
        ('name = "potassium_card"', 'name = "Potassium Card"', 1, "potassium_card"),
        ('version = "1.2.0"', 'version = "1.2"', 2, "1.0.0"),
        ('version = "1.2.0"', "version = 1.2", 2, "1.0.0"),
        ('purpose = "care"', 'purpose = "marketing"', 3, "research"),
        ('title = { en = "Potassium", zh = "血钾" }', 'title = "Potassium"', 4, "zh"),
        ('description = { en = "A card.", zh = "卡片。" }', 'description = { en = "A card." }', 5, "zh"),
        ('owner = "laboratory"', "owner = 5", 6, "owner"),
        ('owner = "laboratory"', 'ownr = "laboratory"', 6, "owner"),
        ('measurement = ["person_id"', 'measurements = ["person_id"', 9, "measurement"),
        ('["person_id", "value_as_number"]', '["person_id", "patient_name"]', 9, "leave it out"),
        ('["person_id", "value_as_number"]', '"person_id"', 9, "person_id"),
        ('cards = ["critical"]', 'alerts = ["critical"]', 13, "cards"),
        ('cards = ["critical"]', 'cards = ["critical", "critical"]', 13, "cards"),
        ('cards = ["critical"]', 'cards = ["Critical!"]', 13, "small letters"),
        ('[publishes]', '[writes]\nanswers = ["*"]\n\n[publishes]', 13, "vte:*"),
        ('[publishes]', '[writes]\nmeasurement = ["vte:*"]\n\n[publishes]', 13, "answers"),
        ('path = "all-of-it"', 'path = "../etc"', 16, "registry"),
        ('type = "number"', 'type = "float"', 20, "number"),
        ("default = 6.2", "default = 9.5", 20, "from 5 to 8"),
        ('default = "serum"', 'default = "urine"', 28, "serum | blood"),
        ("least = 5", 'least = "5"', 23, "least = 1"),
        ('medark = ">=0.1, <1"', 'medark = "0.1"', 35, ">=0.1, <1"),
        ('purpose = "care"', "purpose = care", 3, 'key = "value"'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, fix: str) -> None:
    assert old in WHOLE
    with pytest.raises(UsageError) as told:
        read_manifest(WHOLE.replace(old, new, 1))
    assert told.value.where == {"file": "app.toml", "line": line}
    assert fix in told.value.fix


def test_what_a_version_reads_more_than_another() -> None:
    before = read_manifest(WHOLE)
    wider = WHOLE.replace('["person_id", "value_as_number"]', '["person_id", "value_as_number", "unit_concept_id"]')
    assert read_manifest(wider).more_than(before) == {"measurement": {"unit_concept_id"}}
    assert before.more_than(read_manifest(wider)) == {}
    other = read_manifest(WHOLE.replace('"care"', '"research"'))
    assert set(other.more_than(before)) == {"measurement", "person"}  # for another purpose all of it is asked anew


def test_what_it_writes_and_what_a_version_writes_more() -> None:
    before = read_manifest(WHOLE)
    writes = WHOLE.replace("[publishes]", '[writes]\nanswers = ["k:*", "who:told"]\n\n[publishes]')
    after = read_manifest(writes)
    assert (before.writes, after.writes) == ((), ("k:*", "who:told"))
    assert after.writes_more_than(before) == ("k:*", "who:told")
    assert after.writes_more_than(read_manifest(writes.replace("k:*", "k:a*"))) == ("k:*",)
    assert before.writes_more_than(after) == ()
    assert after.writes_more_than(read_manifest(writes.replace('"care"', '"research"'))) == ("k:*", "who:told")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"high": "six"}, True), ({"high": "nan"}, True), ({"high": True}, True), ({"high": "inf"}, True),
        ({"high": 4.9}, True), ({"kind": "urine"}, True), ({"other": 1}, True),
        ({"high": 5}, False), ({"high": "8"}, False), ({}, False),
    ],
)  # fmt: skip
def test_settings_have_types_and_limits(given: dict[str, object], wrong: bool) -> None:
    specs = read_manifest(WHOLE).setting_specs
    if wrong:
        with pytest.raises(UsageError):
            settled(specs, given)
    else:
        assert set(settled(specs, given)) == {"high", "kind"}


def test_versions_are_compared_as_numbers() -> None:
    assert sorted(["1.10.0", "1.9.3", "0.1"], key=version) == ["0.1", "1.9.3", "1.10.0"]
    assert fits("1.10", ">1.9")
    assert not fits("1.10", "==1.1")
    for wrong in ("", "a", "1.2.3.4", "-1"):
        with pytest.raises(UsageError):
            version(wrong)


def test_the_line_of_a_key() -> None:
    assert [line_of(WHOLE, key) for key in ("name", "reads.person", "needs", "settings.high", "absent")] == [
        1, 10, 34, 20, 1,
    ]  # fmt: skip
