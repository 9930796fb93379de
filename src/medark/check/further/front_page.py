"""The front page of the record of a stay (病案首页) held against itself: fees that add up, days that are counted right

Source: the structure of its fees and the logic of its items by 住院病案首页数据填写质量规范(暂行), 2016
(`facts/front_page_fees.csv`).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from medark.check.counting import Count
from medark.check.further.checks import Found, check_of

_CENT: Final = 0.015  # yuan: sums of rounded amounts
_LEAST_FEES: Final = 10  # columns of fees that make a table one of front pages
_ADMITTED, _LEFT, _DAYS = ("入院时间", "RYSJ"), ("出院时间", "CYSJ"), ("实际住院天数", "SJZYTS")


@dataclass(slots=True)
class Pages:
    """Front pages of a source: how many, how many whose fees do not add up, and at odds with themselves otherwise."""

    last_record: int = 0
    pages: int = 0
    fees: int = 0
    odds: int = 0


@cache
def _fees() -> tuple[dict[str, str], ...]:
    text = files(__package__).joinpath("facts", "front_page_fees.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def names(columns: Collection[str]) -> Mapping[str, str]:
    """The fees of a front page among the columns of a table, by their names of 2011 (ZFY …); empty where it is none."""
    found = {fee["pinyin"]: name for fee in _fees() for name in (fee["zh"], fee["pinyin"]) if name in columns}
    return found if "ZFY" in found and len(found) > _LEAST_FEES else {}


def wrong_fees(columns: Collection[str]) -> str:
    """The condition that the fees of a page do not add up; of columns of text."""
    there = names(columns)
    sums = [fee["pinyin"] for fee in _fees() if fee["of"] == "sum" and fee["pinyin"] in there]
    total = _amount(there["ZFY"])
    tests = [f"abs({total} - ({' + '.join(_amount(there[name]) for name in sums)})) > {_CENT}"]
    for whole in {fee["of"].removeprefix("part of ") for fee in _fees() if fee["of"].startswith("part of")} & {*there}:
        parts = [there[f["pinyin"]] for f in _fees() if f["of"] == f"part of {whole}" and f["pinyin"] in there]
        tests += [f"{' + '.join(map(_amount, parts))} > {_amount(there[whole])} + {_CENT}"] if parts else []
    tests += [f"{_amount(there['ZFJE'])} > {total} + {_CENT}"] if "ZFJE" in there else []
    return " or ".join(sorted(tests))


def at_odds(columns: Collection[str]) -> str:
    """The condition that a page's times and days contradict each other."""
    admitted, left, days = (next((n for n in names_ if n in columns), "") for names_ in (_ADMITTED, _LEFT, _DAYS))
    if not admitted or not left:
        return "1 = 0"
    first, last = map(_day, (admitted, left))
    tests = [f"{last} < {first}"]
    if days:
        stayed = f"greatest(1, date_diff('day', {first}, {last}))"
        tests += [f'{last} >= {first} and try_cast("{days}" as bigint) <> {stayed}']
    return " or ".join(f"({test})" for test in tests)


def _day(name: str) -> str:
    year, month, day = (f'substr("{name}", {start}, {length})' for start, length in ((1, 4), (6, 2), (9, 2)))
    return f"try_cast({year} || '-' || {month} || '-' || {day} as date)"


def _amount(name: str) -> str:
    return f'coalesce(finite_number("{name}"), 0.0)'


def found(told: Mapping[str, Pages]) -> Iterator[Found]:
    """Checks of the front pages of each source."""
    for source, one in sorted(told.items()):
        yield check_of("feesDoNotAddUp", "cost", "total_charge", source), Count(one.fees, one.pages)
        yield check_of("frontPageAtOdds", "visit_occurrence", "visit_end_date", source), Count(one.odds, one.pages)
