"""Laboratory values: they fit each other, and follow disease, treatment and time"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from medark.synthetic.facts.read import by_key, keys
from medark.synthetic.health import physiology
from medark.synthetic.health.patients import Patients, acting
from medark.synthetic.health.risks import chronic

TESTS, DISEASES = keys("tests"), keys("diseases")
_NOON = np.datetime64("2024-06-01T08:00:00")
_DAYS = np.timedelta64(1, "D")
_FITTING = ("wbc neut_pct neut_abs lymph_pct mono_pct eos_pct hgb hct rbc mcv mch",
            "chol ldl hdl tg tbil dbil tp alb ph hco3 pco2")  # fmt: skip


@pytest.fixture
def well() -> Patients:
    """2,000 men of 50 without any disease or drug."""
    count = 2000
    never = np.inf
    return Patients(
        seed=1,
        number=np.arange(1, count + 1),
        female=np.zeros(count, np.int64),
        birth=np.full(count, 1461.0),
        weight_kg=np.full(count, 70.0),
        onset=np.full((count, len(chronic())), never),
        start=np.full((count, len(acting())), never),
        end=np.full((count, len(acting())), never),
    )


def measured(who: Patients, test: str, at=_NOON, reason: str = "", began=_NOON) -> np.ndarray:
    """One value of everybody."""
    count = len(who.number)
    return physiology.values(
        who,
        who.number,
        np.full(count, TESTS.index(test)),
        np.full(count, at),
        np.full(count, DISEASES.index(reason) if reason else -1),
        np.full(count, began),
    )


def having(who: Patients, disease: str, since: str = "2015-01-01") -> Patients:
    """The same people with a disease."""
    onset = who.onset.copy()
    onset[:, chronic().index(disease)] = np.datetime64(since).astype(np.int64)
    return replace(who, onset=onset)


def taking(who: Patients, drug: str, since: np.datetime64) -> Patients:
    """The same people on a drug from a day on."""
    start = who.start.copy()
    start[:, acting().index(drug)] = since.astype("datetime64[D]").astype(np.int64)
    return replace(who, start=start)


@pytest.mark.parametrize("test", [key for key in TESTS if by_key("tests")[key]["kind"] == "quantitative"])
def test_most_of_the_healthy_lie_in_the_reference_range(well: Patients, test: str) -> None:
    row, found = by_key("tests")[test], measured(well, test)
    inside = (found >= float(row["low_m"] or "-inf")) & (found <= float(row["high_m"] or "inf"))
    assert inside.mean() > 0.85
    assert len(np.unique(found)) > 3


def test_parts_of_a_sample_fit_each_other(town) -> None:
    found = {key: measured(town.patients, key) for keys_ in _FITTING for key in keys_.split()}
    assert found["neut_abs"] == pytest.approx(found["wbc"] * found["neut_pct"] / 100, abs=0.02)
    total = sum(found[key] for key in ("neut_pct", "lymph_pct", "mono_pct", "eos_pct"))
    assert ((total > 98.5) & (total < 100.6)).all()
    assert found["mcv"] == pytest.approx(found["hct"] / found["rbc"] * 1000, rel=0.01)
    assert found["mch"] == pytest.approx(found["hgb"] / found["rbc"], rel=0.02)
    assert (found["chol"] > found["ldl"] + found["hdl"]).all()
    assert (found["dbil"] < found["tbil"]).all()
    assert (found["tp"] > found["alb"] + 15).all()
    assert found["ph"] == pytest.approx(6.1 + np.log10(found["hco3"] / (0.0307 * found["pco2"])), abs=0.02)


def test_results_of_a_person_lie_closer_together_than_those_of_people(well: Patients) -> None:
    first, second = measured(well, "crea"), measured(well, "crea", _NOON + 40 * _DAYS)
    assert np.std(first - second) < 0.8 * np.std(first) * np.sqrt(2)
    assert np.corrcoef(first, second)[0, 1] > 0.6


def test_haemoglobin_a1c_falls_slowly_after_treatment_starts(well: Patients) -> None:
    ill = having(well, "t2dm")
    treated = taking(ill, "metformin", _NOON)
    course = [float(np.mean(measured(treated, "hba1c", _NOON + days * _DAYS))) for days in (-20, 14, 40, 90, 200)]
    assert course[0] == pytest.approx(np.mean(measured(ill, "hba1c")), abs=0.1)
    assert course == sorted(course, reverse=True)
    assert course[0] - course[-1] == pytest.approx(1.1, abs=0.1)
    assert np.mean(measured(ill, "hba1c")) > 7.5 > 6 > np.mean(measured(well, "hba1c"))


def test_creatinine_rises_with_the_stage_of_kidney_disease(well: Patients) -> None:
    ratio = measured(having(well, "ckd"), "crea") / measured(well, "crea")
    assert np.percentile(ratio, 40) < 1.2
    assert np.percentile(ratio, 92) > 1.5
    assert np.percentile(ratio, 99) > 2.2
    later = measured(having(well, "ckd", "2004-01-01"), "crea") / measured(well, "crea")
    assert later.mean() > ratio.mean()
    assert np.median(measured(having(having(well, "ckd"), "ckd5"), "crea")) > 450


def test_creatinine_jumps_in_kidney_injury_and_recovers(well: Patients) -> None:
    base = np.median(measured(well, "crea"))
    days = [
        np.median(measured(well, "crea", _NOON + day * _DAYS, "acute_kidney_injury")) / base for day in (0, 1, 6, 20)
    ]
    assert 1.3 < days[0] < days[1] > days[2] > days[3]
    assert days[1] > 2.5
    assert days[3] < 1.15


def test_troponin_rises_and_falls_in_infarction(well: Patients) -> None:
    hours = [np.median(measured(well, "hs_ctni", _NOON + np.timedelta64(hour, "h"), "mi")) for hour in (0, 12, 72, 240)]
    assert hours[0] > 10
    assert hours[1] == max(hours) > 1000
    assert hours[3] < 40


@pytest.mark.parametrize(
    ("reason", "test", "times"),
    [
        ("pulmonary_embolism", "ddimer", 6),
        ("vte_dvt", "ddimer", 5),
        ("pneumonia", "crp", 15),
        ("pneumonia", "wbc", 1.4),
        ("sepsis", "pct", 40),
        ("sepsis", "lac", 1.8),
        ("pancreatitis", "lps", 5),
    ],
)
def test_acute_disease_shows(well: Patients, reason: str, test: str, times: float) -> None:
    peak = measured(well, test, _NOON + np.timedelta64(10, "h"), reason)
    assert np.median(peak) > times * np.median(measured(well, test))
    late = measured(well, test, _NOON + 30 * _DAYS, reason)
    assert np.median(late) < 1.4 * np.median(measured(well, test))


def test_the_drug_that_raises_urate_does_so_by_its_stated_factor(well: Patients) -> None:
    before, after = measured(well, "ua"), measured(taking(well, "hydrochlorothiazide", _NOON - 200 * _DAYS), "ua")
    assert np.mean(after / before) == pytest.approx(
        float(by_key("effects")["hydrochlorothiazide>ua"]["size"]), abs=0.01
    )
    stopped = taking(well, "hydrochlorothiazide", _NOON - 200 * _DAYS)
    stopped = replace(stopped, end=np.where(np.isfinite(stopped.start), stopped.start + 100, stopped.end))
    assert np.array_equal(measured(stopped, "ua"), before)


def test_thyroid_hormone_brings_thyrotropin_back(well: Patients) -> None:
    ill = having(well, "hypothyroidism")
    assert np.mean(measured(ill, "tsh") > 4.2) > 0.9
    assert np.mean(measured(taking(ill, "levothyroxine_sodium", _NOON - 300 * _DAYS), "tsh") < 6) > 0.9


def test_answers_in_words(well: Patients) -> None:
    carrier = having(well, "hepatitis_b")
    assert measured(carrier, "hbsag").mean() > 0.9
    assert measured(well, "hbsag").mean() == 0
    assert np.array_equal(measured(carrier, "hbsag"), measured(carrier, "hbsag", _NOON + 300 * _DAYS))
    protein = measured(having(well, "ckd"), "u_pro")
    assert set(np.unique(protein)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    tests = np.array([TESTS.index("hbsag"), TESTS.index("u_pro"), TESTS.index("crea")])
    assert physiology.words(tests, np.array([1.0, 2.0, 80.0])).to_pylist() == ["阳性", "2+", None]
    assert physiology.words(tests, np.array([0.0, 0.0, 80.0])).to_pylist() == ["阴性", "阴性", None]


def test_flags_follow_the_range_of_the_sex() -> None:
    tests = np.array([TESTS.index("hgb")] * 3 + [TESTS.index("fobt")])
    place, names = physiology.flags(tests, np.array([0, 1, 0, 0]), np.array([120.0, 120.0, 190.0, 1.0]))
    assert [names[i] for i in place] == ["L", "N", "H", "A"]


def test_values_do_not_depend_on_the_order_of_rows(town) -> None:
    chance = np.random.default_rng(1)
    count = 4000
    person, test = chance.choice(town.patients.number, count), chance.integers(0, len(TESTS), count)
    at = _NOON + chance.integers(0, 86_400 * 300, count).astype("timedelta64[s]")
    reason = chance.integers(-1, len(DISEASES), count)
    began = at - chance.integers(0, 86_400 * 9, count).astype("timedelta64[s]")
    whole = physiology.values(town.patients, person, test, at, reason, began)
    mixed = chance.permutation(count)
    again = physiology.values(town.patients, person[mixed], test[mixed], at[mixed], reason[mixed], began[mixed])
    assert np.array_equal(again, whole[mixed])
    assert np.isfinite(whole).all()


def test_somebody_of_another_part_is_refused(town) -> None:
    with pytest.raises(KeyError):
        town.patients.places(np.array([10**9]))


def test_600_000_values_take_less_than_a_second(town) -> None:
    chance, count = np.random.default_rng(2), 600_000
    person, test = chance.choice(town.patients.number, count), chance.integers(0, len(TESTS), count)
    at = np.full(count, _NOON)
    begin = time.process_time()
    physiology.values(town.patients, person, test, at, chance.integers(-1, len(DISEASES), count), at)
    assert time.process_time() - begin < 1.5  # 0.25 s on a quiet core
