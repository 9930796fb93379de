"""Which rows of a table a reader sees: rules that stand in SQL and in plain Python, so that one proves the other

A rule keeps a row where its key is in a relation, or where it is not. The relations (who is in care, who said no …) are
made by whoever has an engine or one person's record: see `Relation`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from medark.govern.levels import Sensitivity
from medark.govern.protected import MOST, childs_level
from medark.model.access import Rows, TableView
from medark.model.omop import VOCABULARY_TABLES, person_column
from medark.sql.patterns import BLANKS

LevelOf = Callable[[str, str], Sensitivity]
Row = Mapping[str, Any]


class Relation(StrEnum):
    """What rules ask of. Each has one column, but for PROTECTED_ERA."""

    OWN_RECORD = "own_record"  # record_no: raw records that came from the reader's organisation
    IN_CARE = "in_care"  # person_id: people in its care, or whose glass the reader broke
    REFUSED = "refused"  # person_id: people who said no to this reader
    CHILD = "child"  # person_id: people under 14
    HIDDEN_CONCEPT = "hidden_concept"  # concept_id: concepts of protected conditions above the reader's level
    HIDDEN_CODE = "hidden_code"  # code: ICD-10 codes of such, three or four characters, no dot
    HIDDEN_ERA = "hidden_era"  # person_id, concept_id: of condition_occurrence rows that are hidden
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


def _code(length: int) -> Form:
    sql = f"SUBSTR(REPLACE(UPPER(TRIM({{column}})), '.', ''), 1, {length})"
    return Form(sql, lambda text: None if text is None else text.strip(BLANKS).upper().replace(".", "")[:length])


_AS_IS: Final = Form("{column}", lambda value: value)
_CATEGORY, _PART = _code(3), _code(4)

# Where a row says what somebody has: the columns that name it by concept, and those that have it as it came.
_SAYING: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "condition_occurrence": (
        ("condition_concept_id", "condition_source_concept_id"), ("condition_source_value",)),
    "condition_era": (("condition_concept_id",), ()),
    "observation": (
        ("observation_concept_id", "observation_source_concept_id", "value_as_concept_id"),
        ("observation_source_value", "value_source_value")),
    "death": (("cause_concept_id", "cause_source_concept_id"), ("cause_source_value",)),
    "procedure_occurrence": (
        ("procedure_concept_id", "procedure_source_concept_id"), ("procedure_source_value",)),
    "note_nlp": (("note_nlp_concept_id", "note_nlp_source_concept_id"), ()),
}  # fmt: skip


def rules(table: str, view: TableView, level_of: LevelOf, empty: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of a table's rows for one view. `empty`: relations that nothing is in; nobody is kept out by those."""
    person = person_column(table)
    found: tuple[Rule, ...]
    if person is None:
        found = (_without(Relation.SHUT_LOCATION, "location_id", "location_id"),) if table == "location" else ()
    else:
        found = (*_whose(person, view), *_childs(table, person, view, level_of), *protected(table, view.level))
    return tuple(rule for rule in found if rule.inside or rule.relation not in frozenset(empty))


def protected(table: str, level: int) -> tuple[Rule, ...]:
    """The rules that hide rows about conditions above a level; none for the highest, and where no row says one."""
    if level >= MOST or table not in _SAYING:
        return ()
    concepts, texts = _SAYING[table]
    found = [_without(Relation.HIDDEN_CONCEPT, "concept_id", column) for column in concepts]
    found += [_without(Relation.HIDDEN_CODE, "code", column, form) for column in texts for form in (_CATEGORY, _PART)]
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


def needed(found: Iterable[Rule]) -> frozenset[Relation]:
    """The relations that rules ask."""
    return frozenset(rule.relation for rule in found)


def _whose(person: str, view: TableView) -> Iterable[Rule]:
    if Rows.CARE in view.rows:
        yield _within(Relation.IN_CARE, "person_id", person)
    if Rows.ORGANISATION in view.rows:
        yield _within(Relation.OWN_RECORD, "record_no", "medark_record_no")
    yield _without(Relation.REFUSED, "person_id", person)


def _childs(table: str, person: str, view: TableView, level_of: LevelOf) -> Iterable[Rule]:
    if childs_level(level_of(table, person).level) > view.level:
        yield _without(Relation.CHILD, "person_id", person)


def _within(relation: Relation, of: str, column: str) -> Rule:
    return Rule(relation, (Key(of, column, _AS_IS),), inside=True)


def _without(relation: Relation, of: str, column: str, form: Form = _AS_IS) -> Rule:
    return Rule(relation, (Key(of, column, form),), inside=False)


def is_about_people(table: str) -> bool:
    """Has it rows that are somebody's, or where somebody lives? Others say nothing of anybody, and have no rules."""
    return table not in VOCABULARY_TABLES and (person_column(table) is not None or table == "location")
