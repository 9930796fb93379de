"""What a table can't be: kinds that what it has, or lacks, speaks against"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from medark.standardise.propose.profile import ColumnProfile, TableProfile

_PEOPLE: Final = ("patient_id", "mrn", "id_number", "name", "phone", "ssn")
_VISITS: Final = ("visit_id", "inpatient_no", "outpatient_no", "detail_id")
_DISTANCES: Final = ("minutes_from_admission", "minutes_to_stop")
_ITEMS: Final = ("fee_item_name",)
_MEASURES: Final = ("drug_spec", "drug_qty", "drug_unit", "drug_dose")
_REGISTERS: Final = frozenset({"patient", "dept", "staff", "dictionary", "other"})  # kinds without a time of their own
_SHORT: Final = 300  # rows of a list
_TIMES: Final = 50  # different times, of which a list has fewer
_FEWEST: Final = 4  # rows, to say anything
_MAY_BE, _LIKELY = 0.3, 0.5  # chance of an element
_HARDLY = 0.02  # what is left of a kind that is spoken against
_NAMES = 0.5  # of values that are names of people


def plausible(
    found: Mapping[str, float],
    table: TableProfile,
    likely: Sequence[Mapping[str, float]],
    linked: Mapping[str, frozenset[str]],
) -> dict[str, float]:
    """The chances of kinds, less where what the table has speaks against one. `likely`: of each column the chances of
    elements; `linked`: of columns, the kinds of the tables whose keys their values are.
    """
    if table.rows < _FEWEST:
        return dict(found)
    kinds = frozenset(kind for some in linked.values() for kind in some)
    is_somebodys = _most(likely, _PEOPLE, _VISITS) >= _MAY_BE or bool(kinds & {"patient", "visit", "stay"})
    times = [column for column in table.columns if column.dated >= _LIKELY or column.share("clock") >= _LIKELY]
    is_timed = bool(times) or _most(likely, _DISTANCES) >= _MAY_BE
    factors: dict[str, float] = {}
    if _is_no_list(table, times, is_somebodys=is_somebodys):
        factors["dictionary"] = _HARDLY
    if table.rows <= _SHORT and not is_timed and not is_somebodys:
        factors |= {kind: _HARDLY for kind in found if kind not in _REGISTERS}
    if _names_people(table, likely):
        factors["dept"] = _HARDLY
    told = {kind: chance * factors.get(kind, 1.0) for kind, chance in found.items()}
    if is_somebodys and _is_of_drugs(likely):
        told = {**told, "drug": told["drug"] + (1 - _HARDLY) * told["fee"], "fee": _HARDLY * told["fee"]}
    total = sum(told.values())
    return {kind: chance / total for kind, chance in told.items()}


def _is_no_list(table: TableProfile, times: Sequence[ColumnProfile], *, is_somebodys: bool) -> bool:
    """Many rows that tell of people or visits, or whose rows no column names, at many times."""
    if table.rows <= _SHORT or not any(column.distinct > _TIMES for column in times):
        return False
    return is_somebodys or not any(column.is_key for column in table.columns)


def _names_people(table: TableProfile, likely: Sequence[Mapping[str, float]]) -> bool:
    """A name of somebody in each row, and a department that many rows have: no list of departments."""
    is_named = any(column.share("name") >= _NAMES and column.distinct > 1 for column in table.columns)
    depts = [column for column, of in zip(table.columns, likely, strict=True) if of.get("dept_code", 0.0) >= _MAY_BE]
    return is_named and bool(depts) and not any(column.is_key for column in depts)


def _is_of_drugs(likely: Sequence[Mapping[str, float]]) -> bool:
    """A drug with its code or name and how much of it, and nothing else that is charged: what it costs is beside it."""
    is_drug = _most(likely, ("drug_name",)) >= _LIKELY and _most(likely, ("drug_code",), _MEASURES) >= _LIKELY
    return is_drug and _most(likely, _MEASURES) >= _MAY_BE and _most(likely, _ITEMS) < _MAY_BE


def _most(likely: Sequence[Mapping[str, float]], *names: Sequence[str]) -> float:
    return max((chances.get(name, 0.0) for chances in likely for some in names for name in some), default=0.0)
