"""The kinds of checks beyond the dashboard: what each finds, and where it belongs"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.checks import Kind
from medark.messages import N_

FAMILIES: Final = (
    "density", "arrival", "drift", "values", "codes", "logic", "duplicates", "people", "timeliness", "delivery", "site"
)  # fmt: skip
_CONFORMANCE, _COMPLETENESS, _PLAUSIBILITY, _TIMELINESS = "conformance", "completeness", "plausibility", "timeliness"
_FATAL, _CONVENTION, _TOLD = "fatal", "convention", "characterization"


def _told(family: str, name: str, level: str, category: str, severity: str, finds: str) -> tuple[str, Kind]:
    return family, Kind(name, level, category, "validation", severity, finds)


_ALL: Final = (
    _told("density", "monthWithoutRows", "table", _COMPLETENESS, _CONVENTION, N_("months without a row")),
    _told("density", "monthUnlikeOthers", "table", _PLAUSIBILITY, _TOLD, N_("months with far more or fewer rows")),
    _told("density", "levelChanged", "table", _PLAUSIBILITY, _TOLD, N_("months since when more or fewer rows come")),
    _told("drift", "unlikeBefore", "concept", _PLAUSIBILITY, _TOLD, N_("values unlike those delivered before")),
    _told("drift", "unlikeElsewhere", "concept", _PLAUSIBILITY, _TOLD, N_("values unlike those of other places")),
    _told("drift", "mixUnlikeBefore", "field", _PLAUSIBILITY, _TOLD, N_("another mix than was delivered before")),
    _told("values", "numberMissing", "field", _COMPLETENESS, _CONVENTION, N_("results without the number they have")),
    _told("values", "valueOutlying", "field", _PLAUSIBILITY, _CONVENTION, N_("numbers far from all others")),
    _told("values", "pointLost", "field", _PLAUSIBILITY, _CONVENTION, N_("numbers that lost their decimal point")),
    _told("values", "unitMistaken", "field", _PLAUSIBILITY, _CONVENTION, N_("numbers in another unit than is named")),
    _told("codes", "codeUnknown", "field", _CONFORMANCE, _CONVENTION, N_("codes that their code system has not")),
    _told("logic", "sexBound", "field", _PLAUSIBILITY, _CONVENTION, N_("what the other sex alone can have")),
    _told("logic", "ageBound", "field", _PLAUSIBILITY, _CONVENTION, N_("what nobody of that age has")),
    _told("logic", "activeAfterDeath", "field", _PLAUSIBILITY, _CONVENTION, N_("care after the day of death")),
    _told("logic", "drugOfAllergy", "field", _PLAUSIBILITY, _CONVENTION, N_("drugs that the person is allergic to")),
    _told("logic", "operationWithoutStay", "field", _PLAUSIBILITY, _TOLD, N_("operations outside any stay")),
    _told("logic", "staysOverlap", "table", _PLAUSIBILITY, _CONVENTION, N_("stays that begin within another")),
    _told("logic", "resultBeforeOrder", "field", _PLAUSIBILITY, _CONVENTION, N_("results before they were ordered")),
    _told("logic", "feesDoNotAddUp", "table", _PLAUSIBILITY, _CONVENTION, N_("front pages whose fees do not add up")),
    _told("logic", "frontPageAtOdds", "table", _PLAUSIBILITY, _CONVENTION, N_("front pages at odds with themselves")),
    _told("duplicates", "toldTwice", "table", _CONFORMANCE, _CONVENTION, N_("the same told again under another key")),
    _told("people", "registeredTwice", "table", _CONFORMANCE, _CONVENTION, N_("people registered twice, it seems")),
    _told("people", "numbersMerged", "table", _CONFORMANCE, _TOLD, N_("numbers that were merged with another")),
    _told("people", "identityMissing", "field", _COMPLETENESS, _CONVENTION, N_("people without an identity number")),
    _told("people", "identityImpossible", "field", _CONFORMANCE, _CONVENTION, N_("identity numbers that can't be")),
    _told("people", "identityOld", "field", _CONFORMANCE, _TOLD, N_("identity numbers of 15 digits")),
    _told("people", "birthAtOdds", "field", _PLAUSIBILITY, _CONVENTION, N_("births that the identity number denies")),
    _told("people", "sexAtOdds", "field", _PLAUSIBILITY, _CONVENTION, N_("sexes that the identity number denies")),
    _told("people", "nameAtOdds", "field", _PLAUSIBILITY, _CONVENTION, N_("one identity number, two names")),
    _told("people", "phoneShared", "field", _PLAUSIBILITY, _TOLD, N_("phones of others, not their own elsewhere")),
    _told("timeliness", "reportedBefore", "field", _PLAUSIBILITY, _CONVENTION, N_("reports before what they report")),
    _told("timeliness", "reportedLate", "field", _TIMELINESS, _CONVENTION, N_("reports much later than is usual")),
    _told("arrival", "arrivedLate", "table", _TIMELINESS, _CONVENTION, N_("rows that came later than is usual")),
    _told("timeliness", "feedSilent", "table", _TIMELINESS, _CONVENTION, N_("a feed silent for longer than usual")),
    _told("delivery", "keptBack", "table", _CONFORMANCE, _CONVENTION, N_("records and rows that were kept back")),
    _told("delivery", "cutShort", "table", _CONFORMANCE, _CONVENTION, N_("files that end within a record")),
    _told("delivery", "encodingMixed", "table", _CONFORMANCE, _CONVENTION, N_("messages in another encoding")),
    _told("delivery", "sentTwice", "table", _CONFORMANCE, _TOLD, N_("files that had been sent before")),
    _told("delivery", "resultEmpty", "field", _COMPLETENESS, _CONVENTION, N_("results that were sent empty")),
    _told("site", "rule", "table", _PLAUSIBILITY, _CONVENTION, N_("rows that break a rule of the site")),
    _told("site", "ruleUnsound", "table", _CONFORMANCE, _CONVENTION, N_("rules of the site that can't be run")),
)  # fmt: skip

KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for _, kind in _ALL}
FAMILY_OF: Final[Mapping[str, str]] = {kind.name: family for family, kind in _ALL}
