"""Fees: what visits, beds, nursing, tests, pictures, drugs and operations cost, by item and class of the front page"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import (
    CHECKUP,
    DEPARTMENT,
    DISEASE,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    ORGANISATIONS,
    OUTPATIENT,
    kind_is,
)  # fmt: skip
from medark.synthetic.care.drugs import DRUGS
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.operations import OPERATIVE, PROCEDURES
from medark.synthetic.care.orders import PANELS
from medark.synthetic.care.rows import DAY, Rows, as_times, joined, ordered, taken
from medark.synthetic.facts.read import keys, rows
from medark.synthetic.facts.read import numbers as fact_numbers
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

_SERVICES: Final = keys("fee_items")
ITEMS: Final = (*_SERVICES, *PANELS, *DRUGS, *PROCEDURES)  # what a fee can be for
_PANELS_FROM = len(_SERVICES)
_DRUGS_FROM = _PANELS_FROM + len(PANELS)
_PROCEDURES_FROM = _DRUGS_FROM + len(DRUGS)
CLASSES: Final = keys("fee_classes")
_CLASS: Final = {key: place for place, key in enumerate(CLASSES)}
_PATENT: Final = ("lianhuaqingwen", "banlangen", "danshen_dripping_pill")
_SENT_TO_PATHOLOGY: Final = ("appendicitis", "cholecystitis", "gallstones", "leiomyoma")
_STUDY_ITEM: Final = {"CR": "xray", "DX": "xray", "CT": "ct", "MR": "mr", "US": "ultrasound"}


def _drug_class(row: dict[str, str]) -> str:
    """Antibacterials for systemic use are a part of western drugs (ATC J01; of the front page KJYWF of XYF)."""
    if row["atc"].startswith("J01"):
        return "antibacterial"
    return "patent_drug" if row["key"] in _PATENT else "western_drug"


_ITEM_CLASS: Final = np.array([
    *(_CLASS[row["fee_class"]] for row in rows("fee_items")), *(_CLASS["laboratory"] for _ in PANELS),
    *(_CLASS[_drug_class(dict(row))] for row in rows("drugs")),
    *(_CLASS["operation" if row["operative"] == "1" else "non_surgical"] for row in rows("procedures")),
])  # fmt: skip
_PRICE: Final = np.concatenate(
    [fact_numbers(name, "price_fen") for name in ("fee_items", "panels", "drugs", "procedures")]
).astype(np.int64)


def fees(visits: Rows, icu: Rows, orders: Rows, given: Rows, done: Rows, studies: Rows) -> Rows:
    """What is charged: `at`, `item`, `quantity`, `price`, `amount` (fen), `time`, by encounter and time.

    `studies` are the pictures taken: `at`, `modality` (a word) and `time`.
    """
    parts = [
        *_coming(visits), *_staying(visits, icu), *_laboratory(visits, orders), *_drugs(visits, given),
        *_operating(visits, done), *_pictures(studies), *_treating(visits), _herbs(visits),
    ]  # fmt: skip
    found = ordered(joined(parts), "at", "time", "item")
    price = np.where(found["price"] > 0, found["price"], _PRICE[found["item"]])
    return found | {"price": price, "amount": np.round(price * found["quantity"]).astype(np.int64)}


def fee_table(part: Part, people: Lives, visits: Rows, found: Rows) -> pa.Table:
    """The table of fees."""
    at = found["at"]
    return table(
        "fee", fee=numbers(part.number, len(at)), encounter=visits["key"][at], person=people.person[visits["row"][at]],
        organisation=(visits["place"][at], ORGANISATIONS), fee_class=(_ITEM_CLASS[found["item"]], CLASSES),
        item=(found["item"], ITEMS), quantity=found["quantity"], unit_price=found["price"], amount=found["amount"],
        time=as_times(found["time"]),
    )  # fmt: skip


def _charge(
    at: np.ndarray,
    item: str | np.ndarray,
    time: np.ndarray,
    quantity: np.ndarray | float = 1.0,
    price: np.ndarray | int = 0,
) -> Rows:
    place = _SERVICES.index(item) if isinstance(item, str) else item
    given = {"item": place, "quantity": np.asarray(quantity, float), "price": price}
    return {"at": at, "time": time} | {name: np.array(np.broadcast_to(value, len(at))) for name, value in given.items()}


def _coming(visits: Rows) -> list[Rows]:
    kind, near, kept = visits["kind"], visits["place"] >= FIRST_CLINIC, ~visits["cancelled"]
    asked = kept & (visits["reason"] != DISEASE["haemodialysis"])
    some = {
        "registration": asked & (kind == OUTPATIENT) & ~near,
        "clinic_registration": asked & (kind == OUTPATIENT) & near,
        "emergency_registration": kept & (kind == EMERGENCY), "checkup_package": kept & (kind == CHECKUP),
        "dialysis_session": kept & (visits["reason"] == DISEASE["haemodialysis"]),
    }  # fmt: skip
    return [_charge(np.flatnonzero(here), item, visits["start"][here]) for item, here in some.items()]


def _staying(visits: Rows, icu: Rows) -> list[Rows]:
    """Bed, nursing and rounds by day: those in intensive care at its own prices. A day begun counts but the last."""
    at = np.flatnonzero(visits["kind"] == INPATIENT)
    end = visits["end"][at]
    days = np.maximum(1, end // DAY - visits["start"][at] // DAY)
    in_icu = np.zeros(len(visits["key"]), np.int64)
    np.add.at(in_icu, icu["at"], np.ceil((icu["end"] - icu["start"]) / DAY).astype(np.int64))
    intensive = np.minimum(in_icu[at], days)
    ward = days - intensive
    level = np.array([int(_NURSING.get(key, 2)) for key in DEPARTMENT])[visits["department"][at]]
    parts = [_charge(at, item, end, days) for item in ("inpatient_consultation", "ward_treatment", "ward_material")]
    parts += [
        _some(at, item, end, many)
        for item, many in (("bed", ward), ("icu_bed", intensive), ("intensive_care", intensive))
    ]
    parts += [_some(at, f"nursing_{number}", end, np.where(level == number, ward, 0)) for number in (1, 2, 3)]
    parts += _supported(visits, at, days, intensive)
    close = np.isin(visits["department"][at], [DEPARTMENT[key] for key in ("cardiology", "respiratory")])
    return [*parts, _some(at, "ecg_monitor", end, np.where(close, np.minimum(ward, 3), 0) + intensive),
            _some(at, "oxygen", end, np.where(close, np.minimum(ward, 4), 0) + intensive)]  # fmt: skip


def _supported(visits: Rows, at: np.ndarray, days: np.ndarray, intensive: np.ndarray) -> list[Rows]:
    """What is charged as drugs and blood but is no order of one drug: infusions, nutrition, albumin, red cells."""
    luck, end = visits["key"][at] * 40_503 % 997 / 997, visits["end"][at]
    cut = np.isin(
        visits["department"][at], [DEPARTMENT[key] for key in ("general_surgery", "thoracic_surgery", "oncology")]
    )
    bleeding = np.isin(visits["reason"][at], [DISEASE[key] for key in ("gi_bleed", "iron_deficiency", "hip_fracture")])
    weak = np.isin(visits["reason"][at], [DISEASE[key] for key in ("cirrhosis", "sepsis", "liver_cancer")])
    return [
        _some(at, "supportive_infusion", end, np.where((luck < 0.75) | (intensive > 0), days, 0)),
        _some(at, "parenteral_nutrition", end, np.where(cut & (luck < 0.3), np.minimum(days, 5), 0) + intensive),
        _some(at, "albumin", end, np.where(weak | (intensive > 1), 1 + days // 3, 0)),
        _some(at, "blood_transfusion", end, np.where(bleeding & (luck < 0.5), 2, 0) + (intensive > 2)),
    ]  # fmt: skip


_NURSING: Final = {row["key"]: row["nursing"] for row in rows("wards")}


def _some(at: np.ndarray, item: str, time: np.ndarray, quantity: np.ndarray) -> Rows:
    here = quantity > 0
    return _charge(at[here], item, time[here], quantity[here])


def _laboratory(visits: Rows, orders: Rows) -> list[Rows]:
    """Every order that was not cancelled; checkups pay for all in one."""
    orders = taken(orders, (orders["status"] != 2) & (visits["kind"][orders["at"]] != CHECKUP))
    return [
        _charge(orders["at"], _PANELS_FROM + orders["panel"], orders["ordered"]),
        _charge(orders["at"], "specimen_material", orders["collected"]),
    ]  # fmt: skip


def _drugs(visits: Rows, given: Rows) -> list[Rows]:
    at, drug = given["at"], given["drug"]
    stay = visits["kind"][at] == INPATIENT
    time = np.where(stay, np.maximum(given["start"], visits["start"][at]), given["start"])
    by_vein = np.array([row["route"] == "intravenous" for row in rows("drugs")])[drug]
    times = given["days"][by_vein].astype(float)
    return [
        _charge(at, _DRUGS_FROM + drug, time, given["quantity"]),
        _charge(at[by_vein], "infusion", time[by_vein], times),
        _charge(at[by_vein], "infusion_set", time[by_vein], times),
    ]  # fmt: skip


def _operating(visits: Rows, done: Rows) -> list[Rows]:
    """The operation, anaesthesia, materials (at their price, one a set) and the pathology of what was taken out."""
    at, procedure, time = done["at"], done["procedure"], done["end"]
    material = fact_numbers("procedures", "material_fen")[procedure].astype(np.int64)
    parts = [
        _charge(at, _PROCEDURES_FROM + procedure, time),
        _charge(at[material > 0], "operation_material", time[material > 0], 1.0, material[material > 0]),
    ]  # fmt: skip
    asleep = np.array([row["anaesthesia"] for row in rows("procedures")])[procedure]
    for kind in np.unique(asleep[asleep != ""]):
        here = asleep == kind
        parts.append(_charge(at[here], f"anaesthesia_{kind}", time[here]))
    tissue = kind_is("cancer") | np.isin(np.arange(len(DISEASE)), [DISEASE[key] for key in _SENT_TO_PATHOLOGY])
    sent = OPERATIVE[procedure] & tissue[visits["reason"][at]]
    return [*parts, _charge(at[sent], "pathology_exam", time[sent])]


def _pictures(studies: Rows) -> list[Rows]:
    parts = []
    for modality, item in _STUDY_ITEM.items():
        here = studies["modality"] == modality
        parts.append(_charge(studies["at"][here], item, studies["time"][here]))
    return parts


def _treating(visits: Rows) -> list[Rows]:
    """Electrocardiograms, spirometry, physiotherapy and needles, of the reasons that call for them."""
    kept = ~visits["cancelled"] & (visits["kind"] != CHECKUP)
    parts = []
    for item, diseases, among in _TREATED:
        here = kept & np.isin(visits["reason"], [DISEASE[key] for key in diseases if key in DISEASE])
        at = np.flatnonzero(here)
        at = at[(visits["key"][at] * 2654435761 % 1000) < among * 1000]
        times = np.where(
            visits["kind"][at] == INPATIENT, np.maximum(1, (visits["end"] - visits["start"])[at] // (2 * DAY)), 1
        )
        parts.append(_charge(at, item, visits["end"][at], times if item in _REPEATED else 1.0))
    return parts


def _herbs(visits: Rows) -> Rows:
    """Slices for a week or two of what traditional medicine sees outpatients for."""
    here = (visits["department"] == DEPARTMENT["tcm"]) & (visits["kind"] == OUTPATIENT) & ~visits["cancelled"]
    return _charge(np.flatnonzero(here), "herbal_slices", visits["end"][here], 7.0 + visits["key"][here] % 2 * 7)


_REPEATED: Final = ("physiotherapy", "rehabilitation_training", "acupuncture", "nebulisation")
_TREATED: Final = (  # item, reasons, share of their encounters: ours
    ("ecg", ("chd", "af", "old_mi", "heart_failure", "mi", "chest_pain", "htn"), 0.3),
    ("lung_function", ("copd", "asthma"), 0.3),
    ("nebulisation", ("asthma", "copd", "bronchiolitis", "bronchitis"), 0.35),
    ("physiotherapy", ("back_pain", "cervical_spondylosis", "lumbar_disc", "osteoarthritis", "sprain"), 0.4),
    ("rehabilitation_training", ("stroke", "stroke_sequelae", "hip_fracture"), 0.35),
    ("acupuncture", ("back_pain", "cervical_spondylosis", "migraine", "insomnia"), 0.15),
    ("delivery_care", ("delivery",), 1.0),
)  # fmt: skip
