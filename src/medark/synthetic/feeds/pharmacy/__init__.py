"""The pharmacies: one register of shops, and one CSV of sales, with a card number where the buyer is a member"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_SALES = Export(
    "sales_{part:03d}.csv",
    wording("pharmacy", "sales"),
    header="流水号;门店;销售时间;商品编码;商品名称;规格;数量;金额;会员卡号\n",
)
_STORES = """
select o.name_zh as shop, d.name_zh as district
from fact_organisations as o join fact_districts as d on d.key = o.district
where o.kind = 'pharmacy' order by o.key
"""


def _write(desk: Desk) -> None:
    desk.facts("organisations", "drugs", "districts")
    desk.lines(_SALES)
    if desk.part.number == 1:  # the chain's own list, and no part's people's
        shops = desk.query(_STORES).to_pylist()
        lines = ["门店;区县;经营类别", *(f"{row['shop']};{row['district']};药店" for row in shops)]
        desk.file("stores.csv", "\n".join([*lines, ""]).encode(), [("store", row["shop"], None) for row in shops])


SYSTEMS = (System("pharmacies/sales", _write),)
