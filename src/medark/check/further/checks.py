"""A check beyond the dashboard, the small tables of counts that checks are judged from, and what a family of them is"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from medark.check.checks import Check
from medark.check.counting import Count, Row
from medark.check.further.kinds import FAMILY_OF, KINDS
from medark.sql.query import parse

Tallied = Mapping[str, Sequence[Row]]  # rows of each tally, by its name
_UNFIT = re.compile(r"[^\w.,-]+")


def check_of(
    name: str,
    table: str,
    column: str = "",
    source: str = "",
    about: str = "",
    threshold: float = 0.0,
    concept_ids: tuple[int, ...] = (),
) -> Check:
    """A check of a kind, of a table as one `source` fills it; `about`: what else sets it apart, a unit, a reason.

    Its id has no blank and no slash: `drift_unlikeelsewhere_measurement_value_as_number_north.lis_3023599`.
    """
    concepts = ",".join(map(str, concept_ids))
    parts = (FAMILY_OF[name], name, table, column, source.replace("/", "."), about, concepts)
    id_ = _UNFIT.sub("-", "_".join(part for part in parts if part)).lower()
    return Check(id_, KINDS[name], table, column, concept_ids, about, threshold, source, FAMILY_OF[name])


@dataclass(frozen=True, slots=True)
class Tally:
    """A portable query whose few rows are kept, and from which checks are judged when they are read.

    It may read tables of the lake and the vocabulary (the checked table as `t`), and `origin(record_no, source_no,
    delivery)`: of which source a raw record is, and whether it came with its newest delivery (1) or before (0).
    """

    name: str
    sql: str

    @property
    def reads(self) -> frozenset[str]:
        """The relations that it reads."""
        return parse(self.sql).tables


Found = tuple[Check, Count]


@dataclass(frozen=True, slots=True)
class Family:
    """Checks of one sort. `found`: what the tallies say, with the names of sources by number; `violating`: FROM and
    WHERE of the rows (`t`, with their origin `o`) that violate a check, "" where it is not of rows.
    """

    name: str
    tallies: tuple[Tally, ...]
    found: Callable[[Tallied, Sequence[str]], Iterator[Found]]
    violating: Callable[[Check, Tallied, Sequence[str]], str]


ORIGIN = "left join origin as o on o.record_no = t.medark_record_no"


def source_named(sources: Sequence[str], number: int | None) -> str:
    """The name of a source by its number; "" for rows of no source."""
    return sources[number] if number is not None and 0 <= number < len(sources) else ""


def is_of_source(check: Check, sources: Sequence[str]) -> str:
    """The condition that a row is of the check's source."""
    return f"o.source_no = {sources.index(check.source)}" if check.source in sources else "o.source_no is null"
