"""Everything that can be set, by subject, each with its default and its meaning"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from medark.settings.values import count, database, language, optional_zone, setting, size, text, texts, yes_or_no, zone


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How much of the machine queries may take."""

    memory: int = setting(1_400_000_000, size, "memory the engine may take; past it, work spills to disk")
    threads: int = setting(0, count(0), "threads of the engine; 0: one a core")
    spark: str = setting("local", text, "where Spark runs: local, a cluster's master URL, or sc://HOST:PORT")


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How input is worked through."""

    workers: int = setting(0, count(0), "processes that read records; 0: one a core")
    wave_rows: int = setting(
        1_500_000, count(1000), "staging rows that are worked on at a time; more takes more memory"
    )


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How far one file of a folder may go, with everything that is packed inside it; past it, it is refused."""

    bytes_unpacked: int = setting(1 << 38, size, "bytes that it may unpack to")
    ratio: int = setting(250, count(2), "times its own size that it may unpack to")
    ratio_free: int = setting(64 << 20, size, "bytes up to which the ratio is not asked")
    entries: int = setting(2_000_000, count(1), "files that may be packed inside it")
    depth: int = setting(5, count(0), "archives within archives that are opened")
    name_bytes: int = setting(4096, count(1), "bytes of a path in an archive")


@dataclass(frozen=True, slots=True)
class LakeSettings:
    """How tables are laid out and how long old versions stay."""

    buckets: int = setting(8, count(1), "buckets that people are spread over; fixed when the lake is made")
    keep_versions: int = setting(10, count(1), "versions that `medark lake vacuum` keeps")


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """When the data is judged. How much of a check may be violated stands in [quality.thresholds]."""

    check_after_ingest: bool = setting(
        False, yes_or_no, "after each medark ingest, fill in units that are clear and judge the data"
    )
    check_every: int = setting(0, count(0), "minutes after which a served workspace judges what came since; 0: never")
    tasks: bool = setting(False, yes_or_no, "a task for each check that fails when the data is judged by itself")


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """When records of several organisations are one person's. Weights are bits: one more is twice as likely."""

    link_after_ingest: bool = setting(False, yes_or_no, "link whoever is new after each medark ingest")
    same_bits: int = setting(12, count(1), "bits from which on two records are one person's")
    unsure_bits: int = setting(4, count(0), "bits from which on somebody is asked whether they are")


@dataclass(frozen=True, slots=True)
class NotesSettings:
    """How notes are read for what they speak of."""

    read_after_ingest: bool = setting(False, yes_or_no, "read notes into note_nlp after each medark ingest")
    model: str = setting("", text, "a model that finds mentions as well, as spacy:PACKAGE_OR_FOLDER; empty: none")


@dataclass(frozen=True, slots=True)
class LineageSettings:
    """Who is told of lineage."""

    openlineage: str = setting("", text, "address that OpenLineage events of each run are posted to; empty: none")


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """How far a read goes that a grant opens."""

    care_days: int = setting(365, count(1), "days after a visit that people are in an organisation's care")
    least_count: int = setting(10, count(0), "counts of people below it are not shown where only counts leave")
    writers: tuple[str, ...] = setting(
        ("doctor", "nurse"), texts, "roles that may keep what they fill in in a form about a person"
    )
    glass_minutes: int = setting(240, count(1), "minutes that a record stays open that was opened in an emergency")


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """Where the ledger is kept: accounts, grants, tasks and the audit."""

    url: str = setting("", database, "PostgreSQL that keeps it; empty: ledger.db in the workspace")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How the HTTP edge answers."""

    base: str = setting("", text, "address it is reached by, as https://medark.hospital.example; empty: as it listens")
    threads: int = setting(4, count(1), "threads of a process that compute; more wait for the disk")
    body_bytes: int = setting(4_000_000, size, "bytes of a request's body")
    seconds: int = setting(30, count(1), "seconds until an answer has to begin")
    a_second: int = setting(500, count(0), "requests a second of one user, four times as many of an address; 0: any")
    token_minutes: int = setting(15, count(1), "minutes that a token for a password is good for")
    session_minutes: int = setting(480, count(1), "minutes that a session of the console is good for")
    query_memory: int = setting(512_000_000, size, "memory that one query of SQL may take, in a process of its own")
    query_spill: int = setting(4_000_000_000, size, "disk that one query may take where its memory is not enough")
    query_seconds: int = setting(120, count(1), "seconds until all rows of a query have to be sent")
    queries: int = setting(4, count(1), "queries that run at once")
    hooks_people: str = setting(
        "", text, "whose patient numbers CDS Hooks clients send; empty: person_id, as this platform gives it"
    )


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One feeding system."""

    time_zone: str = setting("", optional_zone, "zone of its times that carry none; empty: the workspace's")
    people: str = setting("", text, "namespace of its patient numbers; empty: the first part of its name")
    authorities: tuple[str, ...] = setting((), texts, "assigning authorities whose patient numbers are its own")
    owner: str = setting("", text, "who answers for it: a department or a role")
    organisation: str = setting("", text, "organisation whose rows these are; empty: the first part of its name")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    time_zone: str = setting("UTC", zone, "the one zone of all times in the lake")
    language: str = setting("auto", language, "language of messages; auto: the terminal's")
    engine: EngineSettings = EngineSettings()
    ingest: IngestSettings = IngestSettings()
    limits: LimitSettings = LimitSettings()
    lake: LakeSettings = LakeSettings()
    quality: QualitySettings = QualitySettings()
    identity: IdentitySettings = IdentitySettings()
    notes: NotesSettings = NotesSettings()
    lineage: LineageSettings = LineageSettings()
    access: AccessSettings = AccessSettings()
    ledger: LedgerSettings = LedgerSettings()
    serve: ServeSettings = ServeSettings()
    sources: Mapping[str, SourceSettings] = field(default_factory=lambda: MappingProxyType({}))
    thresholds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  # per cent, by check or kind
    owners: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # of tables, datasets, applications

    def source_zone(self, name: str) -> str:
        """The zone of a source's times that carry none."""
        return self.sources.get(name, SourceSettings()).time_zone or self.time_zone

    def organisation(self, source: str) -> str:
        """The organisation that a source's rows are of."""
        return self.sources.get(source, SourceSettings()).organisation or source.partition("/")[0]
