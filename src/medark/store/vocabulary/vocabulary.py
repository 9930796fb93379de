"""The vocabulary of a workspace: load it, bind it to a session, look codes up"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medark.model.omop import VOCABULARY_TABLES
from medark.store.engine import Engine, Session
from medark.store.vocabulary import load, manifest
from medark.store.vocabulary.by_id import ConceptsById, Row
from medark.store.vocabulary.codes import Codes, Found
from medark.store.vocabulary.files import VocabularyFile, vocabulary_files
from medark.store.vocabulary.manifest import FORMAT, Manifest
from medark.store.vocabulary.merge import BESIDE
from medark.store.vocabulary.report import VocabularyReport
from medark.store.vocabulary.shipped import shipped_digest

RELATIONS = (*VOCABULARY_TABLES, *load.MAPS)
Amending = Callable[[Session], Sequence[Path]]  # the vocabulary's tables, bound → files in the place of some of them


class Vocabulary:
    """OMOP vocabulary tables under `root`: what was loaded, and beside it what is shipped.

    Works before anything was loaded. A load takes effect as a whole; readers that bound the one before keep it
    until the load after next.
    """

    def __init__(self, root: Path, engine: Engine, *, patience: float = 600.0) -> None:
        self._root, self._engine, self._patience = root, engine, patience
        self._codes: tuple[str, Codes] | None = None
        self._by_id: tuple[tuple[str, ...], ConceptsById] | None = None
        self._known: tuple[tuple[int, int], Manifest] | None = None

    @property
    def release(self) -> str:
        """The release of the loaded vocabularies as they call it ("v5.0 31-AUG-23"), or "shipped"."""
        return self._now().release

    @property
    def digest(self) -> str:
        """SHA-256 of all that was loaded and shipped: equal digests, equal answers."""
        return self._now().digest

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows by relation (see RELATIONS)."""
        return self._now().rows

    def files(self, relations: Iterable[str]) -> tuple[str, ...]:
        """Names of the files that relations consist of. They are named by content: equal names, equal rows."""
        known = self._now().files
        return tuple(name for relation in relations for name in known.get(relation, ()))

    def load(self, paths: Iterable[Path] = (), amending: Amending | None = None) -> VocabularyReport:
        """Take in vocabulary files (or folders of them). A table that comes is replaced, others stay. `amending` sees
        the tables as they are then, before maps are made of them.

        Files are known by their columns: Athena's tab-separated text, comma-separated text, Parquet. Loading the
        same again changes nothing. SourceError if a path is not there, RefusedInput for a file with bad lines.
        """
        given, ignored = vocabulary_files(paths)
        with manifest.alone(self._root, self._patience):
            before = manifest.read(self._root)
            inputs = {**(before.inputs if before else {}), **_inputs(given)}
            digest = _digest(inputs)
            if before is not None and before.digest == digest:
                return _report(before, ignored, changed=False)
            after = self._made(given, before, Manifest(digest, "", inputs, {}, "", {}), amending)
            manifest.write(self._root, after)
            manifest.sweep(self._root, after.names | (before.names if before else frozenset()))
            return _report(after, ignored, changed=True)

    def bind(self, session: Session, relations: Sequence[str] = RELATIONS, prefix: str = "") -> None:
        """Name the vocabulary's relations in a session: OMOP's ten tables, `code_map`, `local_map` and `ucum`.

        Under their own names, `prefix` before each.

        Both code maps: code_hash (`key_hash(vocabulary_id || '|' || concept_code)`), vocabulary_id, concept_code,
        map_no, source_concept_id, concept_id (standard, or 0), domain_id; sorted by code_hash, so that a join on it
        reads little. `ucum`: concept_code and concept_id of the standard units.
        """
        now = self._now()
        for name in relations:
            load.bind(session, name, self._paths(now.files.get(name, ())), prefix + name)

    def lookup(self, vocabulary_id: str, codes: Iterable[str]) -> dict[str, Found]:
        """What codes (spelled as OMOP spells them) mean; unknown ones are left out. Without an engine, at once."""
        name = self._now().codes
        if self._codes is None or self._codes[0] != name:
            self._codes = (name, Codes(self._root / name))
        return self._codes[1].lookup(vocabulary_id, codes)

    def concepts(self, concept_ids: Iterable[int]) -> list[Row]:
        """The concepts of some ids; those that there are not are left out. Without an engine, at once."""
        names = self._now().files.get("concept", ())
        if self._by_id is None or self._by_id[0] != names:
            self._by_id = (names, ConceptsById(self._paths(names)))
        return self._by_id[1].rows(concept_ids)

    def _now(self) -> Manifest:
        """The manifest that holds, read again only when it was replaced; made of what is shipped if there is none."""
        stamp = manifest.stamp(self._root)
        if self._known is None or stamp != self._known[0]:
            found = manifest.read(self._root)
            if found is None:
                self.load()
                return self._now()
            self._known = (stamp, found)
        return self._known[1]

    def _made(
        self, given: Sequence[VocabularyFile], before: Manifest | None, after: Manifest, amending: Amending | None
    ) -> Manifest:
        """All the files of a manifest: loaded tables, what is shipped beside them, then the maps over both."""
        loaded, left_out = _loaded(before), dict(before.left_out) if before else {}
        self._write_loaded(given, loaded, left_out)
        beside, inputs = self._beside(loaded), after.inputs
        if amending is not None:
            with self._engine.session() as session:
                self._bind_tables(session, _tables(loaded, beside))
                amended, _ignored = vocabulary_files(amending(session))
            self._write_loaded(amended, loaded, left_out)
            inputs = {**inputs, **_inputs(amended)}
        files = {f"loaded_{table}": tuple(names) for table, names in loaded.items()} | _tables(loaded, beside)
        left = {table: n for table, n in left_out.items() if n}
        return self._with_maps(replace(after, digest=_digest(inputs), inputs=inputs, files=files, left_out=left))

    def _write_loaded(
        self, given: Sequence[VocabularyFile], loaded: dict[str, list[str]], left_out: dict[str, int]
    ) -> None:
        """Some tables from their files; both records of what there is are brought up to it."""
        for table in _inputs(given):
            with self._engine.session() as session:
                own = [file for file in given if file.table == table]
                loaded[table], left_out[table] = load.write_loaded(session, table, own, self._root)

    def _bind_tables(self, session: Session, files: Mapping[str, Sequence[str]]) -> None:
        for table in VOCABULARY_TABLES:
            load.bind(session, table, self._paths(files[table]))

    def _beside(self, loaded: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        beside = {}
        with self._engine.session() as session:
            load.bind_shipped(session)
            for table in VOCABULARY_TABLES:
                load.bind(session, table, self._paths(loaded.get(table, ())), f"loaded_{table}")
            for table in BESIDE:  # concept comes first: the others read it
                beside[table] = load.write_beside(session, table, self._root)
                load.bind(session, table, self._paths(beside[table]), f"beside_{table}")
        return beside

    def _with_maps(self, made: Manifest) -> Manifest:
        files = dict(made.files)
        with self._engine.session() as session:
            self._bind_tables(session, files)
            load.bind(session, "vocabulary", self._paths(files.get("loaded_vocabulary", ())), "loaded_vocabulary")
            for name in load.MAPS:
                files[name] = tuple(load.write_map(session, name, self._root))
                load.bind(session, name, self._paths(files[name]))
            load.check_hashes(session)
            return replace(
                made,
                files=files,
                codes=load.write_codes(session, self._root),
                release=load.release(session) or ("loaded" if made.inputs else "shipped"),
                rows={name: load.count(session, name) for name in RELATIONS},
                unknown_targets=load.unknown_targets(session),
            )

    def _paths(self, names: Iterable[str]) -> list[Path]:
        return [self._root / name for name in names]


def _loaded(before: Manifest | None) -> dict[str, list[str]]:
    files = before.files if before else {}
    return {name.removeprefix("loaded_"): list(f) for name, f in files.items() if name.startswith("loaded_")}


def _tables(loaded: Mapping[str, Sequence[str]], beside: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The files of each table: of what was loaded, and of what is shipped beside it."""
    return {table: (*loaded.get(table, ()), *beside.get(table, ())) for table in VOCABULARY_TABLES}


def _inputs(given: Sequence[VocabularyFile]) -> dict[str, tuple[str, ...]]:
    return {table: tuple(f.sha256 for f in given if f.table == table) for table in sorted({f.table for f in given})}


def _digest(inputs: Mapping[str, Sequence[str]]) -> str:
    lines = [f"format {FORMAT}", f"shipped {shipped_digest()}"]
    lines += [f"{table} {' '.join(inputs[table])}" for table in sorted(inputs)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _report(made: Manifest, ignored: Sequence[str], *, changed: bool) -> VocabularyReport:
    return VocabularyReport(
        made.release, made.digest, changed, made.rows, made.left_out, made.unknown_targets, tuple(ignored)
    )
