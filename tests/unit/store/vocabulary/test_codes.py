"""Codes from Python: right for any set of hashes, and fast enough to ask for every row."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.vocabulary import Found
from medark.store.vocabulary.codes import Codes
from medark.store.vocabulary.load import write_codes

Meaning = Mapping[str, tuple[int, tuple[int, ...]]]


def codes_of(meaning: Meaning, folder: Path) -> Codes:
    """A file of codes of one vocabulary, made as a load makes it."""
    lines = [
        ("V", code, own, target, domain)
        for code, (own, targets) in meaning.items()
        for target, domain in ([(t, "Drug") for t in targets] or [(0, "Condition")])
    ]
    columns = zip(*lines, strict=True) if lines else ((),) * 5
    names = ("vocabulary_id", "concept_code", "source_concept_id", "concept_id", "domain_id")
    types = (pa.string(), pa.string(), pa.int32(), pa.int32(), pa.string())
    with DuckDB(folder / "scratch").session() as session:
        table = pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})
        session.bind_arrow("line", table)
        session.table("code_map", render(
            "select *, key_hash(vocabulary_id || '|' || concept_code) as code_hash, concept_id as map_no from line"
        ))  # fmt: skip
        return Codes(folder / write_codes(session, folder))


@settings(max_examples=40, deadline=None)
@given(
    meaning=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
        st.tuples(
            st.integers(1, 99), st.lists(st.integers(1, 99), max_size=3, unique=True).map(lambda t: tuple(sorted(t)))
        ),
        max_size=40,
    )
)
def test_it_holds_what_a_dictionary_would(tmp_path_factory: pytest.TempPathFactory, meaning: Meaning) -> None:
    codes = codes_of(meaning, tmp_path_factory.mktemp("codes"))
    wanted = {
        code: Found(own, targets, ("Drug",) * len(targets) or ("Condition",))
        for code, (own, targets) in meaning.items()
    }
    for _ in range(2):  # once searched, once remembered
        assert codes.lookup("V", [*meaning, "not one of them"]) == wanted
    assert codes.lookup("W", meaning) == {}


def test_many_codes_are_found_wherever_they_lie(tmp_path: Path) -> None:
    meaning = {f"c{n}": (n + 1, (n + 1,)) for n in range(30_000)}
    codes = codes_of(meaning, tmp_path)
    found = codes.lookup("V", meaning)
    assert len(found) == len(meaning)
    assert all(found[code].source_concept_id == own for code, (own, _) in meaning.items())


def test_a_repeated_code_costs_well_under_a_microsecond(tmp_path: Path) -> None:
    """The figure is printed by the benchmark; here only that it is no search each time (that takes several)."""
    codes = codes_of({f"c{n}": (n + 1, ()) for n in range(3_000)}, tmp_path)
    asked = random.Random(1).choices([f"c{n}" for n in range(3_000)], k=200_000)
    codes.lookup("V", asked)
    seconds = min(_timed(codes, asked) for _ in range(5))
    assert seconds / len(asked) < 1e-6


def _timed(codes: Codes, asked: list[str]) -> float:
    began = time.perf_counter()
    codes.lookup("V", asked)
    return time.perf_counter() - began
