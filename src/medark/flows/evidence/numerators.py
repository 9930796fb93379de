"""The query that gives the number of what violates a check, as a report shows it"""

from __future__ import annotations

from medark.check.checks import Check
from medark.check.further.duplicates import ALIKE
from medark.check.judge import Verdict
from medark.check.wording import meaning
from medark.flows.documents.nouns import DocumentForm
from medark.flows.evidence.asked import Asked
from medark.flows.quality.likely import where_of
from medark.messages import _

_LONGEST = 360  # characters of a query on paper


def numerator(asked: Asked, one: Verdict) -> str:
    """The query of a check that fails, on paper as much as there is room for; of what is not of rows, what it finds."""
    where = where_of(asked.workspace, asked.snapshot, one.check)
    if not where:
        return meaning(one.check)
    sql = " ".join(_counting(one.check, where).split())
    is_short = asked.form is DocumentForm.XLSX or len(sql) <= _LONGEST
    return sql if is_short else f"{sql[:_LONGEST]} … ({_('whole in the workbook')})"


def _counting(check: Check, where: str) -> str:
    """The query of a check's numerator, which is not of rows where values, months or repetitions are counted."""
    column = f't."{check.column}"'
    if check.kind.name == "sourceValueCompleteness":
        return f"select count(*) from (select distinct {column} {where}) as v"
    if check.family == "density":
        return f"select count(distinct date_trunc('month', {column})) {where}"
    if check.kind.name == "toldTwice":
        same = ", ".join(f"t.{one}" for one in ("person_id", *ALIKE[check.table]))
        return f"select sum(s.n - 1) from (select count(*) as n {where} group by {same}) as s"
    return f"select count(*) {where}"
