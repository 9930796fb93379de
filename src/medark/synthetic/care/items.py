"""What a fee can be for: services, panels, drugs and procedures, with price and fee class of the front page"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.synthetic.care.drugs import DRUGS
from medark.synthetic.care.operations import PROCEDURES
from medark.synthetic.care.orders import PANELS
from medark.synthetic.care.rows import Rows
from medark.synthetic.facts.read import Row, keys, rows
from medark.synthetic.facts.read import numbers as fact_numbers

SERVICES: Final = keys("fee_items")
ITEMS: Final = (*SERVICES, *PANELS, *DRUGS, *PROCEDURES)  # what a fee can be for
PANELS_FROM = len(SERVICES)
DRUGS_FROM = PANELS_FROM + len(PANELS)
PROCEDURES_FROM = DRUGS_FROM + len(DRUGS)
CLASSES: Final = keys("fee_classes")
_CLASS: Final = {key: place for place, key in enumerate(CLASSES)}
_PATENT: Final = ("lianhuaqingwen", "banlangen", "danshen_dripping_pill")


def _drug_class(row: Row) -> str:
    """Antibacterials for systemic use are a part of western drugs (ATC J01; of the front page KJYWF of XYF)."""
    if row["atc"].startswith("J01"):
        return "antibacterial"
    return "patent_drug" if row["key"] in _PATENT else "western_drug"


ITEM_CLASS: Final = np.array([
    *(_CLASS[row["fee_class"]] for row in rows("fee_items")), *(_CLASS["laboratory"] for _ in PANELS),
    *(_CLASS[_drug_class(row)] for row in rows("drugs")),
    *(_CLASS["operation" if row["operative"] == "1" else "non_surgical"] for row in rows("procedures")),
])  # fmt: skip
PRICE: Final = np.concatenate(
    [fact_numbers(name, "price_fen") for name in ("fee_items", "panels", "drugs", "procedures")]
).astype(np.int64)


def charge(
    at: np.ndarray,
    item: str | np.ndarray,
    time: np.ndarray,
    quantity: np.ndarray | float = 1.0,
    price: np.ndarray | int = 0,
) -> Rows:
    """Fees of encounters for a service (its key) or items (places in ITEMS); a price of 0 is that of the item."""
    place = SERVICES.index(item) if isinstance(item, str) else item
    given = {"item": place, "quantity": np.asarray(quantity, float), "price": price}
    return {"at": at, "time": time} | {name: np.array(np.broadcast_to(value, len(at))) for name, value in given.items()}


def for_days(at: np.ndarray, item: str, time: np.ndarray, quantity: np.ndarray) -> Rows:
    """Fees for a service by quantity, where there is any."""
    here = quantity > 0
    return charge(at[here], item, time[here], quantity[here])
