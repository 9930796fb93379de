"""The pipeline from staging rows to OMOP rows, and what is derived from the lake"""

from __future__ import annotations

from medark.standardise.step import Step

_HERE = "medark.standardise.domains"


def _between(name: str, *needs: str, view: bool = False) -> Step:
    """A relation that later steps read."""
    return Step(name, _HERE, f"{name}.sql", needs, view=view)


def _rows(table: str, *needs: str, view: bool = False) -> Step:
    """The rows of an OMOP table, as `<table>_rows`."""
    return Step(f"{table}_rows", _HERE, f"{table}.sql", needs, table, view)


# In order. A step is made of staging relations, of what lookups made, of `lake_…` relations (rows that the lake already
# has) and of steps before it. Those without needs run only when a later one reads them.
STEPS: tuple[Step, ...] = (
    # numbers for the source's own keys, hashed once a key
    _between("visit_number"),
    _between("detail_number"),
    _between("provider_number"),
    _between("care_site_number"),
    _between("location_number"),
    # places and people
    _rows("location", "location", "care_site", "person", "count"),
    _rows("care_site", "care_site", "provider", "person", "visit", "visit_detail", "count"),
    _rows("provider", "provider", "person", "visit", "visit_detail", "event", "note", "specimen", "image"),
    _rows("person", "person"),
    _rows("death", "death"),
    # visits
    _between("visit_said", "visit"),
    _between("cancelled_visit", "visit"),
    _rows("visit_occurrence", "visit"),
    _between("detail_said", "visit_detail"),
    _between("cancelled_detail", "visit_detail", "visit"),
    _rows("visit_detail", "visit_detail"),
    # clinical events: one relation, then its rows by domain
    _between("event_visit"),
    _between("visit_day"),
    _between("event_time"),
    _between("coded_event", "event"),
    _between("unknown_code", "event"),
    _between("retold_event"),
    _between("moved_event", "event"),
    _between("domain_number", view=True),
    _between("event_place"),
    _rows("condition_occurrence", "event", view=True),
    _rows("drug_exposure", "event", view=True),
    _rows("procedure_occurrence", "event", view=True),
    _rows("device_exposure", "event", view=True),
    _rows("measurement", "event", view=True),
    _rows("observation", "event", view=True),
    # documents, specimens, pictures
    _rows("note", "note"),
    _rows("specimen", "specimen"),
    _rows("image_occurrence", "image"),
    # counts of nobody in particular
    _rows("event_count", "count"),
    # money
    _rows("payer_plan_period", "coverage"),
    _rows("cost", "cost"),
    # links between rows
    _between("image_number"),
    _rows("fact_relationship", "relation"),
)

# Over lake tables, for the people of the buckets at hand: bind `lake_…` to the files of those buckets and replace the
# same buckets of the derived tables. Nothing here looks from one person to another.
DERIVED: tuple[Step, ...] = (
    _rows("observation_period"),
    _rows("condition_era"),
    _between("ingredient"),
    _rows("drug_era"),
    _rows("dose_era"),
)

# Of notes that were read (medark.standardise.notes): from `note_mention` and the lake's notes.
READ: tuple[Step, ...] = (_rows("note_nlp"),)
