"""The rules of the site: read from quality/*.toml of the workspace, counted in a process that has its bounds"""

from __future__ import annotations

import hashlib
import re
import time
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from medark.acquire.definitions.ask import the_definition
from medark.check.counting import Count, Counts
from medark.check.further import Found
from medark.check.further.site import Rule, counting, rule_of, unsound
from medark.check.judge import Verdict, judged
from medark.define.definitions import Dataset
from medark.errors import BusyError, DefinitionError, MedarkError
from medark.flows.data_map.keeping import Keeping
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.plans import make
from medark.flows.definitions.run import compiled
from medark.flows.quality.origin import RELATION, Origin, origin_of
from medark.flows.quality.session import bind_all, rendered
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.store.apart import Apart, Limits
from medark.store.engine import Session
from medark.store.lake import Snapshot

MOST_RULES: Final = 500
SECONDS, ALL_SECONDS = 20.0, 120.0  # that some rules may take in one process; and all of them in one run
_FOLDER, _NAME = "quality", "site-1.json"
_FILE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}[.]py")
_SAYS: Final = "violates"  # the column of a dataset that says whether an entry breaks the rule


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, or a file of them, that can't be run, and why."""

    name: str
    error: MedarkError


@dataclass(frozen=True, slots=True)
class SiteJudged:
    """The rules of the site: their verdicts, and those that can't be run."""

    verdicts: tuple[Verdict, ...]
    broken: tuple[Broken, ...]


def site(workspace: Workspace, by: str) -> SiteJudged:
    """The rules of the site alone. AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "rules of the site checked")
    found, broken = counted(workspace, workspace.lake.snapshot(), origin_of(workspace))
    counts = Counts({check.id: count for check, count in found})
    return SiteJudged(tuple(judged(counts, [check for check, _ in found])), tuple(broken))


def site_rules(workspace: Workspace) -> tuple[list[Rule], list[Broken]]:
    """The rules of the workspace, file by file, and what can't be read of them."""
    found: list[Rule] = []
    broken: list[Broken] = []
    for path in sorted((workspace.path / "quality").glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            error = DefinitionError("the file is not TOML", fix="write [rule] and key = value", file=path.name)
            broken.append(Broken(path.name, error))
            continue
        for name, table in told.items():
            try:
                found.append(rule_of(name, table, path.name))
            except MedarkError as wrong:
                broken.append(Broken(name[:60], wrong))
    return found[:MOST_RULES], broken


def counted(workspace: Workspace, snapshot: Snapshot, origin: Origin) -> tuple[list[Found], list[Broken]]:
    """Every rule with what was counted of it, as it was kept where nothing changed; and rules that can't be run."""
    wanted, broken = site_rules(workspace)
    keeping, language = Keeping(workspace, _FOLDER), str(workspace.settings.language)
    before = keeping.told(_NAME, dict[str, tuple[int, int]]) or {}
    keys = {rule.id: _key(workspace, snapshot, origin, rule) for rule in wanted}
    now = {key: before[key] for key in keys.values() if key in before}
    missing = [rule for rule in wanted if keys[rule.id] not in now]
    if missing:
        with _Bounded(workspace, snapshot, origin) as bounded:
            for rule in missing:
                try:
                    now[keys[rule.id]] = bounded.count(rule)
                except MedarkError as error:
                    broken.append(Broken(rule.id, error))
        keeping.put(_NAME, now)
    found = [(rule.check(language), Count(*now[keys[rule.id]])) for rule in wanted if keys[rule.id] in now]
    if wanted or broken:
        found.append((unsound(), Count(len(broken), len(wanted) + len(broken))))
    return found, broken


class _Bounded:
    """Sessions that are processes of their own, killed past their bounds; after an error the next rule gets another."""

    def __init__(self, workspace: Workspace, snapshot: Snapshot, origin: Origin) -> None:
        limits = workspace.settings.serve
        bounds = Limits(limits.query_memory, limits.query_spill, SECONDS, threads=2, at_once=1)
        self._workspace, self._snapshot, self._origin = workspace, snapshot, origin
        self._apart, self._held = Apart(workspace.places.scratch, bounds), ExitStack()
        self._session: Session | None = None
        self._until = time.monotonic() + ALL_SECONDS

    def count(self, rule: Rule) -> tuple[int, int]:
        """How many break a rule, and among how many. TooLongError and others of a query; DefinitionError."""
        if time.monotonic() > self._until:
            raise BusyError("rules before it took all the time that there is", fix="make them simpler, or fewer")
        try:
            return _count(self._workspace, self._opened(), rule)
        except BaseException:
            self.close()
            raise

    def _opened(self) -> Session:
        if self._session is None:
            self._session = self._held.enter_context(self._apart.session())
            bind_all(self._workspace, self._session, self._snapshot)
            self._session.bind_arrow(RELATION, self._origin.table())
        return self._session

    def close(self) -> None:
        """End the process, if there is one."""
        self._session = None
        self._held.close()

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        self._apart.close()


def _count(workspace: Workspace, session: Session, rule: Rule) -> tuple[int, int]:
    if not rule.definition:
        (row,) = session.query(rendered(workspace, session, counting(rule))).to_pylist()
        return int(row["bad"] or 0), int(row["n"] or 0)
    asked = dataset_of(workspace, rule)
    plan = compiled(asked, sets_of(workspace, session, asked), workspace.today())
    make(session, plan)
    sql = f"SELECT count(*) AS n, count(CASE WHEN {_SAYS} THEN 1 END) AS bad FROM {plan.result}"
    (row,) = session.query(sql).to_pylist()
    return int(row["bad"]), int(row["n"])


def dataset_of(workspace: Workspace, rule: Rule) -> Dataset:
    """The dataset that a rule names, from a file beside, read in a process that reaches nothing."""
    file, _, name = rule.definition.partition(":")
    if not _FILE.fullmatch(file):
        raise DefinitionError("a definition lies beside the rules", fix='definition = "rules.py:name"', rule=rule.id)
    found = the_definition(workspace.path / "quality" / file, name).definition
    if not isinstance(found, Dataset) or _SAYS not in [one.name for one in found.columns]:  # type: ignore[union-attr]
        raise DefinitionError(
            "a rule is a Dataset with a column violates", fix='Dataset(every(visits), {"violates": …})', rule=rule.id
        )
    return found


def _key(workspace: Workspace, snapshot: Snapshot, origin: Origin, rule: Rule) -> str:
    """What a rule's counts depend on: its text, a definition's file, the lake, the vocabulary, the day."""
    beside = sorted((workspace.path / "quality").glob("*")) if rule.definition else []
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in beside if path.is_file()]
    files = [sorted(path.name for path in snapshot.files(table)) for table in sorted(snapshot.tables)]
    told = (repr(rule), digests, files, origin.sources, workspace.vocabulary.release, str(workspace.today()))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
