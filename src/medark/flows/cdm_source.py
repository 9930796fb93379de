"""OMOP's cdm_source: of every source, which model, vocabulary and software its rows were made with, and when

Source: OMOP CDM 5.4 cdm_source; FHIR-to-OMOP f2o-040 and f2o-102 (what a run has to record).
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark import __version__
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import CDM_VERSION, lake_columns
from medark.store.lake import Query, Replace

_CDM_5_4 = 756265  # concept "OMOP CDM Version 5.4.0"; Source: Athena, vocabulary CDM


def note_sources(workspace: Workspace) -> None:
    """Bring cdm_source up to date, if anything in it changes. Rows that a source itself delivered stay."""
    rows = pa.Table.from_pylist(_rows(workspace), schema=_SCHEMA)
    snapshot = workspace.lake.snapshot()
    with workspace.engine.session() as session:
        session.bind_arrow("ours", rows)
        snapshot.bind(session, "cdm_source", name="had")
        columns = ", ".join(column.name for column in lake_columns("cdm_source"))
        had = f"SELECT {columns} FROM had WHERE medark_record_no IS NULL"
        ours = f"SELECT {columns} FROM ours"
        changed = f"SELECT 1 AS n FROM (({had} EXCEPT {ours}) UNION ALL ({ours} EXCEPT {had})) LIMIT 1"
        if session.query(changed).num_rows:
            delivered = f"SELECT {columns} FROM had WHERE medark_record_no IS NOT NULL"
            sql = f"{ours} UNION ALL {delivered}"
            workspace.lake.commit({"cdm_source": Replace(Query(session, sql))}, "cdm_source")


_SCHEMA = arrow_schema(lake_columns("cdm_source"))


def _rows(workspace: Workspace) -> list[dict[str, object]]:
    zone = ZoneInfo(workspace.settings.time_zone)
    last: dict[str, dt.date] = {}
    for batch in workspace.ledger.batches.all():
        day = dt.datetime.fromtimestamp(batch.started_ms / 1000, zone).date()
        last[batch.source] = max(last.get(batch.source, day), day)
    return [
        {
            "cdm_source_name": name,
            "cdm_source_abbreviation": name[:25],
            "cdm_holder": _owner(workspace, name),
            "source_release_date": day,
            "cdm_release_date": day,
            "cdm_etl_reference": f"medark {__version__}; all times in {workspace.settings.time_zone}",
            "cdm_version": CDM_VERSION,
            "cdm_version_concept_id": _CDM_5_4,
            "vocabulary_version": workspace.vocabulary.release[:20],
        }
        for name, day in sorted(last.items())
    ]


def _owner(workspace: Workspace, name: str) -> str:
    told = workspace.settings.sources.get(name)
    return (told.owner if told else "") or name.split("/", 1)[0]
