"""Names that tell a protected condition: those of the reference's drugs do, and what only looks like one does not"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medark.govern.protected import conditions
from medark.govern.signs import PROVIDERS, SITES, Kind, named_concept_sql, pattern, signs, tells
from medark.sql.linter import lint
from medark.sql.patterns import faults

DRUG, TEST, PLACE = (frozenset({kind}) for kind in (Kind.DRUG, Kind.TEST, Kind.PLACE))
# Groups of ATC, and the level below which they are hidden.
GROUPS = {"J05AE": 5, "J05AG": 5, "J05AJ": 5, "J05AR": 5, "N05A": 5, "J05AF": 4, "J04A": 4}
NOT_ALONE = {"ritonavir", "nirmatrelvir and ritonavir"}  # against a cold as well


def test_every_sign_is_of_a_condition_that_is_protected() -> None:
    assert {one.condition for one in signs()} <= {one.id for one in conditions()}
    assert all(one.reason and one.source and all(one.words) for one in signs())
    assert all(word == word.lower() for one in signs() for word in one.words)


def test_drugs_of_the_reference(shared_reference: Path) -> None:
    text = (shared_reference / "05_drugs" / "drugs.csv").read_text(encoding="utf-8").splitlines()
    seen = 0
    for row in csv.DictReader(text):
        level = next((level for group, level in GROUPS.items() if row["atc"].startswith(group)), 0)
        for name in (row["name_inn"], f"{row['name_zh']}片 10mg", f"{row['name_inn'].title()} 10 MG Oral Tablet"):
            if row["name_inn"] not in NOT_ALONE and level:
                assert tells(name, DRUG, level - 1), name
                seen += 1
            if row["atc"][:1] in "ABCDLMR":
                assert not tells(name, DRUG, 1), name
    assert seen > 50


@pytest.mark.parametrize(
    ("text", "kinds", "level"),
    [
        ("HIV 1 RNA [Log #/volume] (viral load) in Serum or Plasma by NAA with probe detection", TEST, 4),
        ("HIV抗体", TEST, 4), ("艾滋病毒抗原抗体", TEST, 4), ("TPPA", TEST, 4), ("HBsAg", TEST, 3),
        ("乙肝表面抗原", TEST, 3),
        ("人工流产术", TEST, 4), ("Electroconvulsive therapy", TEST, 4), ("精神科二病区", PLACE, 4),
        ("Psychiatry", PLACE, 4),
        ("结核门诊", PLACE, 3), ("复方磷酸美沙酮口服液", DRUG, 4), ("T-SPOT.TB", TEST, 3),
    ],
)  # fmt: skip
def test_names_that_tell(text: str, kinds: frozenset[Kind], level: int) -> None:
    assert tells(text, kinds, level)
    assert not tells(text, kinds, 5)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("archive", TEST), ("Potassium", TEST), ("高血压", TEST), ("entrusted", TEST), ("神经内科", PLACE),
        ("心内科", PLACE),
        ("Cardiology", PLACE), ("rifampin [Susceptibility]", TEST), ("阿莫西林", DRUG), ("hive", TEST), ("grape", TEST),
    ],
)  # fmt: skip
def test_names_that_do_not(text: str, kinds: frozenset[Kind]) -> None:
    assert not tells(text, kinds, 1)


def test_departments_and_professionals() -> None:
    site = dict.fromkeys(SITES.columns) | {"care_site_id": 7, "care_site_name": "心理科门诊"}
    plain = dict.fromkeys(SITES.columns) | {"care_site_id": 8, "care_site_name": "内科"}
    coded = dict.fromkeys(SITES.columns) | {"care_site_id": 9, "place_of_service_concept_id": 1}
    assert SITES.hidden([site, plain, coded], frozenset({1}), 4) == {7, 9}
    doctor = dict.fromkeys(PROVIDERS.columns) | {"provider_id": 3, "specialty_source_value": "Psychiatry"}
    assert PROVIDERS.hidden([doctor], frozenset(), 4) == {3}


def test_what_is_asked_of_an_engine_is_portable() -> None:
    for level in range(1, 5):
        assert lint(named_concept_sql(level)) == ()
        for kind in Kind:
            assert not list(faults(pattern(frozenset({kind}), level)))
