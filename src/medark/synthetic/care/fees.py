"""Fees: what visits, beds, nursing, tests, pictures, drugs and operations cost, by item and class of the front page"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.charges import coming, herbs, staying, treating
from medark.synthetic.care.concepts import (
    CHECKUP,
    INPATIENT,
    ORGANISATIONS,
)
from medark.synthetic.care.items import (
    CLASSES,
    DRUGS_FROM,
    ITEM_CLASS,
    ITEMS,
    PANELS_FROM,
    PRICE,
    PROCEDURES_FROM,
    charge,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import Rows, as_times, joined, ordered, taken
from medark.synthetic.facts.read import numbers as fact_numbers
from medark.synthetic.facts.read import rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

_REPORTED: Final = ("xray", "ct", "mr", "ultrasound", "pathology_exam")


def fees(visits: Rows, icu: Rows, orders: Rows, given: Rows, done: Rows, seen: Rows) -> Rows:
    """What is charged: `at`, `item`, `quantity`, `price`, `amount` (fen), `time`, by encounter and time.

    `seen` is what radiologists and pathologists report on: `at`, `item` (a word) and `time`.
    """
    parts = [
        *coming(visits), *staying(visits, icu), *_laboratory(visits, orders), *_drugs(visits, given),
        *_operating(visits, done), *_reported(seen), *treating(visits), herbs(visits),
    ]  # fmt: skip
    found = ordered(joined(parts), "at", "time", "item")
    price = np.where(found["price"] > 0, found["price"], PRICE[found["item"]])
    return found | {"price": price, "amount": np.round(price * found["quantity"]).astype(np.int64)}


def fee_table(part: Part, people: Lives, visits: Rows, found: Rows) -> pa.Table:
    """The table of fees."""
    at = found["at"]
    return table(
        "fee", fee=numbers(part.number, len(at)), encounter=visits["key"][at], person=people.person[visits["row"][at]],
        organisation=(visits["place"][at], ORGANISATIONS), fee_class=(ITEM_CLASS[found["item"]], CLASSES),
        item=(found["item"], ITEMS), quantity=found["quantity"], unit_price=found["price"], amount=found["amount"],
        time=as_times(found["time"]),
    )  # fmt: skip


def _laboratory(visits: Rows, orders: Rows) -> list[Rows]:
    """Every order that was not cancelled; checkups pay for all in one."""
    orders = taken(orders, (orders["status"] != 2) & (visits["kind"][orders["at"]] != CHECKUP))
    return [
        charge(orders["at"], PANELS_FROM + orders["panel"], orders["ordered"]),
        charge(orders["at"], "specimen_material", orders["collected"]),
    ]  # fmt: skip


def _drugs(visits: Rows, given: Rows) -> list[Rows]:
    at, drug = given["at"], given["drug"]
    stay = visits["kind"][at] == INPATIENT
    time = np.where(stay, np.maximum(given["start"], visits["start"][at]), given["start"])
    by_vein = np.array([row["route"] == "intravenous" for row in rows("drugs")])[drug]
    times = given["days"][by_vein].astype(float)
    return [
        charge(at, DRUGS_FROM + drug, time, given["quantity"]),
        charge(at[by_vein], "infusion", time[by_vein], times),
        charge(at[by_vein], "infusion_set", time[by_vein], times),
    ]  # fmt: skip


def _operating(visits: Rows, done: Rows) -> list[Rows]:
    """The operation, anaesthesia and materials, at their price, one a set."""
    at, procedure, time = done["at"], done["procedure"], done["end"]
    material = fact_numbers("procedures", "material_fen")[procedure].astype(np.int64)
    parts = [
        charge(at, PROCEDURES_FROM + procedure, time),
        charge(at[material > 0], "operation_material", time[material > 0], 1.0, material[material > 0]),
    ]  # fmt: skip
    asleep = np.array([row["anaesthesia"] for row in rows("procedures")])[procedure]
    for kind in np.unique(asleep[asleep != ""]):
        here = asleep == kind
        parts.append(charge(at[here], f"anaesthesia_{kind}", time[here]))
    return parts


def _reported(seen: Rows) -> list[Rows]:
    return [
        charge(seen["at"][here], item, seen["time"][here])
        for item in _REPORTED
        for here in (seen["item"] == item,)
    ]  # fmt: skip
