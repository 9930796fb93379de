"""The elements that are worth a look for a column: nearest by name, or of the form that its values have"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from medark.standardise.propose.evidence import Seen, said, test_share
from medark.standardise.propose.names import elements
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.refuted import is_refuted

_NEAREST = 14  # elements by name that are looked at
_KEYS = {"patient": ("patient_id",), "visit": ("visit_id",), "stay": ("detail_id",), "dept": ("dept_code",),
         "staff": ("doctor_id",), "dictionary": ("code",)}  # fmt: skip
_DATED = ("date", "start", "stop", "birth_date", "created_time", "updated_time")
_LEAST_TESTED = 0.5  # share of values that puts an element on the list whatever the name
_SURE_TESTS = frozenset(
    {"gender", "id_cn", "id_us", "loinc", "icd", "phone", "address", "frequency", "route", "unit", "prose", "blood"}
)


def listed(seen: Seen) -> list[str]:
    """The elements that are worth a look: nearest by name, and those whose form the values have."""
    near = sorted(seen.names, key=lambda name: -said(seen.names[name]))[:_NEAREST]
    tested = [
        name
        for name in _tested()
        if name not in near and (test_share(seen.profile, elements()[name]) or 0.0) >= _LEAST_TESTED
    ]
    keys = [name for kind in sorted(seen.linked) for name in _KEYS.get(kind, ()) if name not in near]
    dated = [name for name in _DATED if name not in near] if seen.profile.dated >= 0.8 else []
    every = dict.fromkeys(near + tested + keys + dated)
    may_be = [name for name in every if not _is_absurd(seen.profile, name)]
    return [name for name in may_be if not is_refuted(seen.profile, name, seen.names.get(name))]


@cache
def _tested() -> Mapping[str, str]:
    return {e.name: e.tests for e in elements().values() if e.tests in _SURE_TESTS}


def _is_absurd(profile: ColumnProfile, name: str) -> bool:
    """Words where there would be numbers, numbers or words where there would be days."""
    type_ = elements()[name].type
    if not profile.known:
        return False
    if type_ == "number" and profile.share("words") >= 0.8 and profile.share("integer", "decimal", "strength") < 0.1:
        return True
    return (
        type_ in ("date", "datetime")
        and profile.dated + profile.share("clock", "year") < 0.1
        and (profile.share("words", "decimal") >= 0.8)
    )
