"""ViewDefinitions of SQL on FHIR, run over the lake: every resource is made of rows that the gate let through"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from medark.define.sql_on_fhir import View, column_types, read_view, table
from medark.errors import NotFoundError, UsageError
from medark.flows.fhir import AllOf, Asked, everything
from medark.flows.gate import About
from medark.serve.auth.caller import Caller
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.find import own_patient
from medark.serve.fhir.making import made
from medark.serve.fhir.resources import KINDS, Kind, Resource
from medark.serve.fhir.search.values import number, reference

MOST: Final = 5_000_000  # rows of one view


def read_run(body: object) -> tuple[View, str | None]:
    """The view that is to be run, and for which patient: of a ViewDefinition itself, or of Parameters that hold one."""
    if isinstance(body, Mapping) and body.get("resourceType") == "Parameters":
        told = [one for one in body.get("parameter", ()) if isinstance(one, Mapping)]
        view = next((one.get("resource") for one in told if one.get("name") == "viewResource"), None)
        patient = next((one.get("valueReference") for one in told if one.get("name") == "patient"), None)
        if view is None:
            raise UsageError("there is no view in it", fix="a parameter viewResource", at="parameter")
        return read_view(view), patient.get("reference") if isinstance(patient, Mapping) else None
    return read_view(body), None


def run(
    edge: Edge, caller: Caller, view: View, patient: str | None, is_over: Callable[[], bool] = lambda: False
) -> pa.RecordBatchReader:
    """The rows of a view over the lake, made while they are read; no more of them once `is_over`.

    NotFoundError for a type of resource that there is not here; ScopeError.
    """
    kind = KINDS.get(view.resource)
    if kind is None:
        raise NotFoundError("this type of resource is not here", fix="GET /fhir/metadata", type=view.resource)
    caller.needs_resource(kind.type, "s")
    told = None if patient is None else reference(patient, "Patient", "patient")
    person_id = None if told is None else number(told)
    own = own_patient(caller) if kind.person else None
    if own is not None:
        person_id = own if patient is None else person_id
        caller.needs_patient(str(person_id))
    is_nobody = patient is not None and person_id is None
    resources = iter(()) if is_nobody else _resources(edge, caller, kind, person_id)
    return pa.RecordBatchReader.from_batches(column_types(view), _batches(view, resources, is_over))


def _batches(view: View, resources: Iterator[list[Resource]], is_over: Callable[[], bool]) -> Iterator[pa.RecordBatch]:
    count = 0
    for some in resources:
        found = table(view, some)
        count += found.num_rows
        if count > MOST:
            raise UsageError("the view has too many rows", fix="narrow it by `where` or patient", most=MOST)
        yield from found.to_batches()
        if is_over():
            return


def _resources(edge: Edge, caller: Caller, kind: Kind, person_id: int | None) -> Iterator[list[Resource]]:
    if kind.parts[0].group is not None and person_id is None:
        raise UsageError("this is searched for one patient at a time", fix="patient=123", type=kind.type)
    for part in kind.parts:
        only = AllOf() if part.only is None else part.only(edge.sets)
        columns, must = frozenset(part.columns), frozenset(part.must)
        wanted = Asked(part.table, part.key, part.day, columns, must, only, person_id)
        about = About("fhir.view", detail={"type": kind.type})
        found = (pa.Table.from_batches([batch]) for batch in everything(edge.workspace, caller.reader, wanted, about))
        if part.group is not None:
            whole: list[Any] = list(found)
            yield made(edge, part, pa.concat_tables(whole)) if whole else []
            continue
        for rows in found:
            yield made(edge, part, rows)
