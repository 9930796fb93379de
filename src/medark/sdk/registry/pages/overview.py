"""The first page of a registry: how many people, since when, by what matters, and how complete it is"""

from __future__ import annotations

from collections.abc import Iterator

from medark.model.page import (
    Block,
    DataTable,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    TableColumn,
    Text,
)
from medark.sdk.app import Page
from medark.sdk.figures import bars
from medark.sdk.registry.datasets import HOSPITAL, overdue_of, people_of
from medark.sdk.registry.file import Registry, Variable
from medark.sdk.registry.telling import NOBODY, STATES, expectation, fresh, path_of, share_of, title_of, ways
from medark.sdk.shows import Counts, Needed, View


def overview(app: str, registry: Registry) -> Page:
    """The page."""
    name = people_of(registry)
    shows: dict[str, Needed] = {
        "people": Counts(name),
        "by_year": Counts(name, by=("entry_year",)),
        "by_hospital": Counts(name, by=(HOSPITAL,)),
        "late": Counts(overdue_of(registry), by=("overdue",)),
        **{f"chart_{one}": Counts(name, by=(one,)) for one in registry.charts},
        **{f"state_{v.name}": Counts(overdue_of(registry), by=(v.name,)) for v in registry.expected()},
    }
    return Page(path_of(registry), registry.title, _Overview(app, registry), shows)


def drawn(view: View, chart: Figure) -> Block:
    """A figure; words in its place where nothing is known of anybody, or every number is too small to be told."""
    assert chart.table is not None
    if any(row[1] is not None and row[0] != NOBODY[view.language] for row in chart.table.rows):
        return chart
    return Text(
        f"**{chart.title}**  \n"
        + view.say("Not known of anybody, or of too few to be told.", "暂无数据，或例数过少不予显示。")
    )


class _Overview:
    def __init__(self, app: str, registry: Registry) -> None:
        self._app, self._registry = app, registry

    def __call__(self, view: View) -> tuple[Block, ...]:
        say, registry = view.say, self._registry
        return (
            Heading(title_of(registry, "")[view.language], 1),
            Text(ways(self._app, registry, view.language, "")),
            Text(registry.about[view.language]),
            self._numbers(view),
            *(drawn(view, self._chart(view, registry.variable(name))) for name in registry.charts),
            drawn(view, self._by_year(view)),
            Heading(say("Where they were last", "最近就诊机构")),
            self._by_hospital(view),
            Heading(say("How complete it is", "完整性")),
            self._complete(view),
            Text(
                say(
                    "People who are alive and were seen lately, by whether the value is there and not too old.",
                    "在世且近期就诊者，按该变量是否已有且未逾期统计。",
                )
            ),
            Text(say("Who is in it: ", "入组来源：") + registry.source),
        )

    def _numbers(self, view: View) -> KeyFigures:
        say, total = view.say, view["people"].total
        counted = {row["overdue"]: row["count"] for row in view["late"]}
        late = [count for number, count in counted.items() if number]
        behind = None if None in late else sum(count for count in late if count)
        shares = [share_of(fresh(view[f"state_{one.name}"], one.name)) for one in self._registry.expected()]
        known = [one for one in shares if one is not None]
        return KeyFigures((
            KeyFigure(say("people", "患者"), total),
            KeyFigure(say("with something overdue", "有逾期项目者"), behind, note=say("alive and seen lately",
                "在世且近期就诊")),
            KeyFigure(say("nothing overdue", "全部在期"), counted.get(0, 0)),
            KeyFigure(say("completeness", "平均完整率"), round(sum(known) / len(known), 1) if known else None, "%",
                      note=say("mean of its variables", "各变量均值")),
        ))  # fmt: skip

    def _chart(self, view: View, variable: Variable) -> Figure:
        """People by a category; groups too small to be told are left out."""
        language = view.language
        counted = {row[variable.name]: row["count"] for row in view[f"chart_{variable.name}"]}
        titles: dict[str | None, str] = {code: told[language] for code, told in variable.codes.items()}
        titles |= {None: NOBODY[language]}
        order = list(titles)
        rows = [{"group": titles[code], "people": counted[code]} for code in order if code in counted]
        return bars(
            rows,
            TableColumn("group", variable.title[language]),
            TableColumn("people", view.say("people", "人数"), "number"),
            title=variable.title[language],
            alt=view.say(f"People by {variable.title['en']}", f"按{variable.title['zh']}分组的人数"),
            order=[titles[code] for code in order],
        )

    def _by_year(self, view: View) -> Figure:
        rows = [{"year": str(row["entry_year"]), "people": row["count"]} for row in view["by_year"]]
        return bars(
            rows,
            TableColumn("year", view.say("year of entry", "入组年份")),
            TableColumn("people", view.say("people", "人数"), "number"),
            title=view.say("When they came in", "入组年份"),
            alt=view.say("People by the year that they came in", "按入组年份的人数"),
        )

    def _by_hospital(self, view: View) -> DataTable:
        columns = (
            TableColumn(HOSPITAL, view.say("organisation", "机构")),
            TableColumn("people", view.say("people", "人数"), "number"),
        )
        unknown = view.say("not known", "不详")
        return DataTable(columns, tuple((row[HOSPITAL] or unknown, row["count"]) for row in view["by_hospital"]))

    def _complete(self, view: View) -> DataTable:
        columns = (
            TableColumn("variable", view.say("variable", "变量")),
            TableColumn("expected", view.say("expected", "应填")),
            *(TableColumn(state, told[view.language], "number") for state, told in STATES.items()),
            TableColumn("share", view.say("fresh", "在期率"), "number", "%"),
        )
        return DataTable(columns, tuple(self._of_each(view)))

    def _of_each(self, view: View) -> Iterator[tuple[str | Label | int | float | None, ...]]:
        for one in self._registry.expected():
            states = fresh(view[f"state_{one.name}"], one.name)
            page = f"{path_of(self._registry, 'completeness')}?variable={one.name}"
            yield Label(one.title[view.language], page), expectation(one, view), *states, share_of(states)
