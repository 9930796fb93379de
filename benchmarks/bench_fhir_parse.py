"""FHIR bundles to Arrow staging tables, beside bare JSON parsers in the same run; and a large Bundle cut into chunks.

Run: .venv/bin/python benchmarks/bench_fhir_parse.py FOLDER [--files 617] [--processes 2]
FOLDER holds FHIR bundles as *.json (the Synthea sample unpacked). Prints CPU microseconds a resource on one core,
resources a second of wall time on all processes, and peak memory.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import msgspec
import orjson

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER
from medark.standardise.formats.fhir.cut import chunks
from medark.standardise.formats.fhir.resources.registry import decode_document

SOURCE = Source("bench")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--files", type=int, default=617)
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = arguments.parse_args()
    paths = sorted(chosen.folder.rglob("*.json"))[: chosen.files]
    size = sum(path.stat().st_size for path in paths)
    resources = sum(len(orjson.loads(path.read_bytes())["entry"]) for path in paths)
    print(f"{len(paths)} bundles, {size / 1e6:,.0f} MB, {resources:,} resources")
    beside = one_core("bare orjson loop", paths, resources, size, orjson.loads)
    one_core("bare msgspec loop", paths, resources, size, msgspec.json.decode)
    one_core("typed decode (msgspec)", paths, resources, size, decode_document)
    ours = one_core("decode + stage + Arrow", paths, resources, size, to_tables)
    print(f"{'':26} {ours / beside:.1f} times the bare orjson loop")
    all_cores(paths, resources, size, chosen.processes)
    one_large_bundle(paths, resources)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB; {os.cpu_count()} cores; Python {platform.python_version()}; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("msgspec", "orjson", "pyarrow")))


def one_core(what: str, paths: Iterable[Path], resources: int, size: int, work: Callable[[bytes], object]) -> float:
    """CPU seconds of the work alone: files are read outside the clock."""
    spent = 0.0
    for path in paths:
        content = path.read_bytes()
        began = time.process_time()
        work(content)
        spent += time.process_time() - began
    print(f"{what:26} {spent / resources * 1e6:6.1f} us CPU a resource, {size / spent / 1e6:6,.0f} MB/s")
    return spent


def to_tables(content: bytes) -> int:
    """Rows of all staging tables that a bundle gives."""
    record = RawRecord(1, "0" * 64, SOURCE.name, "bench", len(content), Format.FHIR_JSON, 1)
    return sum(
        table.num_rows
        for chunk in READER.chunks(record, io.BytesIO(content))
        for table in READER.stage(chunk, SOURCE).tables().values()
    )


def rows_of_file(path: Path) -> int:
    return to_tables(path.read_bytes())


def all_cores(paths: list[Path], resources: int, size: int, processes: int) -> None:
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(rows_of_file, paths[:processes]))  # workers have started and imported
        began = time.perf_counter()
        rows = sum(pool.map(rows_of_file, paths, chunksize=8))
        spent = time.perf_counter() - began
    print(
        f"{f'{processes} processes, files read':26} {resources / spent:,.0f} resources/s, "
        f"{size / spent / 1e6:,.0f} MB/s, {rows:,} staging rows"
    )


class OneBundle(io.RawIOBase):
    """All entries of all files as one searchset, made as it is read, so that only the reader's memory counts."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._parts = self._all(paths)
        self._held = bytearray()

    @staticmethod
    def _all(paths: Iterable[Path]) -> Iterator[bytes]:
        yield b'{"resourceType":"Bundle","type":"searchset","entry":['
        for number, path in enumerate(paths):
            content = path.read_bytes()
            yield (b"," if number else b"") + content[content.index(b"[") + 1 : content.rindex(b"]")]
        yield b"]}"

    def read(self, size: int = -1) -> bytes:
        while len(self._held) < size and (part := next(self._parts, None)) is not None:
            self._held += part
        out = bytes(self._held[:size])
        del self._held[:size]
        return out


def one_large_bundle(paths: list[Path], resources: int) -> None:
    record = RawRecord(1, "0" * 64, SOURCE.name, "bench", 0, Format.FHIR_JSON, 1)
    began, size, largest = time.process_time(), 0, 0
    for chunk in chunks(record, OneBundle(paths)):  # type: ignore[arg-type]
        size, largest = size + len(chunk.content), max(largest, len(chunk.content))
    spent = time.process_time() - began
    print(
        f"{'one Bundle, cut':26} {spent / resources * 1e6:6.1f} us CPU a resource, {size / spent / 1e6:6,.0f} MB/s, "
        f"largest chunk {largest / (1 << 20):.1f} MiB"
    )


if __name__ == "__main__":
    main()
