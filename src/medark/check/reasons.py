"""Why the gate keeps a row back: fixed phrases, what each means, and where the rule comes from"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`phrase` is what `reason` holds; `place` (a column's name) says where. None ever holds a value."""

    phrase: str
    meaning: str
    source: str


LONGEST_PREGNANCY = 294  # days: 42 weeks; prenatal findings are filed under the child
GRACE_AFTER_DEATH = 60  # days
DAYS_AHEAD = 1  # of the day of arrival: the sender's zone may be ahead of ours
EARLIEST_BIRTH = 1850  # year

PERSON_NOT_KNOWN = Reason(
    "person not known",
    "The person the row is about has no accepted row, in this wave or in the lake. Once the person has, it passes.",
    "OMOP CDM 5.4: person_id is a required foreign key",
)
PARENT_NOT_KNOWN = Reason(
    "parent not known",
    "A row that this one can't be without (the visit of a visit_detail) has no accepted row.",
    "OMOP CDM 5.4: required foreign keys",
)
VALUE_MISSING = Reason(
    "required value missing",
    "A key, date, concept or text that OMOP requires is not there, or can't be read as what it should be.",
    "OMOP CDM 5.4: required columns; DQD isRequired",
)
END_BEFORE_START = Reason(
    "end before start",
    "The row ends before it begins.",
    "DQD plausibleStartBeforeEnd",
)
BEFORE_BIRTH = Reason(
    "date before birth",
    f"The row begins more than {LONGEST_PREGNANCY} days (42 weeks) before the person was born. What lies closer may be "
    "a prenatal finding.",
    "DQD plausibleAfterBirth, which expects prenatal records",
)
AFTER_DEATH = Reason(
    "date after death",
    f"The row begins more than {GRACE_AFTER_DEATH} days after the person died. What lies closer may be paperwork.",
    "DQD plausibleBeforeDeath",
)
IN_FUTURE = Reason(
    "date in the future",
    f"The row begins more than {DAYS_AHEAD} day after it arrived. Not judged where dates are shifted for privacy: "
    "where most births, or most visits, of a wave of at least 20 lie in the future.",
    "OHDSI ETL-LambdaBuilder; DQD plausibleValueHigh",
)
BIRTH_YEAR = Reason(
    "year of birth not plausible",
    f"The year is before {EARLIEST_BIRTH} or after the year of arrival. Not judged where dates are shifted.",
    "DQD plausibleValueLow of year_of_birth",
)
REPLACED = Reason(
    "replaced",
    "A later row of the same wave has the same key: that one stands. Not an error, and not quarantined.",
    "An event sent again replaces the one before",
)

REASONS: tuple[Reason, ...] = (
    REPLACED, PERSON_NOT_KNOWN, VALUE_MISSING, PARENT_NOT_KNOWN, END_BEFORE_START, BIRTH_YEAR, BEFORE_BIRTH,
    AFTER_DEATH, IN_FUTURE,
)  # fmt: skip


def reference_page() -> str:
    """docs/reference/quarantine-reasons.md, from the list above.

    >>> reference_page().splitlines()[0]
    '# Why a row is kept back'
    """
    rows = "\n".join(f"| {r.phrase} | {r.meaning} | {r.source} |" for r in REASONS)
    return _PAGE.format(rows=rows)


_PAGE = """\
# Why a row is kept back

Every row passes one gate before the lake. A row that can't be right goes to quarantine with one of these phrases in
`reason` and a column's name in `place`; it is never dropped, and `medark quarantine retry` judges it again. When
several apply, the first in this table that does is told.

| reason | what it means | where the rule comes from |
|---|---|---|
{rows}

An optional reference (visit, visit detail, provider, care site, location, plan) to a row that is not there does not
keep a row back: the reference is left out, its column is named in `unlinked`, and the account counts it. `medark
rebuild` links it once the other row has arrived.
"""
