"""What is known of a column once its rows were read: counts, forms, spread, and no value that could tell of somebody"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from medark.standardise.propose.profile.forms import ROC, ROC_BEGAN, forms
from medark.standardise.propose.profile.scan import ColumnScan
from medark.standardise.propose.profile.sketch import SIZE, Hashes, Sketch
from medark.standardise.propose.profile.states import is_word_of_state

FEWEST = 11  # rows that hold a value that may be kept; fewer would be a small cell
MOST_KEPT = 64  # distinct values of a column that is a list of words
LONGEST_KEPT = 40  # characters
_SHORT = 4  # characters of a code that is kept whatever it says
_EVERYBODYS = frozenset((
    "gender", "yes_no", "flag", "outcome", "blood", "unit", "frequency", "route", "nation", "loinc", "atc", "strength",
    "visit_kind", "status",
))  # fmt: skip
_FEW = 20  # rows: of fewer, a value may be the same by chance
_NUMBERS = 0.9  # of values that are whole numbers, of a column that is numbered through
_DENSE = 1.25  # of numbers from one on, to their count
_SEEN = 128  # values whose forms are looked at
_DATES = ("iso_date", "iso_time", "ymd", "dmy", "mdy", "compact_date", "compact_time", "glued_time", "roc",
          "epoch_s", "epoch_ms")  # fmt: skip
_GLUED_CLOCKS = 0.98  # of values: four figures may be many things
_PERSONAL = (("id_cn", 0.3), ("id_us", 0.5), ("phone", 0.5), ("address", 0.6), ("prose", 0.3), ("uuid", 0.9))


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column. `repeated`: share of distinct values that several rows hold; `forms`: share of distinct values that
    have a form; `top`: values and rows, of a short list of words alone; `numbers`: the 5th, 50th and 95th percentile;
    `years`: first and last; `hashes`: of values, under the workspace's secret, of no personal column.
    """

    name: str
    rows: int = 0
    missing: int = 0
    distinct: int = 0
    repeated: float = 0.0
    mean_length: float = 0.0
    longest: int = 0
    forms: Mapping[str, float] = field(default_factory=dict)
    top: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    numbers: tuple[float, ...] = field(default=(), repr=False)
    years: tuple[int, ...] = ()
    hashes: Hashes = field(default_factory=lambda: np.empty(0, np.uint64), repr=False, compare=False)

    @property
    def known(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing

    @property
    def is_key(self) -> bool:
        """Does each value name one row?"""
        return self.known > 1 and self.missing == 0 and self.repeated <= 0.002

    @property
    def is_running(self) -> bool:
        """Are its values 1, 2, 3 …, numbered through? Small whole numbers lie within such by chance."""
        return (
            bool(self.numbers) and self.share("integer") >= _NUMBERS and 0 <= self.numbers[2] <= _DENSE * self.distinct
        )

    @property
    def is_constant(self) -> bool:
        """Is it the same in every row of many?"""
        return self.distinct == 1 and self.known > _FEW

    def share(self, *names: str) -> float:
        """The largest share of these forms."""
        return max((self.forms.get(name, 0.0) for name in names), default=0.0)

    @property
    def dated(self) -> float:
        """The share of values that are days or times."""
        return self.share(*_DATES)

    @property
    def date_form(self) -> str:
        """How its days or times are written; "" if it has none. Of two that fit alike, the day comes first."""
        best = max(_DATES, key=lambda name: self.forms.get(name, 0.0))
        return best if self.forms.get(best, 0.0) >= 0.8 else ""

    @property
    def is_glued_clock(self) -> bool:
        """May each value be a time of day without a colon: 0905? Codes of four figures may look so as well."""
        return not self.date_form and self.share("glued_clock") >= _GLUED_CLOCKS

    @property
    def personal(self) -> str:
        """The form that tells who somebody is, or ""."""
        found = next((name for name, least in _PERSONAL if self.forms.get(name, 0.0) >= least), "")
        if not found and self.forms.get("name", 0.0) >= 0.7 and self.distinct > MOST_KEPT:
            return "name"
        return found


def profile_of(scan: ColumnScan) -> ColumnProfile:
    """A scan's column, as it may be kept."""
    known = scan.rows - scan.missing
    sketch = scan.sketch
    shares, years, numbers = _seen(sketch)
    bare = ColumnProfile(
        name=scan.name,
        rows=scan.rows,
        missing=scan.missing,
        distinct=min(sketch.distinct, known),
        repeated=sketch.repeated,
        mean_length=scan.lengths / known if known else 0.0,
        longest=scan.longest,
        forms=shares,
        years=years,
    )
    if bare.personal:
        return bare
    return replace(bare, top=_kept(bare, sketch), numbers=numbers, hashes=sketch.least)


def _seen(sketch: Sketch) -> tuple[dict[str, float], tuple[int, ...], tuple[float, ...]]:
    """Shares of forms, years and percentiles of the sample's first values."""
    values = sketch.values[:_SEEN]
    if not values:
        return {}, (), ()
    counts = Counter(name for value in values for name in forms(value))
    shares = {name: round(n / len(values), 4) for name, n in sorted(counts.items())}
    return shares, _years(values, shares), _percentiles(sketch, shares)


def _years(values: Sequence[str], shares: Mapping[str, float]) -> tuple[int, ...]:
    if shares.get("roc", 0.0) >= 0.5:
        return _spread([int(day[1] or day[2]) + ROC_BEGAN for value in values if (day := ROC.match(value))])
    if not any(
        shares.get(name, 0.0) >= 0.5
        for name in ("iso_date", "iso_time", "ymd", "compact_date", "compact_time", "glued_time")
    ):
        return _last_years(values, shares)
    return _spread([int(value[:4]) for value in values if value[:4].isdigit()])


def _spread(years: list[int]) -> tuple[int, ...]:
    """The first, the middle one and the last."""
    found = sorted(years)
    return (found[0], found[len(found) // 2], found[-1]) if found else ()


def _last_years(values: Sequence[str], shares: Mapping[str, float]) -> tuple[int, ...]:
    """Of days whose year comes last."""
    if max(shares.get("dmy", 0.0), shares.get("mdy", 0.0)) < 0.5:
        return ()
    return _spread([int(year[1]) for value in values if (year := _YEAR.search(value))])


_YEAR = re.compile(r"[/.-]((?:19|2[01])\d\d)\b")


def _percentiles(sketch: Sketch, shares: Mapping[str, float]) -> tuple[float, ...]:
    if shares.get("integer", 0.0) + shares.get("decimal", 0.0) + shares.get("comma", 0.0) < 0.8:
        return ()
    numbers = [_number(value) for value in sketch.values]
    found = np.array([number for number in numbers if number is not None])
    return tuple(float(f"{q:.4g}") for q in np.percentile(found, (5, 50, 95))) if found.size else ()


def _number(value: str) -> float | None:
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return None


def _kept(bare: ColumnProfile, sketch: Sketch) -> tuple[tuple[str, int], ...]:
    if not sketch.is_whole or sketch.least.size > MOST_KEPT or bare.dated >= 0.5 or bare.longest > LONGEST_KEPT:
        return ()
    pairs = zip(sketch.values, sketch.counts.tolist(), strict=True)
    found = ((value, n) for value, n in pairs if n >= FEWEST and _is_nobodys(bare.name, value))
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _is_nobodys(column: str, value: str) -> bool:
    """Is it a word that everybody writes, or a code too short to be a name? A name may be in any number of rows."""
    if len(value) <= _SHORT and value.isascii():
        return True
    found = forms(value)
    return not _EVERYBODYS.isdisjoint(found) or ("name" not in found and is_word_of_state(column, value))


def merged(before: ColumnProfile, new: ColumnProfile) -> ColumnProfile:
    """Two deliveries of one column as one."""
    known = before.known + new.known or 1
    weight = new.known / known
    hashes = np.unique(np.concatenate([before.hashes, new.hashes]))[:SIZE]
    union = Sketch(hashes).distinct if hashes.size else max(before.distinct, new.distinct)
    top = Counter(dict(before.top))
    top.update(dict(new.top))
    return ColumnProfile(
        name=before.name,
        rows=before.rows + new.rows,
        missing=before.missing + new.missing,
        distinct=min(union, known),
        repeated=max(before.repeated, new.repeated),  # within a delivery: what is told again is one row
        mean_length=before.mean_length + (new.mean_length - before.mean_length) * weight,
        longest=max(before.longest, new.longest),
        forms={
            name: round(before.share(name) * (1 - weight) + new.share(name) * weight, 4)
            for name in sorted({*before.forms, *new.forms})
        },
        top=tuple(sorted(top.items(), key=lambda pair: (-pair[1], pair[0]))),
        numbers=new.numbers if not before.numbers else before.numbers,
        years=tuple(f(before.years[i], new.years[i]) for i, f in enumerate((min, max, max)))
        if before.years and new.years
        else before.years or new.years,
        hashes=hashes,
    )
