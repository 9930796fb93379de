"""What a workspace keeps of its proposals: profiles, what people said, what was approved by whom, every version"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from medark.flows.propose import folder_of, map_name
from medark.flows.workspace import Workspace
from medark.standardise.propose.draft.code_lists import CodeList, plain_list, read_list
from medark.standardise.propose.names import Entry
from medark.standardise.propose.profile import Drift, TableProfile
from medark.standardise.propose.profile.kept import plain, read

WITHDRAWN = "withdrawn"  # what is noted of a table that was taken out of effect
CAME_BACK = "came back"  # and of one that was put off and is not what it was
SITE_WEIGHT = 3.0  # of a name that somebody of this site said, against 1 of one that ships


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a table of a proposal, when (milliseconds since 1970), in which version."""

    by: str
    at_ms: int
    version: int


@dataclass(slots=True)
class Kept:
    """All that is known of one source's tables. `records`: of each table, those that tell of it; `kinds` and `slots`:
    what people said (slot "" is: nothing is made of it); `values`: of tables, of columns, what people said that values
    mean; `lists`: of tables that explain codes, their lists; `skipped`: tables that somebody put off;
    `drifts`: what the newest delivery has that earlier ones had not.
    """

    source: str
    profiles: dict[str, TableProfile] = field(default_factory=dict)
    records: dict[str, list[int]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    slots: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    lists: dict[str, tuple[CodeList, ...]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    drifts: tuple[Drift, ...] = ()
    said: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0

    @property
    def profiled(self) -> frozenset[int]:
        """Records that are in the profiles."""
        return frozenset(number for numbers in self.records.values() for number in numbers)


def load(workspace: Workspace, source: str) -> Kept:
    """What is kept of a source; nothing yet is an empty one."""
    file = folder_of(workspace, source) / "state.json"
    if not file.is_file():
        return Kept(source)
    told = orjson.loads(file.read_bytes())
    kept = Kept(source, version=told["version"], records=told["records"], kinds=told["kinds"], slots=told["slots"])
    kept.skipped, kept.said, kept.values = told["skipped"], told["said"], told.get("values", {})
    kept.lists = {name: tuple(map(read_list, some)) for name, some in told.get("lists", {}).items()}
    kept.profiles = {one["name"]: read(one) for one in told["profiles"]}
    kept.drifts = tuple(Drift(**one) for one in told.get("drifts", ()))
    kept.approvals = {name: Approval(**one) for name, one in told["approvals"].items()}
    return kept


def save(workspace: Workspace, kept: Kept) -> None:
    """Write it, whole."""
    told = {name: getattr(kept, name) for name in ("version", "records", "kinds", "slots", "values", "skipped", "said")}
    told["profiles"] = [plain(table) for table in kept.profiles.values()]
    told["drifts"] = [asdict(one) for one in kept.drifts]
    told["lists"] = {name: [plain_list(one) for one in some] for name, some in kept.lists.items()}
    told["approvals"] = {
        name: {"by": one.by, "at_ms": one.at_ms, "version": one.version} for name, one in kept.approvals.items()
    }
    _write(folder_of(workspace, kept.source) / "state.json", orjson.dumps(told, option=orjson.OPT_INDENT_2))


def save_version(workspace: Workspace, kept: Kept, files: Mapping[str, str]) -> bool:
    """Keep the files of a proposal as its next version, if they are not those of the last one."""
    root = folder_of(workspace, kept.source) / "versions"
    if kept.version and version_files(workspace, kept.source, kept.version) == dict(files):
        return False
    kept.version += 1
    for name, text in files.items():
        _write(root / f"{kept.version:04d}" / name, text.encode())
    return True


def version_files(workspace: Workspace, source: str, version: int) -> dict[str, str]:
    """The files of a version; none if there is no such version."""
    root = folder_of(workspace, source) / "versions" / f"{version:04d}"
    return {file.name: file.read_text("utf-8") for file in sorted(root.glob("*.toml"))}


def put_in_effect(workspace: Workspace, source: str, files: Mapping[str, str]) -> None:
    """The files become the workspace's map of the source."""
    place = workspace.places.maps / map_name(source)
    fresh = place.with_name(f".{place.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, text in files.items():
        _write(fresh / name, text.encode())
    shutil.rmtree(place, ignore_errors=True)
    fresh.replace(place)


def site_entries(workspace: Workspace) -> list[Entry]:
    """Names that people of this site have explained."""
    file = workspace.path / "propose" / "lexicon.csv"
    rows = list(csv.reader(StringIO(file.read_text("utf-8")))) if file.is_file() else []
    return [Entry(element, "site", name, SITE_WEIGHT) for element, name in rows]


def learn(workspace: Workspace, told: Iterable[tuple[str, str]]) -> None:
    """Remember that a name says an element; the last word on a name counts."""
    known = {entry.name.lower(): (entry.element, entry.name) for entry in site_entries(workspace)}
    known |= {name.lower(): (element, name) for element, name in told if element}
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(sorted(known.values()))
    _write(workspace.path / "propose" / "lexicon.csv", text.getvalue().encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    part.replace(path)
