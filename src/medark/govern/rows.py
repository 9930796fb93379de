"""Which rows of a table a reader sees: rules that stand in SQL and in plain Python, so that one proves the other

A rule keeps a row where its key is in a relation, or where it is not. The relations (who is in care, who said no …) are
made by whoever has an engine or one person's record: see `Relation`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Final

from medark.govern.levels import Sensitivity
from medark.govern.protected import MOST, childs_level
from medark.govern.saying import CODES, CONCEPTS, TEXTS
from medark.govern.signs import Kind, pattern, tells
from medark.model.access import Rows, TableView
from medark.model.omop import VOCABULARY_TABLES, person_column
from medark.sql.patterns import BLANKS

COUNTS: Final = "event_count"
LevelOf = Callable[[str, str], Sensitivity]
Row = Mapping[str, Any]


class Relation(StrEnum):
    """What rules ask of. Each has one column, but for HIDDEN_ERA."""

    OWN_RECORD = "own_record"  # record_no: raw records that came from the reader's organisation
    IN_CARE = "in_care"  # person_id: people in its care, or whose glass the reader broke
    REFUSED = "refused"  # person_id: people who said no to this reader
    CHILD = "child"  # person_id: people under 14
    HIDDEN_CONCEPT = "hidden_concept"  # concept_id: concepts of protected conditions above the reader's level
    HIDDEN_CODE = "hidden_code"  # code: ICD-10 codes of such, three or four characters, no dot
    HIDDEN_ERA = "hidden_era"  # person_id, concept_id: of condition_occurrence rows that are hidden
    HIDDEN_SITE = "hidden_site"  # care_site_id: departments that tell such a condition
    HIDDEN_PROVIDER = "hidden_provider"  # provider_id: professionals of a specialty that does
    SHUT_LOCATION = "shut_location"  # location_id: where only people live whom the reader does not see


@dataclass(frozen=True, slots=True)
class Form:
    """How a cell becomes a key: in SQL, with the column as {column}, and in plain Python (None stays None)."""

    sql: str
    plain: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """`column` of a row, in a form, is looked for in the relation's column `of`."""

    of: str
    column: str
    form: Form


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows stay whose keys are in the relation (`inside`), or that are not."""

    relation: Relation
    keys: tuple[Key, ...]
    inside: bool

    def sql(self, names: Mapping[str, str], row: str) -> str:
        """The condition, over a row called `row` and relations by the names that the session has them under."""
        word = "EXISTS" if self.inside else "NOT EXISTS"
        same = " AND ".join(f"f.{key.of} = {key.form.sql.format(column=f'{row}.{key.column}')}" for key in self.keys)
        return f"{word} (SELECT 1 FROM {names[self.relation]} AS f WHERE {same})"

    def keeps(self, row: Row, facts: Mapping[str, Container[Any]]) -> bool:
        """The same of one row: `facts` has the keys of each relation, tuples where they are several."""
        found = [key.form.plain(row[key.column]) for key in self.keys]
        if any(part is None for part in found):  # NULL equals nothing
            return not self.inside
        return ((found[0] if len(found) == 1 else tuple(found)) in facts[self.relation]) is self.inside

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that it asks."""
        return tuple(key.column for key in self.keys)

    def broken_sql(self, names: Mapping[str, str], row: str) -> str:
        """The condition for rows that do not stay."""
        return Rule(self.relation, self.keys, not self.inside).sql(names, row)


@dataclass(frozen=True, slots=True)
class Words:
    """Rows stay whose text tells no condition above a level; what has a `concept` is judged by that instead."""

    column: str
    concept: str | None
    kinds: frozenset[Kind]
    level: int

    relation: ClassVar[None] = None
    inside: ClassVar[bool] = False

    def sql(self, names: Mapping[str, str], row: str) -> str:
        """As of `Rule`."""
        return f"NOT {self.broken_sql(names, row)}"

    def broken_sql(self, names: Mapping[str, str], row: str) -> str:
        """As of `Rule`; never NULL."""
        unmapped = f"COALESCE({row}.{self.concept}, 0) = 0 AND " if self.concept else ""
        found = f"REGEXP_MATCHES(LOWER({row}.{self.column}), '{pattern(self.kinds, self.level)}')"
        return f"({unmapped}{row}.{self.column} IS NOT NULL AND {found})"

    def keeps(self, row: Row, facts: Mapping[str, Container[Any]]) -> bool:
        """As of `Rule`."""
        is_mapped = self.concept is not None and row[self.concept] not in (None, 0)
        return is_mapped or not tells(row[self.column], self.kinds, self.level)

    @property
    def columns(self) -> tuple[str, ...]:
        """As of `Rule`."""
        return (self.column,) if self.concept is None else (self.column, self.concept)


AnyRule = Rule | Words


def _code(length: int) -> Form:
    sql = f"SUBSTR(REPLACE(UPPER(TRIM({{column}})), '.', ''), 1, {length})"
    return Form(sql, lambda text: None if text is None else text.strip(BLANKS).upper().replace(".", "")[:length])


_AS_IS: Final = Form("{column}", lambda value: value)
_NOBODY: Final = Form("CAST(NULL AS BIGINT)", lambda _value: None)  # equals nobody's number
_CATEGORY, _PART = _code(3), _code(4)

# Where a row says by which department or whom somebody was seen.
_PLACES: Final[Mapping[str, tuple[tuple[Relation, str], ...]]] = {
    "visit_occurrence": ((Relation.HIDDEN_SITE, "care_site_id"), (Relation.HIDDEN_PROVIDER, "provider_id")),
    "visit_detail": ((Relation.HIDDEN_SITE, "care_site_id"), (Relation.HIDDEN_PROVIDER, "provider_id")),
    "note": ((Relation.HIDDEN_PROVIDER, "provider_id"),),
}  # fmt: skip


def rules(table: str, view: TableView, level_of: LevelOf, empty: Iterable[str] = ()) -> tuple[AnyRule, ...]:
    """The rules of a table's rows for one view. `empty`: relations that nothing is in; nobody is kept out by those."""
    person = person_column(table)
    found: tuple[AnyRule, ...]
    if person is None:
        found = _of_places(table, view)
    else:
        found = (*_whose(person, view), *_childs(table, person, view, level_of), *protected(table, view.level))
    return tuple(rule for rule in found if rule.inside or rule.relation not in frozenset(empty))


@cache
def protected(table: str, level: int) -> tuple[AnyRule, ...]:
    """The rules that hide rows about conditions above a level; none for the highest, and where no row says one."""
    if level >= MOST:
        return ()
    found: list[AnyRule] = [_without(Relation.HIDDEN_CONCEPT, "concept_id", c) for c in CONCEPTS.get(table, ())]
    found += [
        _without(Relation.HIDDEN_CODE, "code", column, form)
        for column in CODES.get(table, ())
        for form in (_CATEGORY, _PART)
    ]
    found += [Words(column, concept, kinds, level) for column, concept, kinds in TEXTS.get(table, ())]
    found += [_without(relation, column, column) for relation, column in _PLACES.get(table, ())]
    if table == "condition_era":
        keys = (Key("person_id", "person_id", _AS_IS), Key("concept_id", "condition_concept_id", _AS_IS))
        found.append(Rule(Relation.HIDDEN_ERA, keys, inside=False))
    return tuple(found)


def child_is_hidden(table: str, column: str, view: TableView, level_of: LevelOf) -> bool:
    """Is a column, that the view shows as it is, above the view's level in rows about a child?"""
    return (
        person_column(table) is not None
        and view.columns[column] is None
        and childs_level(level_of(table, column).level) > view.level
    )


def needed(found: Iterable[AnyRule]) -> frozenset[Relation]:
    """The relations that rules ask."""
    return frozenset(rule.relation for rule in found if rule.relation is not None)


def _whose(person: str, view: TableView) -> Iterable[Rule]:
    if Rows.CARE in view.rows:
        yield _within(Relation.IN_CARE, "person_id", person)
    if Rows.ORGANISATION in view.rows:
        yield _within(Relation.OWN_RECORD, "record_no", "medark_record_no")
    yield _without(Relation.REFUSED, "person_id", person)


def _of_places(table: str, view: TableView) -> tuple[Rule, ...]:
    """Of rows that are nobody's: where people live, and what a place counted. Nobody in care is in such a count."""
    if table == "location":
        return (_without(Relation.SHUT_LOCATION, "location_id", "location_id"),)
    found: list[Rule] = []
    if table == COUNTS and Rows.CARE in view.rows:
        found.append(_within(Relation.IN_CARE, "person_id", "event_count_id", _NOBODY))
    if table == COUNTS and Rows.ORGANISATION in view.rows:
        found.append(_within(Relation.OWN_RECORD, "record_no", "medark_record_no"))
    return tuple(found)


def _childs(table: str, person: str, view: TableView, level_of: LevelOf) -> Iterable[Rule]:
    if childs_level(level_of(table, person).level) > view.level:
        yield _without(Relation.CHILD, "person_id", person)


def _within(relation: Relation, of: str, column: str, form: Form = _AS_IS) -> Rule:
    return Rule(relation, (Key(of, column, form),), inside=True)


def _without(relation: Relation, of: str, column: str, form: Form = _AS_IS) -> Rule:
    return Rule(relation, (Key(of, column, form),), inside=False)


def is_about_people(table: str) -> bool:
    """Has it rows that are somebody's, where somebody lives, or what people did? Others have no rules."""
    return table not in VOCABULARY_TABLES and (person_column(table) is not None or table in ("location", COUNTS))
