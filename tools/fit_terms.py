"""How much each evidence counts when terms are matched: fitted on names whose codes are known

Run: .venv/bin/python tools/fit_terms.py items D_LABITEMS.csv LABEVENTS.csv CONCEPT.csv … [--sense]
     .venv/bin/python tools/fit_terms.py diagnoses ZD_INFO.dat --sense
items      labels of laboratory items with their LOINC codes, English; LOINC names of the CONCEPT files
diagnoses  Chinese names of diagnoses (four characters of ICD-10 and "00") among the names of ICD-10-CM
--sense    with the model of meaning that medark[terms] brings
Every second one is learnt from; the others say how well it went (on standard error): top 1, top 5, and whether a
probability is what it says. What is printed belongs in standardise/terms/weights.toml, under `words` without a model of
meaning, else under `measurement` and `other`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from medark.flows.terms.sense import model
from medark.standardise.terms import Matcher, Named, Sense, Term, Weighing
from medark.standardise.terms.evidence import KINDS

_STEPS, _RATE, _HOLD = 4000, 0.3, 1e-3
_SOURCE = Path(__file__).parents[1] / "src" / "medark"
_UNITS = _SOURCE / "standardise" / "lookups" / "unit_synonym.csv"
_ICD10CM = _SOURCE / "store" / "vocabulary" / "shipped" / "concept_icd10cm.csv.gz"
_DIAGNOSIS = re.compile(r"([A-Z]\d\d\.\d)00\s+(\S.*)")
_DIAGNOSES = 1500
# A number of moles is not one of grams, whatever the labels say that are learnt from; and a word less is a word less.
_LEAST = {"unit": 2.0, "method": 0.0, "usual": 0.6, "equal": 0.0}
_Case = tuple[np.ndarray, int]  # evidence of each concept looked at; which is meant, -1: none of them


def main() -> None:
    """Fit and print."""
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("what", choices=("items", "diagnoses"))
    about.add_argument("files", nargs="+", type=Path)
    about.add_argument("--sense", action="store_true")
    asked = about.parse_args()
    terms, known = items(*asked.files) if asked.what == "items" else diagnoses(*asked.files)
    of = model() if asked.sense else None
    sense = Sense(of, of([one.name for one in known])) if of else None
    matcher = Matcher(known, Weighing(dict.fromkeys(KINDS, 1.0), 0.0), sense)
    weights, none = fitted([_case(matcher, term, code) for term, code in terms[::2]], asked.what)
    told = Weighing(dict(zip(KINDS, map(float, weights), strict=True)), none)
    lines = (f"{name} = {value:.3f}" for name, value in told.weights.items() if value or name != "sense")
    print(f"none = {none:.3f}\n\n[weights]", *lines, sep="\n")
    codes = {one.code for one in known}
    report(Matcher(known, told, sense), [(term, code) for term, code in terms[1::2] if code in codes])


def items(labels: Path, events: Path, *concepts: Path) -> tuple[list[tuple[Term, str]], list[Named]]:
    """Labels with the LOINC codes that they mean, and what is searched."""
    units = _units(events)
    known = {one.code: one for path in concepts for one in _named(path)}
    return [(_term(row, units), row["loinc_code"]) for row in _rows(labels) if row["loinc_code"]], [*known.values()]


def diagnoses(names: Path) -> tuple[list[tuple[Term, str]], list[Named]]:
    """Chinese names with the codes of ICD-10 that ICD-10-CM has too, and what is searched."""
    with gzip.open(_ICD10CM, "rt", encoding="utf-8") as file:
        known = [
            Named(int(row["concept_id"]), "ICD10CM", row["concept_code"], (row["concept_name"],))
            for row in csv.DictReader(file)
            if row["domain_id"] == "Condition"
        ]
    codes = {one.code for one in known}
    found = (_DIAGNOSIS.match(line) for line in names.read_text(encoding="utf-8").splitlines())
    told = [
        (Term(code, (name.strip(),)), code) for code, name in (one.groups() for one in found if one) if code in codes
    ]
    random.Random(1).shuffle(told)
    return told[:_DIAGNOSES], known


def fitted(cases: list[_Case], what: str) -> tuple[np.ndarray, float]:
    """The weights under which what is meant is likeliest (a multinomial logit; none of them is one more choice)."""
    weights, none = np.ones(len(KINDS)), 3.0
    least = np.array([_LEAST.get(kind, -np.inf) if what == "items" else 0.0 for kind in KINDS])
    for _ in range(_STEPS):
        slope, slope_none = -_HOLD * weights, 0.0
        for seen, meant in cases:
            scores = np.append(seen @ weights, none)
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            right = np.zeros(len(scores))
            right[meant] = 1.0
            off = right - chances
            slope += seen.T @ off[:-1] / len(cases)
            slope_none += off[-1] / len(cases)
        weights, none = np.maximum(weights + _RATE * slope, least), none + _RATE * slope_none
    return weights, none


def report(matcher: Matcher, held_out: list[tuple[Term, str]]) -> None:
    """What came of it, on items that were not learnt from."""
    first = five = 0
    sure: list[tuple[float, bool]] = []
    for term, code in held_out:
        found = matcher.candidates(term)
        first += bool(found) and found[0].concept.code == code
        five += code in {one.concept.code for one in found}
        sure += [(found[0].probability, found[0].concept.code == code)] if found else []
    print(
        f"{len(held_out)} held out: top 1 {first / len(held_out):.1%}, top 5 {five / len(held_out):.1%}",
        file=sys.stderr,
    )
    for low in (0.0, 0.3, 0.5, 0.7, 0.9):
        here = [right for chance, right in sure if low <= chance < {0.9: 1.01}.get(low, low + 0.2 + 0.1 * (low == 0.0))]
        if here:
            print(f"  from {low}: {len(here)} of them, right {np.mean(here):.0%}", file=sys.stderr)


def _case(matcher: Matcher, term: Term, code: str) -> _Case:
    found = matcher.weighed(term)
    seen = np.array([[told[kind] for kind in KINDS] for _, told in found]).reshape(-1, len(KINDS))
    meant = next((n for n, (concept, _) in enumerate(found) if concept.code == code), -1)
    return seen, meant


def _term(row: dict[str, str], units: dict[str, Counter[str]]) -> Term:
    told = units.get(row["itemid"], Counter())
    return Term(row["itemid"], (row["label"],), tuple(unit for unit, _ in told.most_common(2)), row["fluid"])


def _units(path: Path) -> dict[str, Counter[str]]:
    """The units of each item's values, as UCUM writes them."""
    meant = {row["unit"]: row["ucum_code"] for row in _rows(_UNITS)}
    found: dict[str, Counter[str]] = {}
    for row in _rows(path):
        if unit := row["valueuom"]:
            found.setdefault(row["itemid"], Counter())[meant.get(unit.casefold().replace(" ", ""), unit)] += 1
    return found


def _named(path: Path) -> Iterable[Named]:
    for row in _rows(path):
        if row["vocabulary_id"] == "LOINC" and row["domain_id"] == "Measurement" and row["standard_concept"] == "S":
            yield Named(int(row["concept_id"]), "LOINC", row["concept_code"], (row["concept_name"],))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
