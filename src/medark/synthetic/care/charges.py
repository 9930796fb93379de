"""What coming and lying in costs: consultations, beds, nursing, infusions, treatments"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.synthetic.care.concepts import (
    CHECKUP,
    DEPARTMENT,
    DISEASE,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    KINDS,
    OUTPATIENT,
)
from medark.synthetic.care.items import charge, for_days
from medark.synthetic.care.rows import DAY, Rows
from medark.synthetic.facts.read import rows

_NURSING: Final = {row["key"]: row["nursing"] for row in rows("wards")}


def coming(visits: Rows) -> list[Rows]:
    kind, near, kept = visits["kind"], visits["place"] >= FIRST_CLINIC, ~visits["cancelled"]
    asked = kept & (visits["reason"] != DISEASE["haemodialysis"])
    some = {
        "registration": asked & (kind == OUTPATIENT) & ~near,
        "clinic_registration": asked & (kind == OUTPATIENT) & near,
        "emergency_registration": kept & (kind == EMERGENCY), "checkup_package": kept & (kind == CHECKUP),
        "dialysis_session": kept & (visits["reason"] == DISEASE["haemodialysis"]),
    }  # fmt: skip
    return [charge(np.flatnonzero(here), item, visits["start"][here]) for item, here in some.items()]


def staying(visits: Rows, icu: Rows) -> list[Rows]:
    """Bed, nursing and rounds by day: those in intensive care at its own prices. A day begun counts but the last."""
    at = np.flatnonzero(visits["kind"] == INPATIENT)
    end = visits["end"][at]
    days = np.maximum(1, end // DAY - visits["start"][at] // DAY)
    in_icu = np.zeros(len(visits["key"]), np.int64)
    np.add.at(in_icu, icu["at"], np.ceil((icu["end"] - icu["start"]) / DAY).astype(np.int64))
    intensive = np.minimum(in_icu[at], days)
    ward = days - intensive
    level = np.array([int(_NURSING.get(key, 2)) for key in DEPARTMENT])[visits["department"][at]]
    parts = [charge(at, item, end, days) for item in ("inpatient_consultation", "ward_treatment", "ward_material")]
    parts += [
        for_days(at, item, end, many)
        for item, many in (("bed", ward), ("icu_bed", intensive), ("intensive_care", intensive))
    ]
    parts += [for_days(at, f"nursing_{number}", end, np.where(level == number, ward, 0)) for number in (1, 2, 3)]
    parts += _supported(visits, at, days, intensive)
    close = np.isin(visits["department"][at], [DEPARTMENT[key] for key in ("cardiology", "respiratory")])
    return [*parts, for_days(at, "ecg_monitor", end, np.where(close, np.minimum(ward, 3), 0) + intensive),
            for_days(at, "oxygen", end, np.where(close, np.minimum(ward, 4), 0) + intensive)]  # fmt: skip


def _supported(visits: Rows, at: np.ndarray, days: np.ndarray, intensive: np.ndarray) -> list[Rows]:
    """What is charged as drugs and blood but is no order of one drug: infusions, nutrition, albumin, red cells."""
    luck, end = visits["key"][at] * 40_503 % 997 / 997, visits["end"][at]
    cut = np.isin(
        visits["department"][at], [DEPARTMENT[key] for key in ("general_surgery", "thoracic_surgery", "oncology")]
    )
    bleeding = np.isin(visits["reason"][at], [DISEASE[key] for key in ("gi_bleed", "iron_deficiency", "hip_fracture")])
    weak = np.isin(visits["reason"][at], [DISEASE[key] for key in ("cirrhosis", "sepsis", "liver_cancer")])
    return [
        for_days(at, "supportive_infusion", end, np.where((luck < 0.75) | (intensive > 0), days, 0)),
        for_days(at, "parenteral_nutrition", end, np.where(cut & (luck < 0.3), np.minimum(days, 5), 0) + intensive),
        for_days(at, "albumin", end, np.where(weak | (intensive > 1), 1 + days // 3, 0)),
        for_days(at, "blood_transfusion", end, np.where(bleeding & (luck < 0.5), 2, 0) + (intensive > 2)),
    ]  # fmt: skip


def herbs(visits: Rows) -> Rows:
    """Slices for a week or two of what traditional medicine sees outpatients for."""
    here = (visits["department"] == DEPARTMENT["tcm"]) & (visits["kind"] == OUTPATIENT) & ~visits["cancelled"]
    return charge(np.flatnonzero(here), "herbal_slices", visits["end"][here], 7.0 + visits["key"][here] % 2 * 7)


def treating(visits: Rows) -> list[Rows]:
    """Electrocardiograms, endoscopy, stitches, physiotherapy and needles, by facts/examinations.csv."""
    parts = []
    for number, row in enumerate(rows("examinations")):
        here = _among(visits, row["among"]) & np.isin(
            visits["reason"], [DISEASE[key] for key in row["reasons"].split()]
        )
        at = np.flatnonzero(here)
        at = at[((visits["key"][at] + number) * 2654435761 % 1000) < float(row["share"]) * 1000]
        halves = np.maximum(1, (visits["end"] - visits["start"])[at] // (2 * DAY))
        again = (row["repeated"] == "1") & (visits["kind"][at] == INPATIENT)
        parts.append(charge(at, row["key"], visits["end"][at], np.where(again, halves, 1)))
    return parts


def _among(visits: Rows, words: str) -> np.ndarray:
    """Encounters of these kinds (all: but checkups), in hospitals only if they say so."""
    kinds = [KINDS.index(word) for word in words.split() if word in KINDS] or [OUTPATIENT, EMERGENCY, INPATIENT]
    here = ~visits["cancelled"] & np.isin(visits["kind"], kinds)
    return here & (visits["place"] < FIRST_CLINIC) if "hospital" in words else here
