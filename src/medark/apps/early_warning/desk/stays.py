"""Who was where, when: ward by ward, visit by visit; contacts are found by it"""

from __future__ import annotations

from typing import Final

from medark.define import Dataset, concepts, either, every, index, visit_details, visits, when
from medark.sdk import Publish

NAME: Final = "stays"
_INPATIENT: Final = concepts("inpatient stay", 9201, 262, 8717, source="OMOP Visit")


def stays() -> Publish:
    """The dataset: a row a ward of a stay, and a row a visit to a clinic. A stay without wards has no row: that two
    people lay in one hospital is no contact.
    """
    ward = visit_details.in_visit().where(visit_details.start == index.start).last()
    clinic = visits.in_visit().last()
    return Publish(
        NAME,
        Dataset(
            either(every(visits.where(~visits.concept.is_in(_INPATIENT))), every(visit_details)),
            {
                "place": when(ward.exists()).then(ward.care_site_id).otherwise(clinic.care_site_id),
                "kind": when(ward.exists()).then("ward").otherwise("outpatient"),
            },
            name=NAME,
            source="ours: contacts by place and time, as the record has them",
        ),
        title={"en": "Who was where, when", "zh": "就诊与住院轨迹"},
        description={
            "en": "Wards of stays and visits to clinics, for finding contacts.",
            "zh": "住院病区与门诊就诊轨迹，用于密切接触者排查。",
        },
        meanings={
            "place": {"en": "care site of OMOP", "zh": "就诊场所（OMOP care_site）"},
            "kind": {"en": "ward: of a stay; outpatient: a visit", "zh": "ward 住院病区，outpatient 门诊"},
        },
    )
