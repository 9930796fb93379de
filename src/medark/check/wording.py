"""What a check compares with, in signs that need no language; and what can be done about what it finds, in words"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.checks import Check
from medark.messages import N_, phrase

# What stands before the value of a check.
_SIGNS: Final[Mapping[str, str]] = {
    "plausibleValueLow": "< {}", "plausibleValueHigh": "> {}", "plausibleTemporalAfter": "< {}",
    "plausibleStartBeforeEnd": "> {}", "isForeignKey": "→ {}", "fkDomain": "≠ {}", "fkClass": "≠ {}",
    "sourceValueCompleteness": "{} = 0", "plausibleGender": "≠ {}", "plausibleGenderUseDescendants": "≠ {}",
    "plausibleUnitConceptIds": "≠ {}",
}  # fmt: skip
_DAYS: Final = (N_("tomorrow"), N_("next year"))

_CODES: Final = N_(
    "decide what the source's codes mean: medark vocabulary unmapped WS, then medark vocabulary review WS"
)
_LOOK: Final = N_(
    "look at the records: a column that is read for another, or a form of dates, is mended in the map and the lake made"
    " again (medark rebuild WS); what the source has wrong is mended there and sent again"
)
_FIELD: Final = N_(
    "see what the column is made of (medark lineage WS COLUMN): map the field that has it, or ask for it"
)
_UNITS: Final = N_("say in which unit these numbers are: medark units suspect WS, then medark units review WS")
_REGISTER: Final = N_("ask the registration desk to correct the register; the next delivery brings it")
_CODING: Final = N_(
    "ask who codes for the right code; if it is the hospital's own, say what it means: medark vocabulary review WS"
)
_TWO: Final = N_(
    "look whether the code, the sex or the birth is wrong, or two people share a number: medark identity show WS"
)
_ORDER: Final = N_("have the clocks of both systems set alike; where a column is read for another, mend the map")
_AGAIN: Final = N_("ask the source to send the file again, whole")
_MONTHS: Final = N_("ask the source what it sent for these months: medark account WS says what came when")
_OTHERWISE: Final = N_(
    "ask what changed there: a method, a device, a unit, a list of codes; if it is right, raise the threshold in"
    " [quality.thresholds]"
)
_BACK: Final = N_("see which they are: medark quarantine list WS; once the cause is mended: medark quarantine retry WS")
_TWICE: Final = N_("nothing was taken in twice; ask the source to send only what is new")
_SAME: Final = N_(
    "look at two of them: where they are one, the map lacks what tells them apart, or the source tells them twice"
)
_TALKED: Final = N_("ask the laboratory for the right number: a corrected result takes the place of this one")
_CLINICAL: Final = N_("ask the department: one of the two is written down wrongly")

ADVICE: Final[Mapping[str, str]] = {
    "cdmTable": N_("make the lake again: medark rebuild WS"),
    "cdmField": N_("make the lake again: medark rebuild WS"),
    "measurePersonCompleteness": N_("connect the system that has it, or map the table that waits: medark map WS"),
    "measureConditionEraCompleteness": _CODES,
    "measureObservationPeriodOverlap": N_("the periods came so: ask who made them to join those that touch"),
    "isRequired": _FIELD,
    "measureValueCompleteness": _FIELD,
    "cdmDatatype": _FIELD,
    "isPrimaryKey": N_("two tables give their rows the same key: say in the map what else tells them apart"),
    "isForeignKey": N_(
        "bring what is referred to: of concepts the vocabulary (medark vocabulary load WS FOLDER), else the table that"
        " has it, or what is held back of it (medark quarantine list WS)"
    ),
    "fkDomain": _CODES, "fkClass": _CODES, "isStandardValidConcept": _CODES,
    "standardConceptRecordCompleteness": _CODES, "sourceConceptRecordCompleteness": _CODES,
    "sourceValueCompleteness": _CODES,
    "plausibleValueLow": _LOOK, "plausibleValueHigh": _LOOK, "plausibleTemporalAfter": _LOOK,
    "plausibleDuringLife": _LOOK, "withinVisitDates": _LOOK, "plausibleAfterBirth": _LOOK,
    "plausibleBeforeDeath": _LOOK, "plausibleStartBeforeEnd": _LOOK,
    "plausibleGender": _TWO, "plausibleGenderUseDescendants": _TWO, "plausibleUnitConceptIds": _UNITS,
    "monthWithoutRows": _MONTHS, "monthUnlikeOthers": _MONTHS, "levelChanged": _MONTHS,
    "unlikeBefore": _OTHERWISE, "unlikeElsewhere": _OTHERWISE, "mixUnlikeBefore": _OTHERWISE,
    "numberMissing": N_("look at the records: a number that can't be read is mended in the map, else ask for it"),
    "resultEmpty": _TALKED, "valueOutlying": _TALKED, "pointLost": _TALKED, "unitMistaken": _UNITS,
    "codeUnknown": _CODING, "sexBound": _TWO, "ageBound": _TWO,
    "activeAfterDeath": N_("look whether the death is right, or two people share a number: medark identity show WS"),
    "drugOfAllergy": _CLINICAL, "operationWithoutStay": _CLINICAL, "staysOverlap": _CLINICAL,
    "feesDoNotAddUp": N_("ask the medical records department to correct the front page and send it again"),
    "frontPageAtOdds": N_("ask the medical records department to correct the front page and send it again"),
    "toldTwice": _SAME,
    "registeredTwice": N_("decide who is one person: medark identity review WS; then have the numbers merged"),
    "numbersMerged": N_("nothing: they were merged; ask the desk why so many are"),
    "identityMissing": _REGISTER, "identityImpossible": _REGISTER, "identityOld": _REGISTER,
    "birthAtOdds": _REGISTER, "sexAtOdds": _REGISTER, "nameAtOdds": _REGISTER, "phoneShared": _REGISTER,
    "reportedBefore": _ORDER, "resultBeforeOrder": _ORDER,
    "reportedLate": N_("ask the laboratory why these took so long; the records say which tests"),
    "arrivedLate": N_("ask the source why these came so late: medark account WS says what came when"),
    "feedSilent": N_("look whether the interface runs: nothing came for longer than is usual"),
    "keptBack": _BACK, "cutShort": _AGAIN, "encodingMixed": _AGAIN, "sentTwice": _TWICE,
    "rule": N_("what the rule asks stands in quality/*.toml; look at the records"),
    "ruleUnsound": N_("medark check WS --site says what is wrong with them"),
}  # fmt: skip


def compared(check: Check) -> str:
    """What a check compares with; "" where its meaning says it.

    >>> from medark.check.dqd import instance
    >>> compared(instance("plausibleValueLow", "person", "year_of_birth", value="1850"))
    '< 1850'
    """
    sign = _SIGNS.get(check.kind.name)
    return sign.format(phrase(", ".join(check.value.split(" ")) if check.concept_ids else check.value)) if sign else ""


def meaning(check: Check) -> str:
    """What violates a check, with what it compares with; of what was kept back the reason."""
    if check.family == "delivery" and check.value:
        return f"{phrase(check.kind.finds)}: {phrase(check.value)}"
    return " ".join(filter(None, (phrase(check.kind.finds), compared(check))))


def advice(check: Check) -> str:
    """What can be done about what it finds."""
    return phrase(ADVICE[check.kind.name])
