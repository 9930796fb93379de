"""What speaks for a column being an element, as numbers: its name, its values, its place in the table"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medark.standardise.propose.names import Element, NameScore, elements
from medark.standardise.propose.profile import ColumnProfile

Vector = npt.NDArray[np.float64]

FEATURES = (
    "exact", "near", "near_squared", "margin", "type", "type_misfit", "test", "proven", "test_missed", "stolen", "kind",
    "kind_missed", "generic", "makes_nothing", "rival", "key", "linked", "linked_elsewhere", "in_range",
    "out_of_range", "constant", "empty", "unknown",
)  # fmt: skip

# The forms that show an element's test, and how sure they are of it: values that have one are hardly anything else.
TESTS: Mapping[str, tuple[str, ...]] = {
    "gender": ("gender",), "birth": (), "id_cn": ("id_cn",), "id_us": ("id_us",), "phone": ("phone",),
    "name": ("name",),
    "address": ("address",), "icd": ("icd10", "icd10_cn", "icd9", "icd10_plain", "icd9_ve"),
    "proc_code": ("icd9_proc",), "drug_code": ("atc", "ndc"), "ndc": ("ndc",), "loinc": ("loinc",), "unit": ("unit",),
    "frequency": ("frequency",), "route": ("route",), "flag": ("flag",), "range": ("range",), "blood": ("blood",),
    "uid": ("uid",), "words": ("words",), "prose": ("prose",), "yes_no": ("yes_no",), "nation": ("nation",),
    "outcome": ("outcome",),
}  # fmt: skip
_STEALING = (
    "gender",
    "id_cn",
    "id_us",
    "address",
    "icd10_cn",
    "loinc",
    "unit",
    "frequency",
    "route",
    "prose",
    "nation",
)
# Forms that hardly anything else has, and the share of values from which on they prove an element.
_PROOFS = frozenset(
    {"id_cn", "id_us", "loinc", "icd", "phone", "address", "frequency", "route", "nation", "prose", "uid"}
)
_PROVEN = 0.9
# Words that are told by codes as well, how much a short code speaks for them, and what such a list is.
_CODED, _CODES, _LISTED, _SHORT = frozenset({"nation", "blood", "outcome", "route", "frequency"}), 0.4, 60, 3
# Elements that are keys of a kind of table; any code may be one of a dictionary.
_KEYS_OF: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("patient_id", "mrn", "merged_into"), frozenset({"patient"})),
    **dict.fromkeys(("visit_id", "inpatient_no", "outpatient_no"), frozenset({"visit"})),
    "detail_id": frozenset({"stay"}),
    **dict.fromkeys(
        ("dept_code", "org_code", "care_unit", "ward", "admit_dept", "discharge_dept", "exec_dept"), frozenset({"dept"})
    ),
    "doctor_id": frozenset({"staff"}),
}
_CODE = frozenset({"dictionary"})
# Values that adults and children have, in the units that are in use: of the middle, least and greatest.
_RANGES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "temperature": ((34, 41), (93, 106)), "pulse": ((40, 180),), "heart_rate": ((40, 180),), "resp_rate": ((8, 60),),
    "sbp": ((80, 190),), "dbp": ((40, 115),), "mean_bp": ((50, 140),), "spo2": ((80, 100), (0.8, 1)), "gcs": ((3, 15),),
    "fio2": ((21, 100), (0.21, 1)), "peep": ((0, 30),), "tidal_volume": ((100, 900),), "vent_rate": ((5, 60),),
    "steps": ((50, 60_000),), "glucose_blood": ((2, 25), (40, 400)),
    "height": ((45, 200), (0.45, 2.0), (18, 80)), "weight": ((2, 150), (2000, 6000)), "bmi": ((12, 45),),
    "glucose_fbs": ((3, 15), (60, 250)), "glucose_bedside": ((3, 20), (60, 300)), "pain": ((0, 10),),
    "braden": ((6, 23),), "barthel": ((0, 100),), "morse": ((0, 125),), "age": ((0, 105),), "drug_days": ((1, 90),),
    "latitude": ((-90, 90),), "longitude": ((-180, 180),), "waist": ((50, 130), (20, 60)), "drug_refills": ((0, 12),),
    "diag_seq": ((1, 40),), "sequence": ((0, 10_000),), "visit_count": ((0, 60),), "los": ((0, 200),),
}  # fmt: skip
_ITS_TEST = {form: test for test, forms in TESTS.items() for form in forms}


@dataclass(frozen=True, slots=True)
class Seen:
    """A column with what it is called taken apart. `best` and `second`: its two nearest elements' scores; `linked`:
    kinds of the tables whose keys its values are; `shown`: forms that hardly anything else has, with their shares.
    """

    profile: ColumnProfile
    names: Mapping[str, NameScore]
    best: tuple[str, float]
    second: float
    linked: frozenset[str] = frozenset()
    shown: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, profile: ColumnProfile, names: Mapping[str, NameScore], linked: frozenset[str] = frozenset()) -> Seen:
        """A column, with its names' scores. `linked`: kinds of the tables whose keys its values are."""
        ranked = sorted(((said(score), name) for name, score in names.items()), reverse=True)[:2]
        best = (ranked[0][1], ranked[0][0]) if ranked else ("", 0.0)
        shown = tuple((form, share) for form in _STEALING if (share := profile.forms.get(form, 0.0)))
        return cls(profile, names, best, ranked[1][0] if len(ranked) > 1 else 0.0, linked, shown)


def said(score: NameScore) -> float:
    """How well a name says an element, as one number up to 2."""
    return score.exact + score.near


def features(seen: Seen, element: Element, fits_kind: float, made: float, rival: float) -> Vector:
    """The numbers of `FEATURES` for one element. `fits_kind`: the chance that the table is of its kind; `made`: that
    something is made of it in such a table; `rival`: how much better another column's name says it.
    """
    profile, score = seen.profile, seen.names.get(element.name, NameScore(0.0, 0.0, ""))
    mine, tested = said(score), test_share(profile, element)
    other = seen.second if seen.best[0] == element.name else seen.best[1]
    fit = type_fit(profile, element.type) if profile.known else 0.0
    generic = element.group == "generic"
    at_home = is_key_of(element.name, seen.linked)
    plausible = range_fit(profile, element.name)
    return np.array([
        score.exact, score.near, score.near**2, mine - other, max(fit, 0.0), min(fit, 0.0),
        tested or 0.0, float(is_proof(element.tests, tested)),
        0.0 if tested is None or not profile.known else 1.0 - tested, _stolen(seen.shown, element),
        fits_kind, 1.0 - fits_kind, float(generic), 1.0 - made, rival,
        float(profile.is_key and element.name == "row_id"), float(at_home), float(bool(seen.linked) and not at_home),
        max(plausible, 0.0), min(plausible, 0.0), float(element.slot > "" and profile.is_constant),
        float(not profile.known), 0.0,
    ])  # fmt: skip


UNKNOWN: Vector = np.array([0.0] * (len(FEATURES) - 1) + [1.0])


def test_share(profile: ColumnProfile, element: Element) -> float | None:
    """The share of values that are as this element's are; None where nothing can be said."""
    if not element.tests:
        return None
    if element.tests == "birth":
        return _birth(profile)
    found = profile.share(*TESTS[element.tests])
    if element.tests == "gender" and found < 0.5:  # 1 and 2 may be men and women
        return 0.5 if 0 < profile.distinct <= 4 and profile.mean_length <= 1.5 else found
    if element.tests in _CODED and found < _CODES and _is_short_code(profile):
        return _CODES
    if element.tests == "icd":  # codes without their dot
        return max(found, 0.8 * profile.share("icd9_plain") * (profile.mean_length > 3.5))
    return found


def _is_short_code(profile: ColumnProfile) -> bool:
    """A code of a list that is printed elsewhere: 01 for a nation, 3 for an outcome."""
    return 0 < profile.distinct <= _LISTED and profile.mean_length <= _SHORT and not profile.share("decimal", "clock")


def is_proof(tests: str, tested: float | None) -> bool:
    """Do its values prove an element, whatever it is called?"""
    return tests in _PROOFS and (tested or 0.0) >= _PROVEN


def is_key_of(element: str, linked: frozenset[str]) -> bool:
    """Is an element what names the rows of one of these kinds of tables?"""
    own = _KEYS_OF.get(element, _CODE if elements()[element].type == "code" else frozenset())
    return bool(linked & own)


def range_fit(profile: ColumnProfile, element: str) -> float:
    """1 if the middle of its numbers is one that the element's may be, -1 if not; 0 where there is nothing to say."""
    told = _RANGES.get(element)
    if told is None or not profile.numbers:
        return 0.0
    return 1.0 if any(low <= profile.numbers[1] <= high for low, high in told) else -1.0


def _birth(profile: ColumnProfile) -> float:
    """Births lie decades apart."""
    if not profile.years or profile.dated < 0.5:
        return 0.0
    first, _, last = profile.years
    return min(1.0, (last - first) / 40)


def _stolen(shown: tuple[tuple[str, float], ...], element: Element) -> float:
    """The largest share of values that show another element's form."""
    shares = [s for form, s in shown if _ITS_TEST.get(form) != element.tests and not _shares_form(element, form)]
    return max(shares, default=0.0)


def _shares_form(element: Element, form: str) -> bool:
    if form == "prose":
        return element.type == "text"
    if form == "unit":
        return element.name in ("drug_unit", "drug_form", "code_name", "value") or element.type == "number"
    if form == "loinc":
        return element.name in ("code", "lab_ref", "vital_item")
    if form in ("icd10_cn", "gender"):
        return element.name in ("code", "main_diag", "drg_code", "admit_diag", "lab_result", "value")
    return element.name in ("value", "employer", "birth_place", "native_place", "org_name") and form == "address"


def type_fit(profile: ColumnProfile, wanted: str) -> float:
    """From -1 (its values can't be this) to 1 (they are like this)."""
    dated, numbers = profile.dated, profile.forms.get("integer", 0.0) + profile.forms.get("decimal", 0.0)
    numbers += profile.share("compared") + profile.share("comma") + profile.share("measured")
    if wanted in ("datetime", "date"):
        return 2 * max(dated, 0.8 * profile.share("clock")) - 1
    if dated >= 0.5 and profile.share("iso_date", "iso_time", "glued_time", "ymd", "dmy", "mdy", "roc") >= 0.5:
        return -1.0
    words = profile.share("words", "prose")
    if wanted == "number":
        return 2 * min(numbers, 1.0) - 1
    if wanted == "int":
        return 2 * profile.share("integer") - 1
    if wanted == "id":
        return 2 * max(profile.share("code", "uuid", "id_cn", "phone"), 0.0) - 1 - profile.share("decimal")
    if wanted == "code":
        return _code_fit(profile)
    return 1.5 * words - 0.5 if words or numbers < 0.5 else -0.7


def _code_fit(profile: ColumnProfile) -> float:
    if profile.share("decimal") >= 0.5 and not profile.share("icd9", "icd9_proc") >= 0.5:
        return -0.8
    if profile.share("prose") >= 0.3 or profile.mean_length > 40:
        return -0.8
    few = profile.distinct <= max(20, profile.known / 20)
    return 0.8 if few else 0.3
