"""What a scan finds, held against plain Python over the same values."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from medark.standardise.propose.profile import TableProfile, TableScan, drift, links, profile_of
from medark.standardise.propose.profile.column import ColumnProfile
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.profile.kept import plain, read
from medark.standardise.propose.profile.sketch import contained, hashes


def profiled(name: str, columns: dict[str, list[str | None]], seed: int = 3, step: int = 500) -> TableProfile:
    table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
    scan = TableScan.of(list(columns), seed)
    for start in range(0, table.num_rows, step):
        scan.add(table.slice(start, step))
    return TableProfile(name, tuple(profile_of(column) for column in scan.columns))


def test_a_scan_counts_what_python_counts() -> None:
    draw = random.Random(1)
    values = [draw.choice(["", None, *map(str, range(40))]) for _ in range(3000)]
    column = profiled("t", {"a": values}).column("A")
    known = [value for value in values if value]
    assert (column.rows, column.missing, column.distinct) == (3000, 3000 - len(known), len(set(known)))
    assert column.mean_length == pytest.approx(sum(map(len, known)) / len(known))


def test_many_values_are_estimated_within_ten_per_cent_whatever_their_order() -> None:
    values = [f"P{number:07d}" for number in range(50_000)]
    forwards = profiled("t", {"a": values}, step=9000).column("a")
    backwards = profiled("t", {"a": values[::-1]}, step=7000).column("a")
    assert forwards.distinct == pytest.approx(50_000, rel=0.1)
    assert (forwards.hashes == backwards.hashes).all()
    assert forwards.is_key


def test_a_column_lies_within_a_key_by_its_values_and_not_by_chance() -> None:
    patients = [f"B{number:06d}" for number in range(5000)]
    draw = random.Random(2)
    visits = {
        "patient": draw.choices(patients[:4000], k=3000),
        "grade": draw.choices(["1", "2", "3", "4", "5"], k=3000),
    }
    other = {"code": [str(number) for number in range(1, 50)]}
    found = links([profiled("people", {"id": patients}), profiled("visits", visits), profiled("codes", other)])
    assert [(link.table, link.column, link.key_table, link.key) for link in found] == [
        ("visits", "patient", "people", "id")
    ]
    mixed = pa.array([*patients[:500], *(f"X{number}" for number in range(500))])
    assert contained(np.sort(hashes(mixed, 3)), np.sort(hashes(pa.array(patients), 3))) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("11010519491231002X", "id_cn"), ("2823-3", "loinc"), ("22298006", "snomed"), ("I48.900x004", "icd10_cn"),
        ("I10", "icd10"), ("36.05", "icd9_proc"), ("J01CA04", "atc"), ("10^9/L", "unit"), ("mmHg", "unit"),
        ("2024/1/6", "ymd"),
        ("06/01/2024 09:05", "dmy"), ("20240106", "compact_date"), ("女", "gender"),
        ("QD", "frequency"), ("口服", "route"),
        ("13800000000", "phone"), ("王伟", "name"), ("杭州市西湖区文三路1号2幢3室", "address"),
        ("汉族", "nation"), ("3.5-9.5", "range"),
    ],
)  # fmt: skip
def test_values_show_their_form(value: str, form: str) -> None:
    assert form in forms(value)


def test_a_wrong_check_digit_is_no_number_of_a_person() -> None:
    assert not {"id_cn", "loinc", "snomed"} & {
        f for v in ("110105194912310021", "2823-4", "22298007") for f in forms(v)
    }


def test_no_value_that_could_tell_of_somebody_is_kept() -> None:
    draw = random.Random(4)
    names = ["".join(draw.choices("王李张刘陈", k=1) + draw.choices("伟芳娜敏静丽", k=2)) for _ in range(400)]
    rare = ["阳性"] * 390 + ["罕见病"] * 10
    often = ["王小明"] * 200 + ["李芳"] * 200
    table = profiled(
        "t", {"name": names, "phone": [f"138{n:08d}" for n in range(400)], "disease": rare, "nurse": often}
    )
    written = str(plain(table))
    assert "阳性" in written and "王小明" not in written and "李芳" not in written
    assert "罕见病" not in written  # ten rows hold it: too few
    assert not any(name in written for name in set(names))
    assert table.column("phone").personal == "phone" and not table.column("phone").hashes.size
    assert read(plain(table)) == table


def test_a_second_delivery_tells_what_has_changed() -> None:
    first = profiled("t", {"sex": ["男", "女"] * 100, "value": [str(n % 50) for n in range(200)], "gone": ["a"] * 200})
    later = profiled("t", {"sex": ["1", "2"] * 100, "value": [""] * 200, "new": ["b"] * 200})
    told = {(one.column, one.what) for one in drift(first, later)}
    assert {("new", "a new column"), ("gone", "the column is gone"), ("value", "missing values")} <= told
    assert ("sex", "form of its values") in told
    assert not drift(first, first)
    both = first.with_more(later)
    assert both.rows == 400 and both.column("sex").distinct == 4


def test_a_column_without_values_is_nothing_much() -> None:
    column = profiled("t", {"a": [None, ""]}).column("a")
    assert column == ColumnProfile("a", rows=2, missing=2)
