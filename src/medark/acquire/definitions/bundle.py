"""What a definition file may need: itself, and the code lists and modules beside it"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from medark.errors import NotFoundError, RefusedInput, SourceError

_SUFFIXES = (".py", ".csv", ".json")
_LARGEST_FILE = 16 << 20
_LARGEST_BUNDLE = 64 << 20
_MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Bundle:
    """The text of a definition file, and of what lies beside it, by name within the folder."""

    name: str
    files: Mapping[str, str]


def read_bundle(path: Path) -> Bundle:
    """A file and the .py, .csv and .json files of its folder and the folders in that. Links are not followed.

    NotFoundError if there is no such file, SourceError if it is no Python text, RefusedInput for more than a study
    needs.
    """
    if not path.is_file():
        raise NotFoundError("there is no such file", fix="name a Python file with definitions", path=str(path))
    if path.suffix != ".py":
        raise SourceError("definitions are written in Python", fix="name a file that ends with .py", path=str(path))
    folder = path.resolve().parent
    beside = [one for one in _beside(folder) if one != folder / path.name]
    files: dict[str, str] = {path.name: _text(folder / path.name)}
    budget = _LARGEST_BUNDLE
    for one in beside:
        budget -= one.stat().st_size
        if budget < 0:
            raise RefusedInput("the folder holds more than a study needs", fix="keep definitions in their own folder")
        files[one.relative_to(folder).as_posix()] = _text(one)
    return Bundle(path.name, files)


def _beside(folder: Path) -> list[Path]:
    found = []
    for one in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        is_small = one.suffix in _SUFFIXES and one.is_file() and one.stat().st_size <= _LARGEST_FILE
        if is_small and not one.is_symlink() and not one.parent.is_symlink() and not one.name.startswith("."):
            found.append(one)
        if len(found) > _MOST_FILES:
            raise RefusedInput(
                "the folder holds more files than a study needs", fix="keep definitions in their own folder"
            )
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError("the file is not UTF-8 text", fix="save it as UTF-8", path=path.name) from None
    except OSError as error:
        raise SourceError(
            "the file can't be read", fix="check its rights", path=path.name, errno=error.errno or 0
        ) from None
