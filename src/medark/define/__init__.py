"""The definition language: what a clinician or researcher means, written once, run on any engine"""

from medark.define.attached import concept_file, table_file, text_file
from medark.define.concepts import CodeItem, ConceptItem, ConceptSet, codes, concepts, from_atlas, from_csv
from medark.define.definitions import Band, Card, Cohort, Dataset, Item, Measure, Rule, Score, Tally
from medark.define.language.choices import at_least_n_of, band, case, when
from medark.define.language.durations import days, hours, minutes, months, seconds, weeks, years
from medark.define.language.frames import Frame, Row, table
from medark.define.language.names import (
    condition_eras,
    conditions,
    costs,
    death,
    deaths,
    devices,
    dose_eras,
    drug_eras,
    drugs,
    episodes,
    images,
    index,
    measurements,
    note_terms,
    notes,
    observation_periods,
    observations,
    payer_plan_periods,
    person,
    procedures,
    specimens,
    today,
    visit_details,
    visits,
)
from medark.define.language.populations import either, every, everyone, everyone_each
from medark.define.language.series import Series, all_of, any_of, date_of, greatest, least, missing, sum_of
from medark.define.nodes import Criterion, Keep

__all__ = [
    "Band", "Card", "CodeItem", "Cohort", "ConceptItem", "ConceptSet", "Criterion", "Dataset", "Frame", "Item",
    "Keep", "Measure", "Row", "Rule", "Score", "Series", "Tally", "all_of", "any_of", "at_least_n_of", "band", "case",
    "codes", "concept_file", "concepts", "condition_eras", "conditions", "costs", "date_of", "days", "death",
    "deaths", "devices", "dose_eras", "drug_eras", "drugs", "either", "episodes", "every", "everyone",
    "everyone_each", "from_atlas", "from_csv", "greatest", "hours", "images", "index", "least", "measurements",
    "minutes", "missing", "months", "note_terms", "notes", "observation_periods", "observations",
    "payer_plan_periods", "person", "procedures", "seconds", "specimens", "sum_of", "table", "table_file",
    "text_file", "today",
    "visit_details", "visits", "weeks", "when", "years",
]  # fmt: skip
