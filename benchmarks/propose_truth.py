"""What a hand-made map says of a column, and whether a proposal says the same

A column's truth are the staging columns that its table's hand-made map fills from it. A proposal is right where the
slot that it puts the column in fills one of them; and, of a column of which the hand-made map makes nothing, where it
makes nothing. Where both are right, propose_either.toml says so and why.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlglot import exp

from medark.flows.propose.approving import FEWEST, LEAST, automatic_part
from medark.standardise.maps import SourceMap, recognise
from medark.standardise.maps.expression import ROW
from medark.standardise.propose.draft import Draft
from medark.standardise.propose.profile import TableProfile
from medark.standardise.propose.reading import ColumnReading, TableReading

_OF_ITS_TABLE = {
    "person_key": "person_key", "visit_key": "visit_key about_key", "detail_key": "detail_key", "row_key": "event_key",
    "provider_key": "provider_key", "care_site_key": "care_site_key", "org_key": "care_site_key", "org_name": "name",
    "care_site_name": "name class_text", "survivor_key": "survivor_key", "birth_time": "birth_time",
    "age": "birth_time",
    "gender": "gender", "race": "race", "ethnicity": "ethnicity", "death_time": "death_time",
    "created": "start_time cost_time",
    "class_text": "class_text class_code", "admitted_from": "admitted_from", "discharged_to": "discharged_to",
    "visit.start": "start_time", "visit.end": "end_time", "detail.start": "start_time", "detail.end": "end_time",
    "allergy.code": "value_code code",
    "allergy": "value_text value code value_code code_text", "void": "when", "note.title": "title",
    "note.class": "class_code class_text type", "note.time": "note_time", "fee.category": "revenue_code",
    "fee.amount": "total_charge total_cost", "fee.time": "cost_time", "fee.self": "paid_by_patient",
    "fee.insurance": "paid_by_payer", "fee.drg": "drg_code code", "cov.payer": "payer_text payer_code",
    "cov.plan": "plan_key", "cov.start": "start_time", "cov.end": "end_time", "device.id": "device_id",
    "prov.specialty": "specialty_text specialty_code", "meas.value": "value", "meas.unit": "unit",
    "meas.low": "range_low",
    "meas.high": "range_high", "meas.flag": "qualifier", "meas.loinc": "alt_code", "drug.ndc": "alt_code code",
    "drug.dose": "sig quantity", "drug.dose_unit": "dose_unit sig", "drug.freq": "sig", "drug.spec": "sig",
    "drug.route": "route", "drug.days": "days_supply", "drug.qty": "quantity", "drug.refills": "refills",
    "drug.rate": "sig", "drug.rate_unit": "sig", "loc.state": "state location_key", "loc.county": "county location_key",
    "loc.zip": "zip location_key", "loc.city": "city location_key", "loc.latitude": "latitude",
    "loc.longitude": "longitude", "loc.address": "address_1", "spec.name": "code code_text",
    "spec.time": "collected_time start_time", "drug.lot": "lot_number",
    "diag.status": "status", "diag.seq": "status event_key",
}  # fmt: skip
_BY_FAMILY = {"id": "value", "wide": "value", "obs": "value", "note": "text"}
_BY_SIDE = {
    "code": "code alt_code alt2_code code_text", "name": "code_text code value",
    "start": "start_time note_time collected_time",
    "time": "start_time note_time collected_time", "end": "end_time", "stop": "end_time",
}  # fmt: skip
_KIND_OF = {
    "person": "patient", "visit": "visit", "visit_detail": "stay", "note": "note exam", "cost": "fee",
    "coverage": "coverage", "care_site": "dept", "provider": "staff", "count": "drug diagnosis",
    "condition": "diagnosis", "procedure": "procedure exam", "drug": "drug", "measurement": "lab",
    "observation": "lab allergy", "device": "device", "image": "exam", "specimen": "exam lab",
}  # fmt: skip
TESTED = "?"  # before a place of which a column only says which case it is
_LEFT = frozenset({"other", "dictionary"})
_BESIDE = frozenset({"where", "join.on", "event.event_key", "visit_detail.detail_key", "issue.when"})


Either = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]  # of sources, tables, columns the other meaning


@dataclass(frozen=True, slots=True)
class Judged:
    """A column: is the proposal right, how sure it was, does the hand-made map make something of it, and would it be
    mapped without asking? `numbers`: the grounds of its chance; `is_told`: its map tells what columns of the table mean
    (it may leave the table as a whole); `is_whole`: the table is what it is taken for, if the column hangs on that.
    """

    column: str
    right: bool
    chance: float
    is_mapped: bool
    is_automatic: bool
    numbers: npt.NDArray[np.float64]
    is_told: bool = True
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Proposed:
    """A source's tables as they are read and drafted, to be held against its maps."""

    tables: Sequence[TableProfile]
    readings: Sequence[TableReading]
    drafts: Sequence[Draft]
    maps: Mapping[str, SourceMap]

    def columns(self, least: float = LEAST, *, strict: bool = False) -> list[Judged]:
        """Every column of the tables that hand-made maps know. `least`: the chance from which on it is not asked;
        `strict`: by the maps alone, without propose_either.toml.
        """
        return judged(self, least, {} if strict else _either())

    def kinds(self) -> list[tuple[str, npt.NDArray[np.float64], bool]]:
        """Of every table that a hand-made map reads: the grounds of its kind's chance, and whether it is that."""
        found = []
        for reading in self.readings:
            known = recognise([column.name for column in reading.table.columns], reading.table.name, self.maps)
            if known is not None:
                found.append((reading.table.name, reading.numbers, reading.kind in kinds_of(*known)))
        return found


def filled_by(slot: str) -> frozenset[str]:
    """The staging columns that a slot fills, without their tables."""
    bare, side = slot.partition(":")[0], slot.partition(":")[0].rpartition(".")[2]
    found = _OF_ITS_TABLE.get(bare) or _BY_FAMILY.get(bare.partition(".")[0]) or _BY_SIDE.get(side, "")
    return frozenset(found.split())


def truth(source: SourceMap, table: str) -> Mapping[str, frozenset[str]]:
    """Each column of a table to the `staging.column` places that its map fills from it, or only by asking of it."""
    found: dict[str, set[str]] = {}
    told = source.tables[table]
    uses = [(f"{t.staging}.{name}", e) for t in told.targets for name, e in t.columns.items()]
    uses += [("where", t.where) for t in told.targets if t.where is not None]
    uses += [("issue.when", issue.when) for issue in told.issues]
    uses += [("join.on", e) for join in told.joins.values() for e in join.on.values()]
    for place, expression in uses:
        told_by = {c.name for c in expression.tree.find_all(exp.Column) if c.table == ROW and not _is_tested(c)}
        for owner, column in expression.columns:
            if owner == ROW:
                found.setdefault(column, set()).add(place if column in told_by else f"{TESTED}{place}")
    return {column: frozenset(places) for column, places in found.items()}


def _is_tested(column: exp.Column) -> bool:
    """Does a column only say which case it is, or whether there is something?"""
    node: exp.Expression = column
    while node.parent is not None:
        if isinstance(node.parent, exp.Is) or (isinstance(node.parent, exp.If) and node.arg_key == "this"):
            return True
        node = node.parent
    return False


def judged(all_: Proposed, least: float, both: Either) -> list[Judged]:
    """See `Proposed.columns`."""
    found = []
    pairs = zip(all_.tables, all_.drafts, strict=True)
    alone = automatic_part([draft for table, draft in pairs if table.rows >= FEWEST], least)
    for table, reading, draft in zip(all_.tables, all_.readings, all_.drafts, strict=True):
        known = recognise([column.name for column in table.columns], table.name, all_.maps)
        if known is not None:
            source, name = known
            nothing = source.tables[name].whole_outcome is not None
            places = {} if nothing else truth(source, name)
            either = both.get(source.name, {}).get(name, {})
            is_right = reading.kind in kinds_of(source, name)
            for column in reading.columns:
                one = _judged(table, column, draft, alone.get(table.name), places)
                is_whole = is_right or not column.grounds.hangs_on_kind
                one = replace(one, is_told=not nothing, is_whole=is_whole)
                found.append(_leniently(one, column, draft, either.get(column.name.lower(), ("",))[0]))
    return found


def kinds_of(source: SourceMap, table: str) -> frozenset[str]:
    """The kinds of which a table may be called by what its map makes of it, if anything."""
    told = source.tables[table]
    if told.whole_outcome is not None:
        return _LEFT
    events = " ".join(t.columns["kind"].text for t in told.targets if t.staging == "event")
    made = [*(t.staging for t in told.targets), *re.findall(r"'(\w+)'", events)]
    return frozenset(kind for one in made for kind in _KIND_OF.get(one, "").split()) or _LEFT


@cache
def _either() -> Either:
    """Of sources, tables and columns, the other meaning that is right."""
    return tomllib.loads(Path(__file__).with_name("propose_either.toml").read_text("utf-8"))


def _leniently(one: Judged, column: ColumnReading, draft: Draft, also: str) -> Judged:
    """Where another meaning is right as well: it, or the map's."""
    if not also:
        return one
    slot = column.best.slot
    other = (
        not slot or not draft.made_of(column.name) if also == "-" else slot.partition(":")[0] == also or slot == also
    )
    return replace(one, right=one.right or other, is_mapped=False)


def _judged(
    table: TableProfile, column: ColumnReading, draft: Draft, alone: Draft | None, places: Mapping[str, frozenset[str]]
) -> Judged:
    told = places.get(column.name.lower(), frozenset())
    true = frozenset(place.removeprefix(TESTED) for place in told)
    strong = {place.partition(".")[2] for place in true - _BESIDE}
    made = draft.made_of(column.name)
    slot = column.best.slot
    right = bool(filled_by(slot) & {p.partition(".")[2] for p in true}) if strong else False
    if all(place.startswith(TESTED) or place in _BESIDE for place in told):  # or nothing: the map only asks of it
        in_conditions = "join.on" in true or (slot == "void" and "issue.when" in true)
        right = right or not made or not slot or bool(made & true) or in_conditions
    by_itself = alone is not None and bool(alone.made_of(column.name))
    return Judged(f"{table.name}.{column.name}", right, column.chance, bool(strong), by_itself, column.grounds.numbers)
