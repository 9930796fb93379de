"""What tables are called that wait for a map: by the name that their proposal gives them"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from medark.flows.propose import has_proposal
from medark.flows.propose.keeping import load
from medark.flows.workspace import Workspace

Named = Callable[[int, Collection[str]], str]  # of a record's number and a table's columns; "" if nobody knows


def names_of(workspace: Workspace, source: str) -> Named:
    """The names of a source's tables that were looked into. A file's own name may be a patient's: these are not.

    Two sheets of one file with the same columns and of two names are not told apart.
    """
    found: dict[tuple[int, frozenset[str]], set[str]] = {}
    if has_proposal(workspace, source):
        kept = load(workspace, source)
        for name, records in kept.records.items():
            columns = _folded(column.name for column in kept.profiles[name].columns)
            for record_no in records:
                found.setdefault((record_no, columns), set()).add(name)
    return lambda record_no, columns: _only(found.get((record_no, _folded(columns)), ()))


def _folded(columns: Iterable[str]) -> frozenset[str]:
    return frozenset(column.lower() for column in columns)


def _only(names: Collection[str]) -> str:
    return next(iter(names)) if len(names) == 1 else ""
