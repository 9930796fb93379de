"""One person's course: planned visits against variables, trends, what is known last, and a form for what is asked"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.errors import UsageError
from medark.model.page import (
    Block,
    DataTable,
    Field,
    Figure,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    PersonLink,
    TableColumn,
    Text,
)
from medark.sdk.app import Page
from medark.sdk.figures import SCHEMA, figure
from medark.sdk.forms import FilledForm, FormAnswer
from medark.sdk.registry.datasets import HOSPITAL, MISSING, people_of, visits_of
from medark.sdk.registry.file import NUMBER, Registry, Variable
from medark.sdk.registry.telling import named, path_of, title_of, value, ways
from medark.sdk.shows import Rows, View

_MOST_VISITS: Final = 100
_OTHERWISE: Final = ""  # of a choice that was left open


def person(app: str, registry: Registry) -> Page:
    """The page of the query's `person_id`."""
    shown = [one for one in registry.variables if one.rows is not None or one.is_drawn]
    dated = [f"{one.name}_on" for one in registry.variables if one.rows is not None and one.kind != "date"]
    last = (HOSPITAL, "known_since", "person_id", *(one.name for one in registry.variables), *dated)
    course = ("visit", "opens", "closes", *(v.name for v in shown), *(f"has_{v.name}" for v in registry.expected()))
    shows = {
        "last": Rows(people_of(registry), last, (), 1, ("person_id",)),
        "course": Rows(visits_of(registry), course, ("closes",), _MOST_VISITS, ("person_id",)),
    }
    title, page = title_of(registry, "person"), _Person(app, registry, tuple(shown))
    asks = any(one.asked for one in registry.variables)
    return Page(path_of(registry, "person"), title, page, shows, _Saved(registry) if asks else None, is_listed=False)


class _Person:
    def __init__(self, app: str, registry: Registry, shown: tuple[Variable, ...]) -> None:
        self._app, self._registry, self._shown = app, registry, shown

    def __call__(self, view: View) -> tuple[Block, ...]:
        say, language = view.say, view.language
        asked = view.query.get("person_id", "")
        first = (
            Heading(title_of(self._registry, "person")[language], 1),
            Text(ways(self._app, self._registry, language, "person")),
            Form((Field("person_id", say("person", "患者编号")),), say("Show", "查看")),
        )
        if not asked or not len(view["last"]):
            nobody = Text(say("Nobody of this number is in the registry.", "登记库中无此编号。"))
            return (*first, nobody) if asked else first
        (row,) = view["last"]
        visits = [one for one in view["course"] if str(one["opens"])[:10] <= view.today]
        return (
            *first,
            PersonLink(row["person_id"]),
            self._numbers(view, row, visits),
            *self._trends(view, visits),
            Heading(say("Planned visits", "计划随访")),
            self._course(view, visits),
            Heading(say("Known last", "最近已知")),
            self._last(view, row),
            *self._form(view, row),
        )

    def _numbers(self, view: View, row: Mapping[str, Any], visits: list[Mapping[str, Any]]) -> KeyFigures:
        say = view.say
        over = [one for one in visits if str(one["closes"])[:10] <= view.today]
        gaps = sum(one[f"has_{v.name}"] == MISSING for one in over for v in self._registry.expected())
        return KeyFigures((
            KeyFigure(say("known since", "入组日期"), row["known_since"]),
            KeyFigure(say("organisation", "最近就诊机构"), row[HOSPITAL] or "—"),
            KeyFigure(say("planned visits so far", "已到期随访"), len(over)),
            KeyFigure(say("values missing", "缺失值"), gaps, mark="warning" if gaps else "good"),
        ))  # fmt: skip

    def _trends(self, view: View, visits: list[Mapping[str, Any]]) -> Iterator[Block]:
        for one in self._registry.variables:
            seen = [(row["closes"], row[one.name]) for row in visits if one.is_drawn and row.get(one.name) is not None]
            if one.kind == NUMBER and len(seen) > 1:
                yield _trend(view, one, seen)

    def _course(self, view: View, visits: list[Mapping[str, Any]]) -> DataTable:
        """Rows: variables; columns: visits. What a visit lacks is marked."""
        titles = {one.name: one.title[view.language] for one in self._registry.schedule}
        columns = (
            TableColumn("variable", view.say("variable", "变量")),
            *(TableColumn(str(row["visit"]), titles.get(row["visit"], str(row["visit"]))) for row in visits),
        )
        rows: tuple[tuple[str | Label, ...], ...] = tuple(
            (named(one, view.language), *(_cell(view, one, row) for row in visits))
            for one in self._shown
            if one.is_expected or any(row[one.name] not in (None, False) for row in visits)
        )
        return DataTable(columns, rows)

    def _last(self, view: View, row: Mapping[str, Any]) -> DataTable:
        columns = (
            TableColumn("variable", view.say("variable", "变量")),
            TableColumn("value", view.say("value", "值")),
            TableColumn("on", view.say("day", "日期"), "date"),
        )
        return DataTable(columns, tuple(
            (named(one, view.language), value(one, row[one.name], view.language), row.get(f"{one.name}_on"))
            for one in self._registry.variables
        ))  # fmt: skip

    def _form(self, view: View, row: Mapping[str, Any]) -> Iterator[Block]:
        fields = tuple(_field(view, one) for one in self._registry.variables if one.asked)
        if fields:
            yield Heading(view.say("Fill in", "补录"))
            yield Form(fields, view.say("Save", "保存"), saves=True, person_id=row["person_id"])


class _Saved:
    """The answers of the form: what was left open stays as it is."""

    def __init__(self, registry: Registry) -> None:
        self._asked = tuple(one for one in registry.variables if one.asked)

    def __call__(self, form: FilledForm) -> tuple[FormAnswer, ...]:
        return tuple(
            FormAnswer(form.person_id, one.asked, _number(form, one)) for one in self._asked if form.text(one.name)
        )


def _number(form: FilledForm, one: Variable) -> float | None:
    """The number of an answer; of a category its place, from 1. UsageError for what is no answer."""
    if one.kind == NUMBER:
        return form.number(one.name)
    code = form.text(one.name)
    if code not in one.codes:
        raise UsageError("a field of the form has an answer that there is not", fix=" | ".join(one.codes), at=one.name)
    return list(one.codes).index(code) + 1.0


def _field(view: View, one: Variable) -> Field:
    if one.kind == NUMBER:
        return Field(one.name, named(one, view.language), "number")
    labels = ("", *(told[view.language] for told in one.codes.values()))
    return Field(one.name, one.title[view.language], "choice", _OTHERWISE, ("", *one.codes), labels)


def _cell(view: View, one: Variable, row: Mapping[str, Any]) -> Label:
    """What is known at a visit; what it lacks is marked once its window has closed."""
    found = row.get(one.name)
    if found is not None and found is not False:
        return Label(value(one, found, view.language))
    if row.get(f"has_{one.name}") != MISSING:
        return Label("")
    if str(row["closes"])[:10] > view.today:
        return Label(view.say("due", "待测"), mark="info")
    return Label(view.say("missing", "缺失"), mark="warning")


def _trend(view: View, one: Variable, seen: list[tuple[Any, Any]]) -> Figure:
    title = named(one, view.language)
    rows = [{"day": str(day)[:10], "value": found} for day, found in seen]
    y = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": False}}
    x = {"field": "day", "type": "temporal", "title": view.say("visit", "随访")}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "line", "point": True, "tooltip": True}, "encoding": {"x": x, "y": y}}
    ]
    if one.target is not None:
        rule = {"type": "rule", "strokeDash": [4, 4]}
        layers.append({"data": {"values": [{"value": one.target}]}, "mark": rule, "encoding": {"y": y}})
    columns = (TableColumn("day", view.say("visit", "随访"), "date"), TableColumn("value", title, "number"))
    drawn = {"$schema": SCHEMA, "data": {"values": rows}, "layer": layers, "width": "container", "height": 120}
    told = f"; {view.say('target', '目标')} {one.target:g}" if one.target is not None else ""
    numbers = DataTable(columns, tuple((row["day"], row["value"]) for row in rows))
    return figure(drawn, alt=f"{title}{told}", title=title, table=numbers)
