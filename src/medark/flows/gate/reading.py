"""The one way to rows of many people: decided, written to the audit, and then a session of governed views"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from medark.errors import AccessError
from medark.flows.gate.decide import Reads, Standing, standing
from medark.flows.gate.parts import Clock, book_of, day_of, now_ms
from medark.flows.gate.refused import refusal
from medark.flows.gate.relations import Views, whose
from medark.flows.workspace import Workspace
from medark.govern.rows import Relation, protected
from medark.govern.views import relations_of
from medark.messages import N_
from medark.model.access import Reader, Rows
from medark.model.audit import Act, Outcome, Verdict
from medark.store.engine import Engine, Session

_NAMED = 10_000  # people of a result that the audit names one by one; of more it says whose rows could be read
_CHANGED = N_("what you may read has changed since this was asked")
PROTECTED = N_("rows about specially protected conditions are not shown at this level")
CHILDREN = N_("of people under 14 what this level does not open is not shown")
REFUSERS = N_("people who refused this use are not in it")
NARROWED = {
    Rows.ORGANISATION: N_("only rows that came from your organisation are shown"),
    Rows.CARE: N_("only people in the care of your organisation are shown"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What is read: the act, the digest of the definition or the SQL, and names of things (never of a person)."""

    action: str
    definition: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict)


class Governed:
    """A session in which each table's name is its governed view, and in which nothing else can be named.

    Before each answer it is asked again whether the reader may still have it: AccessError once a grant is taken back,
    a refusal comes or a role is lost. The views are bound when the session is first used: what is kept needs none.
    """

    def __init__(
        self, views: Views, reader: Reader, opened: Callable[[], Session], entry_no: int, clock: Clock
    ) -> None:
        self.snapshot, self._reader = views.snapshot, reader
        self._views, self._opened, self._entry_no, self._clock = views, opened, entry_no, clock
        self._session: Session | None = None
        self._rows = 0
        self._people: set[int] | None = set()

    @property
    def session(self) -> Session:
        """The session, its views bound."""
        if self._session is None:
            self._session = self._opened()
        return self._session

    def query(self, sql: str) -> pa.Table:
        """All rows of a query, in the session's own words."""
        return self.hand_out(self.session.query(sql))

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        """The same in batches."""
        reader = self.session.stream(sql, rows)

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                yield self.hand_out(batch)

        return pa.RecordBatchReader.from_batches(reader.schema, batches())

    def hand_out(self, rows: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
        """Rows that this session gave, counted, if the reader may still have them."""
        self._still_allowed()
        self._rows += rows.num_rows
        if self._people is not None:
            held = rows["person_id"].to_pylist() if "person_id" in rows.schema.names else None
            named = self._people | set(held) - {None} if held is not None else self._people
            self._people = named if len(named) <= _NAMED and (held is not None or not rows.num_rows) else None
        return rows

    @property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that can be read here, by table."""
        return self._views.shown

    @property
    def stamp(self) -> str:
        """What an answer depends on beside the lake: equal stamps, equal views. Of care there are no two equal ones."""
        return _stamp(self._views)

    @property
    def stamp_of_everybody(self) -> str:
        """The stamp of who sees of everybody what this reader sees of the people in care; "" for any other reader."""
        kinds = {rows for view in self._views.standing.decision.views.values() for rows in view.rows}
        return _stamp(self._views, of_everybody=True) if kinds - {Rows.ALL} == {Rows.CARE} else ""

    def of_care(self, rows: pa.Table) -> pa.Table:
        """Of rows about everybody, each made of one person alone, those of the people in care."""
        return rows.filter(pc.is_in(rows["person_id"], value_set=self._views.in_care()["person_id"].combine_chunks()))

    @property
    def rules(self) -> tuple[str, ...]:
        """Which rows are left out, in fixed phrases: whoever counts must know."""
        return tuple(_rules(self._views))

    def end(self, outcome: Outcome) -> Act:
        """What is written when the read is over."""
        reader = self._views.standing.reader
        detail: dict[str, str | int] = {}
        if self._people is None:
            detail["whose"] = whose(self._views.standing.decision.views)
        return Act(
            "read.ended", reader.user, reader.organisation, reader.purpose, reader.app, outcome=outcome,
            rows=self._rows, follows=self._entry_no, detail=detail,
        )  # fmt: skip

    @property
    def people(self) -> Collection[int]:
        """The people of the rows that were handed out, where they are few enough to be named."""
        return sorted(self._people or ())

    def _still_allowed(self) -> None:
        views = self._views
        now = standing(views.workspace, self._reader, views.standing.reads, self._clock())
        if not now.decision.allowed:
            raise refusal(now)
        if now != views.standing:
            raise AccessError(_CHANGED, fix="ask again", user=now.reader.user)


@contextmanager
def reading(
    workspace: Workspace,
    reader: Reader,
    reads: Reads,
    about: About,
    *,
    engine: Engine | None = None,
    version: int | None = None,
    narrow: bool = True,
    foreign: bool = True,
    clock: Clock = now_ms,
) -> Iterator[Governed]:
    """Read tables of the lake and the vocabulary as a reader sees them, of the newest version or an older one.

    `reads` is what is decided on; with `narrow` no column but those is shown, else all that the grant opens of these
    tables. `foreign`: the SQL is not ours, so the engine is shut in. AccessError where it is refused, and then too the
    audit has it; StorageError or BusyError where the audit can't be written, and then nothing is read.
    """
    moment = clock()
    found = standing(workspace, reader, reads, moment)
    wanted = {table: reads[table] if narrow else None for table in reads}
    views = Views(workspace, found, workspace.lake.snapshot(version), wanted, moment)
    entry_no = book_of(workspace).write(_asked(found, about, views, reads))
    if not found.decision.allowed:
        raise refusal(found)
    with ExitStack() as stack:

        def opened() -> Session:
            session = stack.enter_context((engine or workspace.engine).session())
            views.bind(session)
            if foreign:
                session.confine([workspace.places.lake, workspace.places.vocabulary])
            return session

        governed = Governed(views, reader, opened, entry_no, clock)
        outcome = Outcome.FAILED
        try:
            yield governed
            outcome = Outcome.DONE
        finally:
            book_of(workspace).write(governed.end(outcome), governed.people)


def _asked(found: Standing, about: About, views: Views, reads: Reads) -> Act:
    reader, decision = found.reader, found.decision
    asked = {table: tuple(sorted(columns or ())) for table, columns in reads.items()}
    return Act(
        about.action, reader.user, reader.organisation, reader.purpose, reader.app, about.definition,
        views.shown if decision.allowed else asked, Verdict.ALLOWED if decision.allowed else Verdict.REFUSED,
        decision.reason, detail=about.detail,
    )  # fmt: skip


def _rules(views: Views) -> Iterator[str]:
    decision, level_of = views.standing.decision, views.standing.level_of
    asked = {
        relation
        for table, view in decision.views.items()
        for relation in relations_of(table, view, level_of, views.reads[table])
    }
    kinds = {rows for view in decision.views.values() for rows in view.rows}
    yield from (told for rows, told in NARROWED.items() if rows in kinds)
    if any(protected(table, view.level) for table, view in decision.views.items()):
        yield PROTECTED
    if Relation.CHILD in asked:
        yield CHILDREN
    if views.standing.refused and Relation.REFUSED in asked:
        yield REFUSERS


def _stamp(views: Views, *, of_everybody: bool = False) -> str:
    """`of_everybody`: as if everybody were in care, and all else the same."""
    found, shown = views.standing, views.standing.decision.views
    left_out = {Rows.CARE} if of_everybody else set()
    whose = {table: (view.rows - left_out) or {Rows.ALL} for table, view in shown.items()}
    told = {
        table: [dict(sorted(view.columns.items())), sorted(whose[table]), view.level, views.shown[table]]
        for table, view in sorted(shown.items())
    }
    kinds = {rows for of in whose.values() for rows in of}
    depends: list[object] = [told, sorted(found.refused)]
    if kinds - {Rows.ALL}:
        depends.append(found.reader.organisation)
    if CHILDREN in _rules(views):
        depends.append(day_of(views.workspace, views.at_ms).isoformat())
    if Rows.CARE in kinds:
        depends.append(views.at_ms)
    if Rows.ORGANISATION in kinds:
        depends.append({name: views.workspace.settings.organisation(name) for name in views.workspace.settings.sources})
    return hashlib.sha256(orjson.dumps(depends)).hexdigest()
