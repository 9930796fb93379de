"""The process that runs a definition file: told a bundle, it answers with JSON and can do nothing else"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import medark.define
from medark.acquire.definitions.confinement import confine
from medark.define.answers import to_json
from medark.define.attached import attach
from medark.define.definitions import Definition
from medark.errors import DefinitionError
from medark.messages import N_

# What a definition may import beside medark.define and its own folder: loaded before the doors are shut.
LIBRARY = (
    "collections", "csv", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "io", "itertools",
    "json", "math", "operator", "re", "statistics", "string", "textwrap", "typing",
)  # fmt: skip


def main() -> None:
    """Read a bundle, run its file, write what it defines or what went wrong, end."""
    told = json.loads(sys.stdin.buffer.read())
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what the file prints is not the answer
    for name in LIBRARY:
        importlib.import_module(name)
    _warm()
    confine(cpu_seconds=int(told["seconds"]))
    answer = json.dumps(run(told["name"], told["files"])).encode()
    while answer:
        answer = answer[os.write(answer_to, answer) :]
    os._exit(0)  # no exit handler of the file's is run


def run(name: str, files: Mapping[str, str]) -> dict[str, Any]:
    """{"definitions": [{name, json}]} in the order of the file, or {"error": {what, fix, file, line}}."""
    attach(files)
    sys.meta_path.append(_Beside(files))
    module = ModuleType("__definition__")
    try:
        exec(compile(files[name], name, "exec"), module.__dict__)
        found = [(key, value) for key, value in vars(module).items() if isinstance(value, Definition)]
        return {"definitions": [{"name": key, "json": to_json(value)} for key, value in _own(found)]}
    except BaseException as error:
        return {"error": told_error(error, files)}


def told_error(error: BaseException, files: Mapping[str, str]) -> dict[str, Any]:
    """What went wrong, the next thing to type, and the line of the file where it did."""
    file, line = _place(error, files)
    what, fix = f"{type(error).__name__}: {error}", N_("mend this line")
    match error:
        case DefinitionError():
            what, fix = error.what, error.fix
        case SyntaxError():
            what = N_(f"this is no Python: {error.msg}")
        case PermissionError():
            what = N_("a definition reaches no file, network or process")
            fix = N_("put code lists beside it: concept_file(name)")
        case ModuleNotFoundError():
            what = N_(f"there is no module {error.name} here")
            fix = N_(f"use medark.define, {', '.join(LIBRARY)}")
        case MemoryError() | RecursionError():
            what = N_("the definition grows without end")
            fix = N_("look for a loop, or a function that calls itself")
        case SystemExit():
            what, fix = N_("the definition ends the program"), N_("leave exit() out")
    return {"what": what, "fix": fix, "file": file, "line": line}


def _place(error: BaseException, files: Mapping[str, str]) -> tuple[str, int]:
    if isinstance(error, SyntaxError) and error.filename in files:
        return str(error.filename), error.lineno or 0
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)


def _own(found: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Those with a name of their own: `_draft` is the file's business."""
    return [(key, value) for key, value in found if not key.startswith("_")]


def _warm() -> None:
    """Read what the language itself reads from disk while that is still allowed."""
    labs = medark.define.measurements
    to_json(
        medark.define.Dataset(medark.define.everyone(), {"glucose": labs.last().value_in("mmol/L", analyte="glucose")})
    )


class _Beside(MetaPathFinder, Loader):
    """Modules that lie beside the definition file."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        file = name.replace(".", "/") + ".py"
        return ModuleSpec(name, self, origin=file) if file in self._files else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file = str(module.__spec__.origin)  # type: ignore[union-attr]
        exec(compile(self._files[file], file, "exec"), module.__dict__)


if __name__ == "__main__":
    main()
