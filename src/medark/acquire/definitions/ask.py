"""Ask a confined process what a file defines"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medark.acquire.definitions.bundle import read_bundle
from medark.define.answers import from_json
from medark.define.definitions import Definition
from medark.errors import DefinitionError

_SECONDS = 20  # of computing; a file that waits is stopped a little later
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True, slots=True)
class Found:
    """One definition of a file, under the name it has there."""

    name: str
    definition: Definition


def definitions_in(path: Path, *, seconds: int = _SECONDS) -> tuple[Found, ...]:
    """What a file defines, in its order.

    The file is run in a process of its own that can reach no file, network or process, for so many seconds at most;
    what comes back is text, read as strictly as a stranger's. DefinitionError says which line to mend.
    """
    bundle = read_bundle(path)
    told = json.dumps({"name": bundle.name, "files": dict(bundle.files), "seconds": seconds}).encode()
    answer = _answer(told, path, seconds)
    if "error" in answer:
        raise _error(answer["error"])
    found = tuple(Found(one["name"], from_json(one["json"])) for one in answer["definitions"])
    if not found:
        raise DefinitionError(
            "the file defines nothing", fix='give a definition a name: cohort = Cohort("…", …)', file=path.name
        )
    return found


def the_definition(path: Path, name: str = "") -> Found:
    """The one definition of a file, or the one called `name`. DefinitionError if there are several, or none such."""
    found = definitions_in(path)
    wanted = [one for one in found if not name or one.name == name]
    if len(wanted) == 1:
        return wanted[0]
    what = f"the file defines nothing called {name!r}" if name else f"the file defines {len(found)} things"
    raise DefinitionError(what, fix="--name " + " | ".join(one.name for one in found), file=path.name)


def _answer(told: bytes, path: Path, seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "medark.acquire.definitions.worker"]
    try:
        done = subprocess.run(
            command, input=told, capture_output=True, timeout=seconds + 10, env=_ENVIRONMENT, check=False
        )
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer
    except subprocess.TimeoutExpired:
        raise DefinitionError(
            "the file took too long", fix="look for a loop that does not end", file=path.name
        ) from None
    except ValueError:
        raise DefinitionError(
            "the file was stopped: it took too much time or memory", fix="look for a loop that grows", file=path.name
        ) from None


def _error(told: dict[str, Any]) -> DefinitionError:
    where = {"file": str(told["file"]), "line": int(told["line"])} if told.get("file") else {}
    return DefinitionError(str(told["what"]), fix=str(told["fix"]), **where)
