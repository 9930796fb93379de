"""Codes that no code system has: by their shape, as the source's other codes have it, and by ICD-10's categories

The categories are those of the vocabulary, and those of ICD-10 that ICD-10-CM, which is shipped, does not have (I64,
E14): `facts/categories.csv`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count, Row
from medark.check.further.checks import (
    ORIGIN,
    Family,
    Found,
    Tallied,
    Tally,
    check_of,
    is_of_source,
    source_named,
)

_RARE: Final = 0.01  # the share of a source's rows below which a shape is strange
_KNOWN: Final = 0.5  # the share of rows with a known code from which a code is expected to be known
_LEAST: Final = 100  # rows of a source, below which nothing is called strange
_THRESHOLD: Final = 0.05  # per cent
_ICD: Final = re.compile(r"[A-Z]\d[0-9A-Z]")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Za-z]")

CODES = Tally(
    "diagnosis codes",
    f"""
select
  o.source_no, t.condition_source_value as code, t.condition_source_concept_id > 0 as is_known, count(*) as n
from condition_occurrence as t {ORIGIN}
where t.condition_source_value is not null
group by o.source_no, t.condition_source_value, t.condition_source_concept_id > 0
""",
)
CATEGORIES = Tally(
    "categories of ICD-10",
    "select distinct substr(c.concept_code, 1, 3) as category from concept as c"
    " where starts_with(c.vocabulary_id, 'ICD10') and c.domain_id <> 'Procedure'",
)


def shape(code: str) -> str:
    """A code's shape: digits as 9, letters as A; how many of them at its end is no matter.

    >>> shape("I10.x00x002"), shape("J12.900"), shape("J12.9"), shape("Z00.999X")
    ('A9.A9A9', 'A9.9', 'A9.9', 'A9.9A')
    """
    drawn = _LETTER.sub("A", _DIGIT.sub("9", code.strip()))
    return re.sub(r"9+", "9", re.sub(r"A+", "A", drawn))


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for number, rows in sorted(_by_source(tallied).items(), key=lambda one: (one[0] is None, one[0])):
        total = sum(int(row["n"]) for row in rows)
        if total >= _LEAST:
            strange = _strange(rows, _categories(tallied))
            bad = sum(int(row["n"]) for row in rows if row["code"] in strange)
            place = ("condition_occurrence", "condition_source_value", source_named(sources, number))
            yield check_of("codeUnknown", *place, threshold=_THRESHOLD), Count(bad, total)


def _by_source(tallied: Tallied) -> dict[int | None, list[Row]]:
    found: dict[int | None, list[Row]] = defaultdict(list)
    for row in tallied[CODES.name]:
        found[row["source_no"]].append(row)
    return found


def _categories(tallied: Tallied) -> set[str]:
    """Those that codes may be of; none where the vocabulary has none."""
    of_vocabulary = {row["category"] for row in tallied[CATEGORIES.name]}
    return of_vocabulary | others() if of_vocabulary else of_vocabulary


@cache
def others() -> frozenset[str]:
    """Categories of ICD-10 that ICD-10-CM has none of.

    >>> "I64" in others(), "I63" in others()
    (True, False)
    """
    text = files(__package__).joinpath("facts", "categories.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return frozenset(
        f"{row['first'][0]}{n:02}" for row in rows for n in range(int(row["first"][1:]), int(row["last"][1:]) + 1)
    )


def _strange(rows: Sequence[Row], categories: set[str]) -> set[str]:
    """Codes of one source that are not known where codes are, or of a rare shape, or of no category of ICD-10."""
    shapes, total, known = Counter[str](), 0, 0
    for row in rows:
        n = int(row["n"])
        shapes[shape(row["code"])] += n
        total += n
        known += n if row["is_known"] else 0
    of_icd = sum(int(row["n"]) for row in rows if _ICD.match(row["code"])) >= _KNOWN * total
    return {
        row["code"]
        for row in rows
        if not row["is_known"]
        and (
            known >= (1 - _RARE) * total
            or shapes[shape(row["code"])] < _RARE * total
            or (of_icd and bool(categories) and int(row["n"]) < _RARE * total and row["code"][:3] not in categories)
        )
    }


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    number = sources.index(check.source) if check.source in sources else None
    strange = _strange(_by_source(tallied)[number], _categories(tallied))
    codes = ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(strange)) or "''"
    where = f"{is_of_source(check, sources)} and t.condition_source_value in ({codes})"
    return f"from condition_occurrence as t {ORIGIN} where {where} and coalesce(t.condition_source_concept_id, 0) = 0"


CODE_FAMILY: Final = Family("codes", (CODES, CATEGORIES), _found, _violating)
