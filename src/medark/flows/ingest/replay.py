"""What some people's raw records say, said again: for a number that turned out to be several people's"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa

from medark.check.gate import Check
from medark.flows.ingest.order import in_order
from medark.flows.ingest.standard import stage_records
from medark.flows.ingest.wave import Wave
from medark.flows.lake_relations import LakeRelations
from medark.flows.staging.staging import Staging
from medark.flows.workspace import Workspace
from medark.model.omop import person_column
from medark.model.progress import Progress
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.store.crosswalk import Moved
from medark.store.engine import Session
from medark.store.lake import Upsert
from medark.store.ledger import Batch

_FHIR = (Format.FHIR_JSON, Format.FHIR_NDJSON)


class Replay(Wave):
    """A wave of what records say of some keys alone. Accounts stay as they are: nothing of it is new."""

    def __init__(
        self, workspace: Workspace, source: Source, batch: Batch, session: Session, keys: Collection[str]
    ) -> None:
        super().__init__(workspace, source, batch, session)
        self._keys = pa.table({"person_key": pa.array(sorted(keys), pa.string())})
        self.buckets: set[int] = set()

    def _bound(self) -> frozenset[str]:
        return self.gathered.bind(self._erased(), self._keys)

    def _noted(self, places_sql: str = "") -> tuple[Moved, ...]:
        return ()  # the crosswalk knows

    def _commit(self, gate: Collection[Check], lake: LakeRelations, moved: tuple[Moved, ...]) -> None:
        changes = self._changes([check.table for check in gate if check.table])
        theirs: dict[str, Upsert] = {table: change for table, change in changes.items() if person_column(table)}
        if theirs:
            self.workspace.lake.commit(theirs, "identity")
        self.buckets |= lake.buckets
        for check in gate:
            self.session.drop(check.name)


def replay(workspace: Workspace, numbers: Mapping[int, Collection[int]], progress: Progress) -> set[int]:
    """Take away all rows of some numbers, and let the own numbers that went by each say theirs again, under what they
    go by now. Returns the buckets that this changed. Done again, it changes nothing.
    """
    changed = {number % workspace.lake.buckets for number in numbers}
    for number in numbers:
        workspace.lake.delete_person(number, "identity")
    places = workspace.crosswalk.linked.places({own for some in numbers.values() for own in some})
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        for batch in (b for b in workspace.ledger.batches.all() if b.ended_ms is not None):
            source = workspace.landing.source(batch.source)
            keys, placed = places.get(source.people, (set(), set()))
            records = _records(workspace, batch, placed)
            if keys and records:
                with workspace.engine.session() as session:
                    wave = Replay(workspace, source, batch, session, keys)
                    stage_records(wave, records, staging, progress)
                    changed |= wave.buckets
    return changed


def _records(workspace: Workspace, batch: Batch, placed: Collection[int]) -> list[RawRecord]:
    """The records of a batch that say something of them, and what those of FHIR may refer to."""
    landed = list(workspace.landing.records(batch_no=batch.batch_no))
    refers = any(record.format in _FHIR for record in landed if record.record_no in placed)
    some = [r for r in landed if r.record_no in placed or (refers and r.format in _FHIR)]
    return in_order(workspace.landing, some)
