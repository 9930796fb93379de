"""NEWS2 at every edge of its bands (chart 1), qSOFA, and missing tests."""

from __future__ import annotations

import datetime as dt

import pytest

from cdss_bedside import Bedside

NORMAL = {"resp_rate": 16, "spo2": 98, "sbp": 120, "pulse": 70, "temp": 37.0, "gcs": 15, "oxygen": 0}
# Royal College of Physicians 2017, chart 1: value, points.
BANDS = {
    "resp_rate": [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3)],
    "spo2": [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)],
    "sbp": [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)],
    "pulse": [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)],
    "temp": [(35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0), (38.0, 0), (38.1, 1), (39.0, 1), (39.1, 2)],
    "gcs": [(15, 0), (14, 3), (3, 3)],
    "oxygen": [(0, 0), (2, 2)],
}
EDGES = [(sign, value, points) for sign, edges in BANDS.items() for value, points in edges]


@pytest.mark.parametrize(("sign", "value", "points"), EDGES)
def test_points_of_news2(sign: str, value: float, points: int) -> None:
    """Beside something that counts 3 and 2 points, so that the card is shown whatever this counts."""
    beside = {"resp_rate": 25, "temp": 39.5} if sign not in ("resp_rate", "temp") else {"pulse": 131, "spo2": 93}
    said = Bedside().vital(**{**NORMAL, **beside, sign: value})
    total = 5 + points
    name = "news2_high" if total >= 7 else "news2_medium"
    assert said.says(name).startswith(f"NEWS2 is {total} at least")


def test_bands_of_news2() -> None:
    """0 to 4 nothing; 5 and 6, or 3 of one sign, medium; 7 and over high."""
    low = {"resp_rate": 21, "pulse": 111}  # 4
    five, six, seven = {**low, "temp": 38.5}, {**low, "temp": 39.5}, {**low, "temp": 39.5, "sbp": 105}
    shown = [Bedside().vital(**{**NORMAL, **signs}) for signs in (low, five, six, seven, {"gcs": 14})]
    assert [bool(one.says("news2_medium")) for one in shown] == [False, True, True, False, True]
    assert [bool(one.says("news2_high")) for one in shown] == [False, False, False, True, False]


def test_what_is_not_measured_counts_nothing_and_is_told() -> None:
    card = Bedside().vital(resp_rate=25, sbp=85, pulse=135).card("news2_high")
    assert card is not None
    assert card.summary.startswith("NEWS2 is 9 at least")
    assert "4 of seven not measured" in card.detail


def test_news2_is_for_16_and_over() -> None:
    ill = {"resp_rate": 25, "sbp": 85, "pulse": 135}
    assert Bedside("2008-07-03").vital(**ill).says("news2_high")
    assert not Bedside("2008-07-04").vital(**ill).says("news2_high")


# Singer 2016: 22 and more, 100 and less, coma score under 15; two of three.
@pytest.mark.parametrize(
    ("signs", "total"),
    [
        ({"resp_rate": 22, "sbp": 100}, 2), ({"resp_rate": 21, "sbp": 100}, 1), ({"resp_rate": 22, "sbp": 101}, 1),
        ({"resp_rate": 22, "gcs": 14}, 2), ({"resp_rate": 22, "gcs": 15}, 1),
        ({"resp_rate": 30, "sbp": 80, "gcs": 8}, 3),
    ],
)  # fmt: skip
def test_qsofa(signs: dict[str, float], total: int) -> None:
    said = Bedside().ill("J18.900").vital(**signs).says("qsofa")
    assert said == (f"qSOFA {total} with a suspected infection: sepsis?" if total >= 2 else "")


def test_qsofa_asks_for_an_infection() -> None:
    signs = {"resp_rate": 24, "sbp": 90}
    assert not Bedside().vital(**signs).says("qsofa")
    assert not Bedside().ill("I10").vital(**signs).says("qsofa")
    assert not Bedside().ill("J18.9", at="2024-06-18").vital(**signs).says("qsofa")
    assert Bedside().takes("注射用头孢曲松钠").vital(**signs).says("qsofa")
    assert not Bedside().takes("左氧氟沙星滴眼液").vital(**signs).says("qsofa")


# Drug, test, unit, days.
MISSING = [
    ("华法林钠片", "inr", "", 28), ("螺内酯片", "potassium", "mmol/L", 120),
    ("胺碘酮片", "thyrotropin", "", 180),
    ("甲氨蝶呤片", "white blood cell count", "10*9/L", 84), ("盐酸二甲双胍片", "creatinine", "umol/L", 365),
    ("左甲状腺素钠片", "thyrotropin", "", 365), ("氯氮平片", "white blood cell count", "10*9/L", 28),
]  # fmt: skip


@pytest.mark.parametrize(("drug", "test", "unit", "days"), MISSING)
def test_a_missing_test_is_told_from_its_day_on(drug: str, test: str, unit: str, days: int) -> None:
    today = dt.date(2024, 7, 3)
    before, due, late, short = (str(today - dt.timedelta(days=n)) for n in (days + 10, days, days + 1, days - 1))

    def says(begun: str, at: str = "") -> bool:
        who = Bedside().takes(drug, since=begun, until=begun).takes(drug)
        if at:
            who.measured(test, 3.0, unit, f"{at} 07:00")
        return f"no {test} " in who.says("missing_test").lower()

    assert [says(before), says(before, due), says(before, late), says(short)] == [True, False, True, False]


def test_diabetes_asks_for_hba1c() -> None:
    ill = Bedside().ill("E11.900", at="2023-12-01")
    assert ill.says("missing_test") == "diabetes: no Hemoglobin A1c in 183 days (1 tests are due)"
    assert ill.says("missing_test", "zh") == "糖尿病：近 183 天未查糖化血红蛋白（共 1 项应查）"
    assert not ill.measured("hemoglobin a1c", 7.0, "%", "2024-03-01 07:00").says("missing_test")
    assert not Bedside().ill("E11.900", at="2024-05-01").says("missing_test")
