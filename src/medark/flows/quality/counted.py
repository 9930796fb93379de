"""What every scan says of a version of the lake, table after table: brought forward from what is known, and kept"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from medark.check.counting import Counts, Row, Scan
from medark.check.dqd import TOLD
from medark.flows.quality.affected import Move
from medark.flows.quality.beside import Beside
from medark.flows.quality.cores import Cores
from medark.flows.quality.forward import Forward
from medark.flows.quality.index import sweep
from medark.flows.quality.kept import Known, Said, key_of
from medark.flows.quality.parts import Parts
from medark.flows.quality.shelf import Shelf
from medark.flows.quality.sums import Summing, are_few
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES
from medark.model.progress import Progress, Stage
from medark.store.lake import Snapshot

_UNKNOWN = (False, None, None, False)
_OF_CONCEPTS = ("is_known", "domain_id", "concept_class_id", "is_standard")


def counted(
    workspace: Workspace, snapshot: Snapshot, scans: Sequence[Scan], progress: Progress, parts: Parts | None = None
) -> Iterator[Counts]:
    """What each scan says. A table that is done is kept: who stops in between goes on from there.

    `parts`: what gives the files of the version, where that has more to bind than they.
    """
    by_table: dict[str, list[Scan]] = {}
    for scan in scans:
        by_table.setdefault(scan.over, []).append(scan)
    with parts or Parts(workspace, snapshot) as parts, Shelf(workspace) as shelf:
        one = _Counting(workspace, parts, shelf)
        due = {table: one.due(some) for table, some in by_table.items()}
        if any(due.values()):
            with progress.stage("checking", sum(due.values()), "scans") as stage:
                one.count([(table, by_table[table]) for table in by_table if due[table]], stage)
        one.look_up()
        for table, some in by_table.items():
            yield from one.told(table, some)


class _Counting:
    """What is known of tables, and what the vocabulary says of their concepts."""

    def __init__(self, workspace: Workspace, parts: Parts, shelf: Shelf) -> None:
        self._workspace, self._shelf, self._parts = workspace, shelf, parts
        self._release = workspace.vocabulary.digest
        self._forward = Forward(workspace, parts, shelf)
        self._known: dict[str, dict[str, Known]] = {}
        self._of_vocabulary: dict[str, Counts] | None = None
        self._concepts = self._shelf.concepts(self._release)
        self._with_concepts: list[tuple[str, str]] = []  # tables and scans

    def due(self, scans: Sequence[Scan]) -> int:
        """How many scans of a table have to be counted, from nothing or since."""
        table = scans[0].over
        if table in VOCABULARY_TABLES:
            known = self._vocabulary()
            return sum(key_of(scan, self._release) not in known for scan in scans)
        self._known[table] = self._shelf.known(table)
        self._with_concepts += [(table, scan.name) for scan in scans if scan.of_concepts]
        return sum(not self._forward.is_current(scan, self._known[table].get(scan.name)) for scan in scans)

    def count(self, due: Sequence[tuple[str, Sequence[Scan]]], stage: Stage) -> None:
        """Count what is due of tables, and keep each that is done."""
        self._forward.begin()
        of_lake = {table: self._due(table, some) for table, some in due if table not in VOCABULARY_TABLES}
        with Beside(self._workspace, self._parts.snapshot, self._forward.index) as beside:
            if self._forward.index is not None and any(self._known[table] for table in of_lake):
                beside.read_ahead(table for table, mine in of_lake.items() if any(one.sums == "keys" for one in mine))
            moves = {
                table: self._forward.moves([scan for scan in mine if scan.sums == "rows"], self._known[table])
                for table, mine in of_lake.items()
            }
            every = [move for some in moves.values() for move in some]
            others = {table: self._others(mine, beside, every) for table, mine in of_lake.items()}
            summing = Summing(self._parts, self._forward.index, every)
            with Cores(summing, every) as cores:
                for table in of_lake:
                    self._count_table(table, moves[table], others[table], cores, stage)
        sweep(self._workspace)
        for table, scans in due:
            if table in VOCABULARY_TABLES:
                self._count_vocabulary(scans, stage)

    def _others(self, scans: Sequence[Scan], beside: Beside, moves: Sequence[Move]) -> Callable[[], dict[str, Said]]:
        """What gives what scans of a table say that are no sums over rows: where few rows are new, it is begun now."""
        mine = [scan for scan in scans if scan.sums != "rows"]
        known = self._known[scans[0].over]
        if mine and self._forward.index is not None and are_few(self._parts, moves):
            return beside.start(mine, known).result
        return lambda: {scan.name: self._forward.other(scan, known.get(scan.name)) for scan in mine}

    def _due(self, table: str, scans: Sequence[Scan]) -> list[Scan]:
        known = self._known[table]
        return [scan for scan in scans if not self._forward.is_current(scan, known.get(scan.name))]

    def _count_table(
        self, table: str, moves: Sequence[Move], others: Callable[[], dict[str, Said]], cores: Cores, stage: Stage
    ) -> None:
        said: dict[str, Said] = {}
        for move in moves:
            said |= self._forward.rows(move, cores)
            stage.advance(len(move.scans))
        of_others = others()
        said |= of_others
        stage.advance(len(of_others))
        self._known[table] |= {name: one.known for name, one in said.items()}
        read = {name for one in said.values() for name in one.known.files}
        files = {self._parts.stamp(name): self._parts.files(name) for name in read}
        self._shelf.put(table, self._parts.snapshot.version, said, files)
        if self._forward.index is not None and not are_few(self._parts, moves):
            self._forward.index.let_go(table)

    def _count_vocabulary(self, scans: Sequence[Scan], stage: Stage) -> None:
        known = self._vocabulary()
        self._parts.bind_vocabulary()
        for scan in scans:
            key = key_of(scan, self._release)
            if key not in known:
                known[key] = scan.take(self._parts.session.query(self._parts.words(scan.sql)).to_pylist())
                stage.advance(1)
        self._shelf.put_vocabulary(self._release, known)

    def told(self, table: str, scans: Sequence[Scan]) -> Iterator[Counts]:
        """What is known of a table's scans, as counts."""
        for scan in scans:
            if table in VOCABULARY_TABLES:
                yield self._vocabulary()[key_of(scan, self._release)]
            else:
                yield self._taken(scan, self._known[table][scan.name])

    def _unknown_concepts(self) -> list[int]:
        """Concepts that are counted, and not yet looked up."""
        known = [self._known[table].get(name) for table, name in self._with_concepts]
        used = {line[one.columns.index("concept_id")] for one in known if one is not None for line in one.lines}
        return sorted(used - self._concepts.keys() - {None})

    def look_up(self) -> None:
        """Ask the vocabulary for concepts that are new."""
        wanted = self._unknown_concepts()
        if wanted:
            self._parts.bind_vocabulary()
            self._parts.session.bind_arrow("wanted", pa.table({"id": pa.array(wanted, pa.int64())}))
            asked = f"select w.id, c.concept_id is not null as is_known, {TOLD} from wanted as w"
            sql = self._parts.words(f"{asked} left join concept as c on c.concept_id = w.id")
            self._concepts |= {
                row["id"]: [row[name] for name in _OF_CONCEPTS] for row in self._parts.session.query(sql).to_pylist()
            }
            self._shelf.put_concepts(self._release, self._concepts)

    def _taken(self, scan: Scan, known: Known) -> Counts:
        if scan.sums in ("people", "without"):
            return scan.take([{"violating": known.total[0], "of_people": known.total[1]}])
        if scan.sums == "keys":
            return scan.take([{"violating": known.total[0], "of_rows": known.total[1]}])
        rows = known.rows(self._parts.today)
        if not self._parts.files(scan.over):
            return Counts(rows={scan.over: 0})
        return scan.take(map(self._with_what_is_told, rows) if scan.of_concepts else rows)

    def _with_what_is_told(self, row: Row) -> Row:
        told = self._concepts.get(row["concept_id"], _UNKNOWN)
        return {**row, **dict(zip(_OF_CONCEPTS, told, strict=True))}

    def _vocabulary(self) -> dict[str, Counts]:
        if self._of_vocabulary is None:
            self._of_vocabulary = self._shelf.vocabulary(self._release)
        return self._of_vocabulary
