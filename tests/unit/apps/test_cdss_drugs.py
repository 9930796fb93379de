"""Cards of drugs: pairs, allergies, classes, kidneys, age, QT; drugs by name, by the hospital's code and as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdss_bedside import HERE, Bedside, made
from medark.apps.cdss.crossing import crossing
from medark.define.attached import attach

# Two drugs and the card: product labels and the ONC list, as interactions.csv tells them.
PAIRS = [
    ("辛伐他汀片", "克拉霉素片", "contraindicated"), ("simvastatin", "itraconazole", "contraindicated"),
    ("西地那非片", "单硝酸异山梨酯缓释片", "contraindicated"), ("替扎尼定片", "环丙沙星片", "contraindicated"),
    ("硫唑嘌呤片", "非布司他片", "contraindicated"), ("氟西汀胶囊", "司来吉兰片", "contraindicated"),
    ("华法林钠片", "布洛芬缓释胶囊", "major"), ("warfarin", "amiodarone", "major"), ("缬沙坦胶囊", "螺内酯片", "major"),
    ("丙戊酸钠片", "注射用美罗培南", "major"), ("曲马多片", "舍曲林片", "major"),
    ("硫酸氢氯吡格雷片", "奥美拉唑肠溶胶囊", "moderate"), ("左甲状腺素钠片", "碳酸钙片", "moderate"),
    ("左氧氟沙星片", "琥珀酸亚铁片", "moderate"),
]  # fmt: skip
SEVERITIES = ("contraindicated", "major", "moderate")


@pytest.mark.parametrize(("one", "other", "card"), PAIRS)
def test_a_pair_is_told_whichever_came_first(one: str, other: str, card: str) -> None:
    for first, second in ((one, other), (other, one)):
        who = Bedside().takes(first, since="2024-07-01").takes(second, since="2024-07-03")
        assert [name for name in SEVERITIES if who.says(f"interaction_{name}")] == [card]
    assert not any(Bedside().takes(one).says(f"interaction_{name}") for name in SEVERITIES)


def test_what_a_pair_says() -> None:
    who = Bedside().takes("辛伐他汀片").takes("克拉霉素片", since="2024-07-02")
    card = who.card("interaction_contraindicated")
    assert card is not None
    assert card.indicator == "critical"
    assert card.summary.endswith("myopathy, rhabdomyolysis (1)")
    assert "**辛伐他汀片** (from 2024-07-01) with **克拉霉素片** (from 2024-07-02)" in card.detail
    assert "Phansalkar 2012" in card.detail
    said = who.says("interaction_contraindicated", "zh")
    assert said.startswith("禁忌合用：")
    assert said.endswith("肌病、横纹肌溶解（1 对）")


def test_another_pair_changes_what_is_said() -> None:
    """So that a repeat is no repeat any more: see the tests of silence."""
    one = Bedside().takes("华法林钠片", "布洛芬缓释胶囊")
    two = Bedside().takes("华法林钠片", "布洛芬缓释胶囊", "双氯芬酸钠缓释片")
    again = Bedside().takes("华法林钠片", "布洛芬缓释胶囊").takes("布洛芬缓释胶囊", since="2024-07-03")
    assert [one.says("interaction_major")[-3:], two.says("interaction_major")[-3:]] == ["(1)", "(2)"]
    assert again.says("interaction_major") == one.says("interaction_major")


def test_what_ended_or_works_on_the_skin_meets_nothing() -> None:
    assert not Bedside().takes("华法林钠片").takes("布洛芬缓释胶囊", until="2024-07-01").says("interaction_major")
    assert Bedside().takes("华法林钠片").takes("布洛芬缓释胶囊", until="2024-07-02").says("interaction_major")
    assert not Bedside().takes("华法林钠片", "布洛芬乳膏").says("interaction_major")
    assert (
        not Bedside().takes("依诺肝素钠注射液").takes("依诺肝素钠注射液", since="2024-07-02").says("interaction_major")
    )


def test_a_hospital_tells_its_own_codes() -> None:
    assert not Bedside().takes("XB01339", "XM01353").says("interaction_major")
    own = Bedside(drug_codes="XB01339=B01AA03 XM01353=M01AE01").takes("XB01339", "XM01353")
    assert own.says("interaction_major").startswith("Major interaction: warfarin and NSAIDs")
    assert Bedside().takes("B01AA03", "M01AE01").says("interaction_major")


# Allergy, drug, card.
ALLERGIES = [
    ("青霉素类", "阿莫西林胶囊", "allergy"), ("penicillin", "注射用哌拉西林钠他唑巴坦钠", "allergy"),
    ("青霉素类", "注射用头孢曲松钠", "allergy_cross"), ("青霉素类", "注射用美罗培南", "allergy_cross"),
    ("阿莫西林", "头孢克洛胶囊", "allergy"), ("头孢菌素类", "注射用头孢呋辛钠", "allergy"),
    ("磺胺类", "复方磺胺甲噁唑片", "allergy"), ("磺胺类", "呋塞米片", "allergy_remote"),
    ("非甾体抗炎药", "布洛芬缓释胶囊", "allergy"), ("喹诺酮类", "左氧氟沙星片", "allergy"),
    ("大环内酯类", "阿奇霉素片", "allergy_cross"), ("碘造影剂", "碘海醇注射液", "allergy_cross"),
    ("卡马西平", "苯妥英钠片", "allergy"), ("青霉素类", "氨曲南", ""), ("青霉素类", "左氧氟沙星片", ""),
]  # fmt: skip


@pytest.mark.parametrize(("to", "drug", "card"), ALLERGIES)
def test_an_allergy(to: str, drug: str, card: str) -> None:
    who = Bedside().allergic(to).takes(drug)
    assert [name for name in ("allergy", "allergy_cross", "allergy_remote") if who.says(name)] == [card] * bool(card)


def test_the_very_drug() -> None:
    said = Bedside().allergic("二甲双胍").takes("盐酸二甲双胍片").says("allergy_same_drug")
    assert said == "Allergic to 二甲双胍; 盐酸二甲双胍片 is ordered"
    assert not Bedside().allergic("二甲双胍").takes("格列美脲片").says("allergy_same_drug")


def test_two_of_one_class_and_one_twice() -> None:
    assert Bedside().takes("阿托伐他汀钙片", "瑞舒伐他汀钙片").says("duplicate_class")
    assert not Bedside().takes("阿司匹林肠溶片", "硫酸氢氯吡格雷片").says("duplicate_class")
    assert not Bedside().takes("阿托伐他汀钙片", "瑞舒伐他汀钙片", until="2024-07-03").says("duplicate_class")
    twice = Bedside().takes("阿托伐他汀钙片", until="2024-07-11").takes("阿托伐他汀片", until="2024-08-03")
    assert twice.says("duplicate_drug").startswith("One drug ordered twice")
    assert not twice.says("duplicate_class")
    renewed = Bedside().takes("阿托伐他汀钙片", until="2024-07-10").takes("阿托伐他汀片", until="2024-08-03")
    assert not renewed.says("duplicate_drug")


# Creatinine in mg/dL of a man of 60 and his eGFR by CKD-EPI 2021, worked out by hand: 142 (Scr/0.9)^-1.2 0.9938^60.
EGFR = [(1.0, 86.2), (1.5, 53.0), (1.7, 45.6), (1.74, 44.3), (2.4, 30.1), (2.41, 30.0), (2.43, 29.7)]


@pytest.mark.parametrize(("creatinine", "egfr"), EGFR)
def test_filtration_decides_on_metformin(creatinine: float, egfr: float) -> None:
    """Under 30 not at all, from 30 to under 45 not begun; FDA 2016."""
    worked = 142 * (creatinine / 0.9) ** -1.2 * 0.9938**60
    assert round(worked, 1) == egfr
    who = Bedside("1964-01-01").takes("盐酸二甲双胍片").measured("creatinine", creatinine, "mg/dL")
    stop, dose = who.says("renal_stop"), who.says("renal_dose")
    if worked < 45:
        wanted = "contraindicated" if worked < 30 else "do not start"
        assert wanted in stop
        assert f"eGFR {egfr:g}" in stop
    else:
        assert not stop
    assert not dose


def test_clearance_takes_the_weight_where_it_is_known() -> None:
    """Dabigatran under 30 mL/min: (140 - 60) x 50 / (72 x 1.9) = 29.2; with 60 kg 35.1; without, eGFR 40 does."""

    def says(**weight: float) -> tuple[bool, bool]:
        who = Bedside("1964-01-01").takes("达比加群酯胶囊").measured("creatinine", 1.9, "mg/dL")
        for kilos in weight.values():
            who.measured("weight", kilos, "kg", "2024-05-01")
        return bool(who.says("renal_stop")), bool(who.says("renal_dose"))

    assert [says(kg=50), says(kg=60), says()] == [(True, False), (False, True), (False, True)]


def test_old_creatinine_says_nothing() -> None:
    who = Bedside("1964-01-01").takes("盐酸二甲双胍片").measured("creatinine", 5, "mg/dL", "2024-04-03 07:00")
    assert not who.says("renal_stop")


def test_beers_from_65_on() -> None:
    assert Bedside("1959-07-03").takes("艾司唑仑片").says("elderly").startswith("Age 65: benzodiazepines: avoid")
    assert not Bedside("1959-07-04").takes("艾司唑仑片").says("elderly")
    assert not Bedside("1940-01-01").takes("苯磺酸氨氯地平片").says("elderly")


def test_a_proton_pump_inhibitor_is_long_from_56_days_on() -> None:
    def says(until: str) -> bool:
        return bool(Bedside("1940-01-01").takes("奥美拉唑肠溶胶囊", since="2024-06-01", until=until).says("elderly"))

    assert [says("2024-07-26"), says("2024-07-27")] == [False, True]


def test_two_drugs_that_prolong_qt() -> None:
    assert Bedside().takes("克拉霉素片", "胺碘酮片").says("qt_two_drugs")
    assert not Bedside().takes("克拉霉素片").takes("克拉霉素片", since="2024-07-02").says("qt_two_drugs")
    assert not Bedside().takes("克拉霉素片", "阿莫西林胶囊").says("qt_two_drugs")


# Drew 2010: QTc over 500 ms; potassium below 3.5, magnesium below 0.7 mmol/L.
@pytest.mark.parametrize(
    ("what", "safe", "risky", "unit"),
    [("potassium", 3.5, 3.49, "mmol/L"), ("magnesium", 0.7, 0.69, "mmol/L"), ("magnesium", 1.71, 1.69, "mg/dL")],
)
def test_electrolytes_beside_a_drug_that_prolongs_qt(what: str, safe: float, risky: float, unit: str) -> None:
    assert not Bedside().takes("克拉霉素片").measured(what, safe, unit).says("qt_at_risk")
    assert Bedside().takes("克拉霉素片").measured(what, risky, unit).says("qt_at_risk")
    assert not Bedside().measured(what, risky, unit).says("qt_at_risk")


def test_a_long_qtc() -> None:
    def says(value: float) -> bool:
        who = Bedside().takes("克拉霉素片")
        told = {"measurement_source_value": "8636-3", "value_as_number": value, "unit_concept_id": 9593}
        who.lake.row("measurement", who.who, "QTc", at="2024-07-01", **told)
        return bool(who.says("qt_at_risk"))

    assert [says(500.0), says(501.0)] == [False, True]


def test_most_drugs_of_a_hospital_are_known_by_their_names() -> None:
    """Of those that the made-up hospitals write, in Chinese and in English, all that have a code but a handful."""
    import csv

    from medark.apps.cdss.drugs import recognised
    from medark.apps.cdss.facts import drug_names

    attach({one.relative_to(HERE).as_posix(): one.read_text("utf-8") for one in HERE.rglob("*.csv")})
    try:
        names = drug_names()
        assert recognised("A=B01AC06", False).own == {"a": "B01AC06"}
    finally:
        attach({})
    place = Path(HERE).parents[1] / "synthetic" / "facts" / "drugs.csv"
    told = [row for row in csv.DictReader(place.read_text("utf-8-sig").splitlines()) if row["atc"]]
    for language in ("name_zh", "name_en"):
        unknown = [row["key"] for row in told if not any(name in row[language].lower() for name in names)]
        assert len(unknown) <= 5


def test_crossings_find_the_fact_that_is_chosen() -> None:
    known = crossing({"a": frozenset({1, 2}), "b": frozenset({3})}, {"x": frozenset({2, 1}), "y": frozenset({3})})
    assert known.facts == {1001: 2, 2002: 3}
    assert (known.left, known.right) == ({"a": 1, "b": 2}, {"x": 1, "y": 2})


def test_all_cards_have_a_cooldown_and_a_source() -> None:
    assert all(one.rule.cooldown is not None and one.rule.source for one in made().cards)
