"""Which checks a change reaches: those of the dashboard, and those beyond it that the newest run judged"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from medark.check.checks import Check
from medark.check.dqd import instances
from medark.check.feeds import made_of
from medark.flows.judged import judged_checks
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, Layer, Touched

_NOT_OF_ROWS: Final = frozenset({"cdmTable", "cdmField"})  # checks that ask whether a table or column is there at all
_COMPARING: Final = frozenset({"unlikeElsewhere"})  # and those of values: what other sources send is held against it
_TOGETHER: Final = frozenset({"values", "people"})  # families that judge the rows of several sources together


def checks_of(workspace: Workspace, start: Asset, columns: Sequence[Touched]) -> Iterator[Touched]:
    """The checks that are made of any of these columns of the lake. A check of the rows of one source is reached by
    what that source sends; by what another does only if it holds them together, and then through the lake.
    """
    at = {(one.asset.of, one.asset.name): one for one in columns}
    source = start.of.rpartition("/")[0] if start.layer is Layer.FIELD else ""
    beyond = ((one.check, one.made_of) for one in judged_checks(workspace))
    for check, made in (*((one, made_of(one)) for one in instances()), *beyond):
        reached = [at[key] for table, name in made for key in ((table, name or ROWS), (table, ROWS)) if key in at]
        if not reached or check.kind.name in _NOT_OF_ROWS:
            continue
        is_of_other = bool(source and check.source and check.source != source and check.family != "people")
        if is_of_other and not _compares(check):
            continue
        nearest = min(reached, key=lambda one: (not one.alone, one.how.rank, one.steps))
        alone = nearest.alone and not is_of_other
        yield replace(nearest, asset=Asset(Layer.USE, "check", check.id), steps=nearest.steps + 1, alone=alone)


def _compares(check: Check) -> bool:
    return check.family in _TOGETHER or check.kind.name in _COMPARING
