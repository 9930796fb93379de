"""How much each evidence counts when terms are matched: fitted on labels of laboratory items with known LOINC codes

Run: .venv/bin/python tools/fit_terms.py D_LABITEMS.csv LABEVENTS.csv CONCEPT.csv … > weights.toml
Every second item is learnt from; the others say how well it went (on standard error): top 1, top 5, and whether a
probability is what it says.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from medark.standardise.terms import Matcher, Named, Term, Weighing
from medark.standardise.terms.evidence import KINDS

_STEPS, _RATE, _HOLD = 4000, 0.3, 1e-3
_UNITS = Path(__file__).parents[1] / "src/medark/standardise/lookups/unit_synonym.csv"
# A number of moles is not one of grams, whatever the labels say that are learnt from; and a word less is a word less.
_LEAST = {"unit": 2.0, "method": 0.0, "usual": 0.6, "equal": 0.0}
_Case = tuple[np.ndarray, int]  # evidence of each concept looked at; which is meant, -1: none of them


def main(items: str, events: str, *concepts: str) -> None:
    """Fit and print."""
    units = _units(Path(events))
    known = {one.code: one for path in concepts for one in _named(Path(path))}
    matcher = Matcher(known.values(), Weighing(dict.fromkeys(KINDS, 1.0), 0.0))
    terms = [(_term(row, units), row["loinc_code"]) for row in _rows(Path(items)) if row["loinc_code"]]
    weights, none = fitted([_case(matcher, term, code) for term, code in terms[::2]])
    told = Weighing(dict(zip(KINDS, map(float, weights), strict=True)), none)
    print(
        f"none = {none:.3f}\n\n[weights]", *(f"{name} = {value:.3f}" for name, value in told.weights.items()), sep="\n"
    )
    report(Matcher(known.values(), told), [(t, c) for t, c in terms[1::2] if c in known])


def fitted(cases: list[_Case]) -> tuple[np.ndarray, float]:
    """The weights under which what is meant is likeliest (a multinomial logit; none of them is one more choice)."""
    weights, none = np.ones(len(KINDS)), 3.0
    least = np.array([_LEAST.get(kind, -np.inf) for kind in KINDS])
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
    main(*sys.argv[1:])
