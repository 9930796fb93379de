"""The results that a page is made of: rows of analyses by what they count, of one table"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import analyses
from medark.errors import NotFoundError
from medark.flows.characterise import Characterised, seen
from medark.flows.timeline.names import names
from medark.messages import spoken
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Visit

ADDRESS: Final = f"{PREFIX}/characterisation"
Row = Mapping[str, Any]
SEXES: Final = {"8507": "male", "8532": "female"}


class Results:
    """The newest characterisation as a reader may see it."""

    def __init__(self, visit: Visit, found: Characterised) -> None:
        self._visit, self.found = visit, found

    def of(self, table: str, counts: str, first: str | None = None) -> list[Row]:
        """The rows of what is counted of a table, those whose first stratum is `first` if it is given."""
        for one in analyses():
            if (one.table, one.counts) == (table, counts):
                side = self.found.distributions if one.is_distribution else self.found.counts
                return _rows(side, one.analysis_id, first)
        return []

    def called(self, concept_ids: Iterable[str | None]) -> Mapping[str, str]:
        """What concepts are called in the reader's language; those without a name by their number."""
        known = {one: int(one) for one in concept_ids if one is not None}
        told = names(self._visit.workspace).of(known.values())
        return {one: told[number].in_(spoken()) or one for one, number in known.items()}


def results(visit: Visit) -> Results | None:
    """What a page is made of; None if the data was not characterised yet."""
    found = seen(visit.workspace, visit.reader)
    return Results(visit, found) if found is not None else None


def must_be_there(visit: Visit) -> Results:
    """The same; NotFoundError if there is nothing."""
    found = results(visit)
    if found is None:
        raise NotFoundError("the data was not characterised yet", fix="medark characterise WS")
    return found


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Rows of the highest counts first."""
    return sorted(rows, key=lambda row: (-row["count_value"], row["stratum_1"] or "", row["stratum_2"] or ""))


def _rows(side: pa.Table, number: int, first: str | None) -> list[Row]:
    wanted = pc.equal(side["analysis_id"], number)
    if first is not None:
        wanted = pc.and_(wanted, pc.equal(pc.fill_null(side["stratum_1"], ""), first))
    rows: list[Row] = side.filter(wanted).to_pylist()
    return rows
