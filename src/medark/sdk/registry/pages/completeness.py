"""How complete a registry is: one variable by organisation and quarter, and all of them over time"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.model.page import Block, DataTable, Field, Figure, Form, Heading, Label, TableColumn, Text
from medark.sdk.app import Page
from medark.sdk.figures import lines
from medark.sdk.registry.datasets import HOSPITAL, visits_of
from medark.sdk.registry.file import Registry, Variable
from medark.sdk.registry.pages.overview import drawn
from medark.sdk.registry.telling import complete, path_of, quarter, share, title_of, ways
from medark.sdk.shows import Counts, View

_QUARTERS: Final = 8
_GOOD, _POOR = 90.0, 50.0  # per cent, of a completeness that is marked; ours
_LEAST_QUERY: Final = "variable"


def completeness(app: str, registry: Registry) -> Page:
    """The page: the query's `variable`, by organisation and quarter in which the window of a visit closed."""
    shows = {
        one.name: Counts(visits_of(registry), by=("quarter", HOSPITAL, f"has_{one.name}"))
        for one in registry.expected()
    }
    whole = {
        f"all_{one.name}": Counts(visits_of(registry), by=("quarter", f"has_{one.name}")) for one in registry.expected()
    }
    title = title_of(registry, "completeness")
    return Page(path_of(registry, "completeness"), title, _Completeness(app, registry), shows | whole, is_listed=False)


class _Completeness:
    def __init__(self, app: str, registry: Registry) -> None:
        self._app, self._registry = app, registry

    def __call__(self, view: View) -> tuple[Block, ...]:
        say, language = view.say, view.language
        all_of_them = {one.name: one for one in self._registry.expected()}
        chosen = all_of_them.get(view.query.get(_LEAST_QUERY, "")) or next(iter(all_of_them.values()))
        return (
            Heading(title_of(self._registry, "completeness")[language], 1),
            Text(ways(self._app, self._registry, language, "completeness")),
            _form(view, all_of_them, chosen),
            drawn(view, self._over_time(view, chosen)),
            Heading(say("By organisation and quarter", "按机构与季度")),
            self._by_hospital(view, chosen),
            Heading(say("Every variable by quarter", "各变量按季度")),
            self._of_all(view, all_of_them),
            Text(say(
                "Per cent of the planned visits that expect the value and whose window closes in the quarter, the "
                "running one too. A dash: nothing was expected, or too few to be told.",
                "分母为随访窗在当季结束（含本季）且应填该变量的计划随访。“—”表示无应填，或例数过少不予显示。",
            )),
        )  # fmt: skip

    def _over_time(self, view: View, chosen: Variable) -> Figure:
        rows = [
            {"quarter": day, "share": share(*complete(rows, f"has_{chosen.name}"))}
            for day, rows in _by(view[f"all_{chosen.name}"], "quarter", view).items()
        ]
        title = f"{chosen.title[view.language]}: {view.say('complete', '完整率')}"
        return lines(
            rows,
            TableColumn("quarter", view.say("quarter", "季度"), "date"),
            TableColumn("share", view.say("complete", "完整率"), "number", "%"),
            title=title,
            alt=title,
        )

    def _by_hospital(self, view: View, chosen: Variable) -> DataTable:
        """Rows: organisations; columns: the last quarters."""
        name = f"has_{chosen.name}"
        cells = _by(view[chosen.name], "quarter", view)
        quarters = list(cells)[-_QUARTERS:]
        hospitals = sorted({row[HOSPITAL] for rows in cells.values() for row in rows if row[HOSPITAL]})
        columns = (TableColumn(HOSPITAL, view.say("organisation", "机构")), *map(_quarter, quarters))
        return DataTable(columns, tuple(
            (hospital, *(_marked([row for row in cells[day] if row[HOSPITAL] == hospital], name) for day in quarters))
            for hospital in hospitals
        ))  # fmt: skip

    def _of_all(self, view: View, all_of_them: Mapping[str, Variable]) -> DataTable:
        cells = {name: _by(view[f"all_{name}"], "quarter", view) for name in all_of_them}
        quarters = sorted({day for of in cells.values() for day in of})[-_QUARTERS:]
        columns = (TableColumn("variable", view.say("variable", "变量")), *map(_quarter, quarters))
        return DataTable(columns, tuple(
            (
                Label(one.title[view.language], f"{path_of(self._registry, 'completeness')}?variable={name}"),
                *(_marked(cells[name].get(day, []), f"has_{name}") for day in quarters),
            )
            for name, one in all_of_them.items()
        ))  # fmt: skip


def _form(view: View, all_of_them: Mapping[str, Variable], chosen: Variable) -> Form:
    names, titles = tuple(all_of_them), tuple(one.title[view.language] for one in all_of_them.values())
    field = Field(_LEAST_QUERY, view.say("variable", "变量"), "choice", chosen.name, names, titles)
    return Form((field,), view.say("Show", "查看"))


def _by(rows: Any, name: str, view: View) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of the quarters that are over, by quarter in order."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in _sorted(rows, name):
        if str(row[name])[:10] <= view.today:
            found.setdefault(str(row[name])[:10], []).append(row)
    return found


def _sorted(rows: Any, name: str) -> Iterator[Mapping[str, Any]]:
    yield from sorted((row for row in rows if row[name] is not None), key=lambda row: str(row[name]))


def _quarter(day: str) -> TableColumn:
    return TableColumn(day, quarter(day))


def _marked(rows: list[Mapping[str, Any]], name: str) -> Label:
    """A share, marked where it is good or poor."""
    told = share(*complete(rows, name))
    if told is None:
        return Label("—")
    whole = round(told)
    return Label(f"{whole} %", mark="good" if whole >= _GOOD else "critical" if whole < _POOR else "")
