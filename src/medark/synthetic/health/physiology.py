"""Laboratory values that hang together: with each other, with what the patient has and takes, and over time"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import by_key, keys, rows
from medark.synthetic.health.measured import Moments, level, moments, moved, scale
from medark.synthetic.health.own import normal, uniform
from medark.synthetic.health.patients import Patients

_FOR_LIFE: Final = frozenset({"hbsag", "hbsab", "hbeag", "hbeab", "hbcab", "hcvab", "hivab", "tppa"})
_PLUSES: Final = frozenset({"u_pro", "u_glu", "u_ket"})


def values(patients: Patients, person: Ints, test: Ints, time: np.ndarray, reason: Ints, began: np.ndarray) -> Floats:
    """Values in the SI units of tests.csv, rounded as reported; of qualitative tests 0 or 1, of test strips pluses.

    Columns of results, in any order: `test` is the place in keys("tests"), `reason` that of the encounter's disease in
    keys("diseases") (-1 without) and `began` its start (datetime64), from which acute diseases run their course. The
    same person, test, time, reason and start give the same value at each call: results of one sample fit each other.
    """
    at = moments(patients, person, time, reason, began)
    found = np.empty(len(at.place))
    order = np.argsort(test.astype(np.int16), kind="stable")
    edges = np.searchsorted(test[order], np.arange(len(keys("tests")) + 1))
    for number, key in enumerate(keys("tests")):
        chosen = order[edges[number] : edges[number + 1]]
        if chosen.size:
            found[chosen] = np.round(value(key, at.rows(chosen)), scale("tests", key).decimals)
    return found


def value(key: str, at: Moments) -> Floats:
    """Values of one test, not yet rounded."""
    if by_key("tests")[key]["kind"] == "qualitative":
        return _qualitative(key, at)
    if key in _DERIVED:
        of = scale("tests", key)
        return np.clip(_DERIVED[key](at), of.lowest, of.highest)
    return level(scale("tests", key), key, at)


def words(test: Ints, found: Floats) -> pa.Array:
    """What a report says of qualitative tests; missing for those with numbers."""
    negative, positive = _answers()
    text = np.where(found <= 0, negative[test], np.where(found == 1, positive[test], ""))
    strips = _strips()[test] & (found > 0)
    text = np.where(strips, np.array(["", "1+", "2+", "3+", "4+"])[np.clip(found, 0, 4).astype(np.int64)], text)
    return pa.array(text, pa.string(), mask=~_told_in_words()[test])


def flags(test: Ints, female: Ints, found: Floats) -> tuple[Ints, tuple[str, ...]]:
    """H, L, N against the reference range of the sex (A: a positive answer), as indexes and words."""
    low, high = _ranges()
    above, below = found > high[female, test], found < low[female, test]
    flag = np.where(above, 0, np.where(below, 1, 2))
    return np.where(_told_in_words()[test], np.where(found > 0, 3, 2), flag), ("H", "L", "N", "A")


def _qualitative(key: str, at: Moments) -> Floats:
    of, seed = scale("tests", key), at.patients.seed
    share = of.centre[0] + moved(key, at)[1]
    when = () if key in _FOR_LIFE else (at.time,)
    lot = uniform(seed, f"answer/{key}", at.person, *when)
    if key not in _PLUSES:
        return (lot < share).astype(np.float64)
    wandering = np.maximum(share - of.centre[0], 0.0) + 0.35 * normal(seed, f"strip/{key}", at.person, at.time)
    return np.where(lot < of.centre[0], 1.0, np.clip(np.round(wandering), 0, 4) + 0.0)


def _part(of: str, share: str) -> Callable[[Moments], Floats]:
    return lambda at: value(of, at) * value(share, at) / 100.0


def _rest_of(key: str) -> Callable[[Moments], Floats]:
    """Monocytes, eosinophils: a share of what neutrophils leave."""

    def found(at: Moments) -> Floats:
        of = scale("tests", key)
        usual = 100.0 - scale("tests", "neut_pct").centre[0]
        return level(of, key, at) * (100.0 - value("neut_pct", at)) / usual

    return found


def _lymphocytes(at: Moments) -> Floats:
    return 99.5 - value("neut_pct", at) - value("mono_pct", at) - value("eos_pct", at)


def _total_protein(at: Moments) -> Floats:
    globulin = 28.5 * np.exp(0.10 * normal(at.patients.seed, "own/glb", at.person))
    return value("alb", at) + globulin * np.exp(0.03 * normal(at.patients.seed, "within/glb", at.person, at.time))


def _haematocrit(at: Moments) -> Floats:
    return value("hgb", at) / (338.0 * np.exp(0.015 * normal(at.patients.seed, "within/mchc", at.person, at.time)))


def _cholesterol(at: Moments) -> Floats:
    """Friedewald 1972, Clin Chem 18:499, read backwards, in mmol/L."""
    return value("ldl", at) + value("hdl", at) + np.minimum(value("tg", at), 4.5) / 2.2


def _conjugated(at: Moments) -> Floats:
    share = 0.28 * np.exp(0.18 * normal(at.patients.seed, "own/dbil", at.person))
    return value("tbil", at) * np.minimum(share * (1.0 + value("tbil", at) / 160.0), 0.85)


def _acidity(at: Moments) -> Floats:
    """Henderson-Hasselbalch; carbon dioxide in mmHg."""
    return 6.1 + np.log10(value("hco3", at) / (0.0307 * value("pco2", at)))


def _excess(at: Moments) -> Floats:
    """Van Slyke's equation, short form. Source: Siggaard-Andersen 1977, Scand J Clin Lab Invest 37 Suppl 146:15."""
    return 0.93 * (value("hco3", at) - 24.4 + 14.8 * (value("ph", at) - 7.4))


_DERIVED: Final[dict[str, Callable[[Moments], Floats]]] = {
    "neut_abs": _part("wbc", "neut_pct"),
    "lymph_abs": _part("wbc", "lymph_pct"),
    "mono_pct": _rest_of("mono_pct"),
    "eos_pct": _rest_of("eos_pct"),
    "lymph_pct": _lymphocytes,
    "hct": _haematocrit,
    "rbc": lambda at: _haematocrit(at) / value("mcv", at) * 1000.0,
    "mch": lambda at: value("hgb", at) * value("mcv", at) / (_haematocrit(at) * 1000.0),
    "tp": _total_protein,
    "dbil": _conjugated,
    "chol": _cholesterol,
    "pt": lambda at: 12.3 * value("inr", at),
    "ph": _acidity,
    "be": _excess,
}


@cache
def _answers() -> tuple[np.ndarray, np.ndarray]:
    held = rows("tests")
    return np.array([row["negative"] for row in held]), np.array([row["positive"] for row in held])


@cache
def _strips() -> np.ndarray:
    return np.array([key in _PLUSES for key in keys("tests")])


@cache
def _told_in_words() -> np.ndarray:
    return np.array([row["kind"] == "qualitative" for row in rows("tests")])


@cache
def _ranges() -> tuple[Floats, Floats]:
    """Limits by sex (0 M, 1 F) and test; without one, none is crossed."""
    low = [[float(row[f"low_{sex}"] or "-inf") for row in rows("tests")] for sex in "mf"]
    high = [[float(row[f"high_{sex}"] or "inf") for row in rows("tests")] for sex in "mf"]
    return np.array(low), np.array(high)
