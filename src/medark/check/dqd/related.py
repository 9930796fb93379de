"""What checks ask of other tables than their own: of each person, death, visit …, once, the little that is compared"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.check.counting import FILE_NO, Link

DAYS_AFTER_DEATH, DAYS_ROUND_VISIT = 60, 7
_YEAR: Final = "cast(year_of_birth as varchar) || '-'"
_BORN: Final = (
    f"coalesce(cast(birth_datetime as date), try_cast({_YEAR} || cast(coalesce(month_of_birth, 1) as varchar)"
    " || '-' || cast(coalesce(day_of_birth, 1) as varchar) as date))"
)
_BORN_IN_JUNE: Final = f"coalesce(cast(birth_datetime as date), try_cast({_YEAR} || '06-01' as date))"


@dataclass(frozen=True, slots=True)
class Facts:
    """`id` and what is told of it, from one table: one row an id, whatever the table holds twice.

    `last`: the day that is told, where rows are asked nothing but which of their days are there, and lie after it.
    """

    table: str
    key: str
    told: Mapping[str, str]
    last: str = ""

    @property
    def sql(self) -> str:
        """The query that gives them."""
        return self.sql_of("")

    def sql_of(self, ids: str) -> str:
        """The query that gives those whose id is in a relation `ids`; of all, if that is empty."""
        told = "".join(f", min({expression}) as {name}" for name, expression in self.told.items())
        only = f' and "{self.key}" in (select id from {ids})' if ids else ""
        where = f'where "{self.key}" is not null{only}'
        return f'select "{self.key}" as id{told} from {self.table} {where} group by "{self.key}"'

    @property
    def by_file(self) -> str:
        """The query that gives them of each of some files, an id as often as it is there."""
        return self.sql_of_each.replace("select ", f"select {FILE_NO}, ", 1)

    @property
    def sql_of_each(self) -> str:
        """The query that gives them where no id is there twice, which takes a quarter of the time."""
        told = "".join(f", {expression} as {name}" for name, expression in self.told.items())
        return f'select "{self.key}" as id{told} from {self.table} where "{self.key}" is not null'


def _days(day: str, later: str) -> str:
    return f"cast({day} {later} * interval 1 day as date)"


_TOLD: Final[Mapping[str, Facts]] = {
    "person_facts": Facts(
        "person", "person_id", {"born": _BORN, "born_in_june": _BORN_IN_JUNE, "sex": "gender_concept_id"}
    ),
    "death_facts": Facts(
        "death", "person_id", {"last_day": _days("death_date", f"+ {DAYS_AFTER_DEATH}")}, last="last_day"
    ),
    "visit_occurrence_facts": Facts(
        "visit_occurrence",
        "visit_occurrence_id",
        {
            "first_day": _days("visit_start_date", f"- {DAYS_ROUND_VISIT}"),
            "last_day": _days("visit_end_date", f"+ {DAYS_ROUND_VISIT}"),
        },
    ),
}
_OTHERS: Final = {
    "care_site": "care_site_id", "cohort": "cohort_definition_id", "concept_class": "concept_class_id",
    "domain": "domain_id", "episode": "episode_id", "location": "location_id", "provider": "provider_id",
    "relationship": "relationship_id", "visit_detail": "visit_detail_id", "vocabulary": "vocabulary_id",
}  # fmt: skip

FACTS: Final[Mapping[str, Facts]] = {
    **_TOLD,
    **{f"{table}_facts": Facts(table, key, {}) for table, key in _OTHERS.items()},
}

PERSON, DEATH = Link("person_id", "person_facts"), Link("person_id", "death_facts")
VISIT = Link("visit_occurrence_id", "visit_occurrence_facts")
_LETTERS: Final = {PERSON: "p", DEATH: "d", VISIT: "v"}


def alias(link: Link) -> str:
    """The name of what a row is joined with."""
    return _LETTERS.get(link, f"of_{link.column}")


def join(link: Link) -> str:
    """The row (`t`) with what its link leads to, if it does."""
    return f'left join {link.facts} as {alias(link)} on {alias(link)}.id = t."{link.column}"'


_WHO: Final = """
left join (
  select
    coalesce(p.id, d.id) as id, p.id as person, p.born, p.born_in_june, d.id as dead, d.last_day
  from person_facts as p full join death_facts as d on d.id = p.id
) as who on who.id = t."person_id"
"""
_OF_WHO: Final = {r"\bp\.id\b": "who.person", r"\bd\.id\b": "who.dead", r"\b[pd]\.(?=\w)": "who."}


def joined_once(select: str, links: Sequence[Link], rest: str) -> str:
    """A query of rows (`t`) with what their links lead to; a person and their death are looked up together."""
    if not {PERSON, DEATH} <= set(links):
        return f"{select} {' '.join(map(join, links))}{rest}"
    for written, told in _OF_WHO.items():
        select = re.sub(written, told, select)
    others = " ".join(join(link) for link in links if link not in (PERSON, DEATH))
    return f"{select} {_WHO} {others}{rest}"
