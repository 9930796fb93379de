"""An application's files, out of a folder or a wheel: small texts, read as a stranger's; and its copy here"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from medark.errors import NotFoundError, RefusedInput, SourceError, StorageError
from medark.sdk.app_toml import read_manifest
from medark.sdk.manifest import FILE, Manifest

_SUFFIXES: Final = (".py", ".toml", ".csv", ".json", ".md")
_LARGEST_FILE: Final = 16 << 20
_LARGEST: Final = 64 << 20
_MOST: Final = 500
_NOT_RUN: Final = ("tests", "test", "__pycache__")  # an app's own tests, and what Python leaves behind


@dataclass(frozen=True)
class AppFiles:
    """The texts of an application by their path within it."""

    texts: Mapping[str, str]

    @cached_property
    def manifest(self) -> Manifest:
        """What its app.toml says. UsageError names the line that is wrong."""
        return read_manifest(self.texts[FILE])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it, as hex: another byte, another digest."""
        whole = hashlib.sha256()
        for path, text in sorted(self.texts.items()):
            for part in (path, text):
                content = part.encode()
                whole.update(len(content).to_bytes(8, "big") + content)
        return whole.hexdigest()


def app_files(source: Path) -> AppFiles:
    """The application in a folder or wheel. NotFoundError, SourceError for what is none, RefusedInput past limits."""
    if source.is_dir():
        return _read(_in_folder(source))
    if source.is_file() and zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            return _read(_in_wheel(archive))
    if not source.exists():
        raise NotFoundError("there is no such application", fix="name a folder or a wheel", path=str(source))
    raise SourceError("this is neither a folder nor a wheel", fix="name the folder that holds app.toml")


def write(files: AppFiles, folder: Path) -> None:
    """The application's copy in a folder of its own, whole or not at all. StorageError."""
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        for path, text in files.texts.items():
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    except OSError as error:
        raise StorageError(
            "the application can't be kept", fix="check rights and space", errno=error.errno or 0
        ) from None


def _read(found: Iterator[tuple[str, bytes]]) -> AppFiles:
    texts: dict[str, str] = {}
    budget = _LARGEST
    for path, content in found:
        budget -= len(content)
        if budget < 0 or len(content) > _LARGEST_FILE or len(texts) >= _MOST:
            raise RefusedInput("the application is larger than one of code and code lists", fix="leave data out of it")
        try:
            texts[path] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SourceError(
                "a file of the application is not UTF-8 text", fix="save it as UTF-8", path=path
            ) from None
    if FILE not in texts:
        raise SourceError("there is no app.toml", fix="name the folder that holds it, or: medark app new NAME")
    return AppFiles(texts)


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Links are not followed: they could lead anywhere."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_RUN)
        for name in sorted(names):
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if _is_of_app(relative) and path.is_file() and not path.is_symlink():
                if path.stat().st_size > _LARGEST_FILE:
                    raise RefusedInput("a file of the application is too large", fix="leave data out of it", path=name)
                yield relative, path.read_bytes()


def _in_wheel(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files under the one folder of the wheel that has an app.toml."""
    paths = {PurePosixPath(one.filename): one for one in archive.infolist() if not one.is_dir()}
    roots = [path.parent for path in paths if path.name == FILE]
    if len(roots) != 1:
        raise SourceError(f"the wheel holds {len(roots)} applications", fix="one app.toml in one package", file=FILE)
    for path, member in paths.items():
        if path.is_absolute() or ".." in path.parts:
            raise RefusedInput("a path leads out of the wheel", fix="build the wheel anew")
        if not path.is_relative_to(roots[0]):
            continue
        relative = path.relative_to(roots[0]).as_posix()
        if _is_of_app(relative):
            with archive.open(member) as content:
                yield relative, content.read(_LARGEST_FILE + 1)


def _is_of_app(relative: str) -> bool:
    path = PurePosixPath(relative)
    hidden = any(part.startswith(".") or part in _NOT_RUN for part in path.parts)
    return path.suffix in _SUFFIXES and not hidden and not path.name.startswith("test_")
