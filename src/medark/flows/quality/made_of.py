"""Which columns of the lake checks beyond the dashboard are made of; of a rule of the site, what its text asks for"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medark.check.checks import Check
from medark.check.feeds import Column, columns_read, made_of
from medark.check.further.site import Rule, counting
from medark.define.answers import reads
from medark.errors import MedarkError
from medark.flows.judged import Judged
from medark.flows.quality.site_rules import dataset_of, site_rules
from medark.flows.workspace import Workspace


def with_columns(workspace: Workspace, checks: Sequence[Check]) -> Iterator[Judged]:
    """Those beyond the dashboard, each with the columns that decide what it finds."""
    rules = {rule.id: rule for rule in site_rules(workspace)[0]}
    for check in checks:
        if check.family != "dashboard":
            rule = rules.get(check.value) if check.family == "site" else None
            told = _of_rule(workspace, rule) if rule else frozenset()
            yield Judged(check, tuple(sorted(made_of(check) | told)))


def _of_rule(workspace: Workspace, rule: Rule) -> frozenset[Column]:
    try:
        if not rule.definition:
            return columns_read(counting(rule))
        asked = reads(dataset_of(workspace, rule))
    except MedarkError:  # a rule that can't be run is told so where it is counted
        return frozenset()
    return frozenset((table, column) for table, columns in asked.items() for column in columns)
