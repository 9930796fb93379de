"""Files that lie beside a definition file, read by name: `concept_file("codes/diabetes.csv")`"""

from __future__ import annotations

import csv
from collections.abc import Mapping

from medark.define.concepts import ConceptSet, from_atlas, from_csv
from medark.errors import DefinitionError

_files: dict[str, str] = {}


def attach(files: Mapping[str, str]) -> None:
    """The files that definitions may read from now on, by name: whoever runs a definition file says so once."""
    _files.clear()
    _files.update(files)


def text_file(name: str) -> str:
    """The text of a .csv or .json file beside the definition file: a cohort of ATLAS, say."""
    return _attached(name)


def table_file(name: str) -> list[dict[str, str]]:
    """The rows of a .csv file beside the definition file, by the names of its header."""
    return list(csv.DictReader(_attached(name).splitlines()))


def concept_file(name: str, *, title: str = "") -> ConceptSet:
    """The concept set in a .csv or ATLAS .json file beside the definition file. Its name is the file's, or `title`."""
    text = _attached(name)
    stem = title or name.rpartition("/")[2].rpartition(".")[0]
    return from_atlas(text, name=stem) if name.endswith(".json") else from_csv(text, name=stem)


def _attached(name: str) -> str:
    if name not in _files:
        known = sorted(one for one in _files if one.endswith((".csv", ".json")))
        raise DefinitionError(
            f"there is no file {name!r} beside the definition",
            fix=", ".join(known[:12]) or "put it into the folder of the definition file",
        )
    return _files[name]
