"""The pharmacies' tills: one CSV of sales, with a card number where the buyer is a member and no name at all"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_SALES = Export(
    "sales_{part:03d}.csv",
    wording("pharmacy", "sales"),
    header="流水号;门店;销售时间;商品编码;商品名称;规格;数量;金额;会员卡号\n",
)


def _write(desk: Desk) -> None:
    desk.facts("organisations", "drugs")
    desk.lines(_SALES)


SYSTEMS = (System("pharmacies/sales", _write),)
