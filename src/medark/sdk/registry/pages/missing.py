"""Who lacks what: people with the most overdue values first"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.model.page import (
    Block,
    DataTable,
    Field,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    TableColumn,
    Text,
)
from medark.sdk.app import Page
from medark.sdk.registry.datasets import HOSPITAL, NEVER, OVERDUE, overdue_of
from medark.sdk.registry.file import Registry, Variable
from medark.sdk.registry.telling import STATES, expectation, fresh, path_of, title_of, ways
from medark.sdk.shows import Counts, Needed, Rows, Tasks, View

_LIMIT: Final = 50
_MARKS: Final = {OVERDUE: "warning", NEVER: "critical"}


def missing(app: str, registry: Registry) -> Page:
    """The page."""
    again = [one for one in registry.expected() if one.rows is not None]
    names = tuple(one.name for one in again)
    columns = ("person_id", HOSPITAL, "seen_on", "overdue", *names)
    shows: dict[str, Needed] = {
        "people": Rows(overdue_of(registry), columns, ("-overdue", "seen_on"), _LIMIT, (HOSPITAL, *names)),
        "hospitals": Counts(overdue_of(registry), by=(HOSPITAL,)),
        "tasks": Tasks(),
        **{f"of_{name}": Counts(overdue_of(registry), by=(name,)) for name in names},
    }
    page = _Missing(app, registry, tuple(again))
    return Page(path_of(registry, "missing"), title_of(registry, "missing"), page, shows, is_listed=False)


class _Missing:
    def __init__(self, app: str, registry: Registry, again: tuple[Variable, ...]) -> None:
        self._app, self._registry, self._again = app, registry, again

    def __call__(self, view: View) -> tuple[Block, ...]:
        say, language = view.say, view.language
        return (
            Heading(title_of(self._registry, "missing")[language], 1),
            Text(ways(self._app, self._registry, language, "missing")),
            self._numbers(view),
            self._filters(view),
            self._people(view),
            Heading(say("By variable", "按变量")),
            self._by_variable(view),
            Text(say(
                "Alive, and seen at any hospital in the last "
                f"{self._registry.active} months. Somebody who is new has 30 days for a first value.",
                f"在世且近{self._registry.active}个月内就诊者。新入组者首次检测宽限30天。",
            )),
        )  # fmt: skip

    def _numbers(self, view: View) -> KeyFigures:
        mine = {f"{self._registry.name}_{one.name}_overdue" for one in self._again}
        open_ = [row for row in view["tasks"] if row["key"].partition(":")[0] in mine and row["closed"] is None]
        late = [row for row in open_ if row["is_late"]]
        return KeyFigures((
            KeyFigure(view.say("people looked at", "在管人数"), view["people"].total),
            KeyFigure(view.say("open tasks", "未完成任务"), len(open_), note=view.say("of yours", "本人可见")),
            KeyFigure(view.say("past their due time", "已超期"), len(late), mark="warning" if late else ""),
        ))  # fmt: skip

    def _filters(self, view: View) -> Form:
        told = [row[HOSPITAL] for row in view["hospitals"] if row[HOSPITAL]]
        hospitals = Field(HOSPITAL, view.say("organisation", "机构"), "choice", "", ("", *told))
        states = ("", *STATES)
        labels = ("", *(one[view.language] for one in STATES.values()))
        asked = [
            Field(one.name, one.title[view.language], "choice", "", states, labels)
            for one in self._again
            if one.is_task
        ]
        return Form((hospitals, *asked), view.say("Show", "筛选"))

    def _people(self, view: View) -> DataTable:
        say, found = view.say, view["people"]
        columns = (
            TableColumn("person_id", say("person", "患者"), "person"),
            TableColumn("visits", say("visits", "随访")),
            TableColumn(HOSPITAL, say("organisation", "机构")),
            TableColumn("seen_on", say("last seen", "最近就诊"), "date"),
            TableColumn("overdue", say("missing", "待补项"), "number"),
            *(TableColumn(one.name, one.title[view.language]) for one in self._again),
        )
        rows = tuple(self._row(view, row) for row in found)
        return DataTable(columns, rows, more=found.more, next_page=f"page={view.page_no + 1}" if found.more else "")

    def _row(self, view: View, row: Mapping[str, Any]) -> tuple[Any, ...]:
        page = f"{path_of(self._registry, 'person')}?person_id={row['person_id']}"
        states = (
            Label(STATES[row[one.name]][view.language], mark=_MARKS.get(row[one.name], "")) for one in self._again
        )
        course = Label(view.say("course", "随访表"), page)
        return row["person_id"], course, row[HOSPITAL] or "—", row["seen_on"], row["overdue"], *states

    def _by_variable(self, view: View) -> DataTable:
        columns = (
            TableColumn("variable", view.say("variable", "变量")),
            TableColumn("every", view.say("expected", "应填")),
            *(TableColumn(state, told[view.language], "number") for state, told in STATES.items()),
        )
        return DataTable(columns, tuple(
            (one.title[view.language], expectation(one, view), *fresh(view[f"of_{one.name}"], one.name))
            for one in self._again
        ))  # fmt: skip
