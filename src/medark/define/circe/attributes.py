"""How an attribute of a criterion narrows its events: the few ways there are"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from medark.define.circe.events import Events
from medark.define.circe.format import (
    Concept,
    ConceptSetSelection,
    DateRange,
    NumericRange,
    Period,
    TextFilter,
)
from medark.define.circe.ranges import has_text, in_range, one_of, selected
from medark.define.kinds import Kind
from medark.define.language.names import index, person, visits
from medark.define.language.series import Series, all_of, any_of
from medark.errors import DefinitionError

Of = Callable[[Events], Series]  # a value of each event
_ABNORMAL = (4155142, 4155143)  # "abnormally high", "abnormally low": what Circe takes for it


@dataclass(frozen=True, slots=True)
class Attribute:
    """The form that its value is read in, and the condition it comes to; None: it sets none.

    `chooses`: it says which rows the criterion is about, and so counts before the first of them is taken.
    """

    form: Any
    condition: Callable[[Events, Any], Series | None]
    chooses: bool = False


def column(name: str) -> Of:
    """A column of the events; a number as it was written down, whatever its unit."""

    def value(events: Events) -> Series:
        found: Series = getattr(events.frame, name)
        return found.of_any_unit() if found.node.kind is Kind.QUANTITY else found

    return value


def start(events: Events) -> Series:
    """The day an event starts."""
    return events.start


def end(events: Events) -> Series:
    """The day an event ends."""
    return events.end


def length(events: Events) -> Series:
    """Days from the start of an event to its end."""
    return (events.end - events.start).days  # type: ignore[no-any-return]


def age(day: Of) -> Of:
    """The year of a day less the year of birth: what Circe calls age."""
    return lambda events: day(events).year - person.year_of_birth


def ratio_to(name: str) -> Of:
    """The value of a measurement as a multiple of a bound of its range; missing for a bound of 0."""
    return lambda events: column("value_as_number")(events) / column(name)(events)


def of_person(name: str) -> Of:
    """A column of the person."""
    return lambda _: getattr(person, name)


def in_set(name: str, *, source: bool = False, chooses: bool = False) -> Attribute:
    """The concept in a column is in the concept set of a number."""
    return Attribute(
        int, lambda events, number: events.sets.holds(column(name)(events), number, source=source), chooses
    )


def codes() -> Attribute:
    """The standard concept of the events is in a set."""
    return in_set("concept", chooses=True)


def source_codes() -> Attribute:
    """The source concept of the events is in a set."""
    return in_set("source_concept", source=True, chooses=True)


def numbers(value: Of, *, whole: bool = False) -> Attribute:
    """A number is in a range."""
    return Attribute(NumericRange, lambda events, told: in_range(value(events), told, whole=whole))


def dates(value: Of) -> Attribute:
    """A day is in a range."""
    return Attribute(DateRange, lambda events, told: in_range(value(events), told))


def texts(name: str) -> Attribute:
    """A text begins with or contains another."""
    return Attribute(TextFilter, lambda events, told: has_text(column(name)(events), told))


def concepts(value: Of, *, unless: str = "") -> Attribute:
    """A concept is one of some; none of them where the attribute `unless` is true."""
    return Attribute(
        tuple[Concept, ...], lambda events, told: one_of(value(events), told, exclude=bool(events.told.get(unless)))
    )


def selection(value: Of) -> Attribute:
    """A concept is in a set, or in none; older expressions give the number alone."""

    def condition(events: Events, told: int | ConceptSetSelection) -> Series:
        chosen = ConceptSetSelection(told) if isinstance(told, int) else told
        return selected(value(events), chosen, events.sets)

    return Attribute(int | ConceptSetSelection, condition)


def choice(name: str, value: Of, *, excludable: bool = False) -> dict[str, Attribute]:
    """An attribute of listed concepts, that of a concept set (…CS), and the flag that turns a list round (…Exclude)."""
    flag = f"{name}Exclude" if excludable else ""
    found = {name: concepts(value, unless=flag), f"{name}CS": selection(value)}
    return {**found, flag: FLAG} if excludable else found


def visit_type() -> dict[str, Attribute]:
    """The kind of the visit that an event belongs to."""

    def of_its_visit(attribute: Attribute) -> Attribute:
        def condition(events: Events, told: Any) -> Series | None:
            every_visit = Events(visits, visits.start_date, visits.end_date, {}, events.sets)
            if (kind := attribute.condition(every_visit, told)) is None:
                return None
            return events.frame.at_each(visits.where(visits.key == index.visit, kind).exists())

        return Attribute(attribute.form, condition)

    return {name: of_its_visit(one) for name, one in choice("VisitType", column("visit_concept_id")).items()}


def abnormal() -> Attribute:
    """A measurement beyond its range, or called abnormal."""

    def condition(events: Events, told: bool) -> Series | None:
        value, low, high = (column(name)(events) for name in ("value_as_number", "range_low", "range_high"))
        called = events.frame.value_as_concept_id.is_in(_ABNORMAL)
        return any_of(value < low, value > high, called) if told else None

    return Attribute(bool, condition)


def within_period() -> Attribute:
    """The days of the user's own lie in the period (which then begins and ends on them: see `criteria`)."""

    def condition(events: Events, told: Period) -> Series | None:
        own = [day for day in (told.start_date, told.end_date) if day is not None]
        return all_of(*(all_of(events.start <= day, events.end >= day) for day in own)) if own else None

    return Attribute(Period, condition)


def refused(why: str) -> Attribute:
    """An attribute that can't be asked of this model; the error says why."""

    def condition(events: Events, told: Any) -> Series:
        raise DefinitionError(why, fix="leave it out of the definition in ATLAS, or state it by concepts")

    return Attribute(Any, condition)


FLAG = Attribute(bool, lambda events, told: None)  # read where another attribute is
