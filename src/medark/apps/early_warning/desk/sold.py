"""What tills sold behind a signal, by shop and by item: in the place of a line list, for nobody knows who bought it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from medark.sdk import Block, DataTable, Heading, Rows, Sums, TableColumn, Text, View

from .channels import MULTI_POINT
from .series import DISTRICT, Named

SALES: Final = "sales"
_MOST: Final = 50  # shops or items of a page
_SALES: Final = Rows(
    SALES, ("place", "item", "quantity"), limit=_MOST, where=("drug_class", DISTRICT), between="entry_start",
    only=(f"signal={SALES}", f"signal={MULTI_POINT}"),
)  # fmt: skip
SOLD: Final = {
    "sold_by_shop": Sums(_SALES, ("place", DISTRICT)),
    "sold_by_item": Sums(_SALES, ("item", "drug_class")),
}


def sold(view: View, named: Named) -> Iterator[Block]:
    """Two tables, where the query asks for sales."""
    if not _SALES.is_asked(view.query):
        return
    say = view.say
    yield Heading(say("Sold by pharmacies", "药店销售明细"))
    yield Text(say(
        "Packages from a fortnight before the alarm to its newest day. Tills know no buyer: ask the shops.",
        "预警前两周至最近一日的销量（盒）。收银记录不含购买者信息，请向门店核实。",
    ))  # fmt: skip
    yield _table(view, named, "sold_by_shop", ("place", say("shop", "门店")), (DISTRICT, say("district", "区县")))
    yield _table(view, named, "sold_by_item", ("item", say("item", "商品")), ("drug_class", say("class", "类别")))


def _table(view: View, named: Named, name: str, *by: tuple[str, str]) -> DataTable:
    columns = (
        *(TableColumn(*one) for one in by),
        TableColumn("quantity", view.say("packages", "销量（盒）"), "number"),
    )
    rows = tuple(
        (*(_cell(view, named, column, row[column]) for column, _title in by), row["quantity"]) for row in view[name]
    )
    return DataTable(columns, rows, more=view[name].more)


def _cell(view: View, named: Named, column: str, value: Any) -> str:
    return "–" if value is None else named.label(column, value, view.language)
