"""A dataset as it may leave for a purpose: for research people can't be told, for others it is as it is"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Collection, Iterator

import pyarrow as pa

from medark.define import Cohort, Dataset
from medark.define.answers import reads
from medark.define.definitions import Definition
from medark.define.kinds import Kind
from medark.define.nodes import Call, Node, PickedColumn, Value
from medark.flows.workspace import Workspace
from medark.govern.deidentify import BY_PURPOSE, Level, Role, deidentified, rules
from medark.govern.levels import sensitivity
from medark.model.access import Purpose

_KEYS = ("entry_id", "person_id", "visit_occurrence_id", "subject_id", "cohort_definition_id")
_DAYS = ("entry_start", "entry_end", "cohort_start_date", "cohort_end_date")
_PEOPLE = ("person_id", "subject_id")


def level_for(purpose: Purpose) -> Level:
    """How far people can be told in what leaves for a purpose."""
    return BY_PURPOSE[purpose]


def leaving(
    workspace: Workspace, rows: pa.Table, definition: Definition, origins: Collection[str], purpose: Purpose, app: str,
    today: dt.date,
) -> pa.Table:  # fmt: skip
    """Rows of a dataset, treated for a purpose. What tells nobody (a measure) leaves as it is."""
    person = next((name for name in _PEOPLE if name in rows.column_names), "")
    if BY_PURPOSE[purpose] is Level.IDENTIFIED or not person or not isinstance(definition, Dataset | Cohort):
        return rows
    roles = roles_of(definition, origins) | dict.fromkeys(_KEYS, Role.KEY) | dict.fromkeys(_DAYS, Role.DAY)
    columns = {name: rows[name].to_pylist() for name in rows.column_names}
    secret = hmac.digest(workspace.salt.encode(), f"medark {purpose} {app}".encode(), "sha256")
    here = {name: roles.get(name, Role.OTHER) for name in columns}
    found = deidentified(columns, here, person, secret, today).columns
    return pa.table([pa.array(found[field.name], field.type) for field in rows.schema], schema=rows.schema)


def roles_of(definition: Dataset | Cohort, origins: Collection[str]) -> dict[str, Role]:
    """What each column of a dataset says of somebody; see `Role`."""
    if not isinstance(definition, Dataset):
        return {}
    assert isinstance(definition.columns, tuple)
    whose = set(_read(Dataset(definition.population, {})))
    found = {}
    for one in definition.columns:
        own = set(_read(Dataset(definition.population, {"v": one.value}))) - whose
        found[one.name] = Role.QUASI if one.name in origins else _role(one.value, own)
    return found


def _role(value: Value, own: set[tuple[str, str]]) -> Role:
    """By what a value is made of. A year that a date was cut to would tell how far dates were moved."""
    if any(sensitivity(table, column).level >= rules().names_from for table, column in own):
        return Role.NAME
    of_person = bool(own) and all(table == "person" for table, _ in own)
    match value.kind:
        case Kind.DATE | Kind.DATETIME:
            return Role.DAY
        case Kind.KEY if not str(getattr(value, "name", "")).endswith("_concept_id"):
            return Role.KEY
        case Kind.WHOLE if ("person", "year_of_birth") in own:
            return Role.BIRTH if isinstance(value, PickedColumn) else Role.AGE
        case Kind.WHOLE if any(_is_year(part) for part in value.walk()):
            return Role.NAME
    return Role.QUASI if of_person else Role.OTHER


def _is_year(part: Node) -> bool:
    return isinstance(part, Call) and part.operator == "year"


def _read(definition: Definition) -> Iterator[tuple[str, str]]:
    for table, columns in reads(definition).items():
        yield from ((table, column) for column in columns)
