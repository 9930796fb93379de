"""Where people go: two hospitals and a clinic, and the numbers each gives its patients"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """One that keeps records. `draws`: share of the people who are its patients."""

    name: str
    title_zh: str
    title_en: str
    draws: float
    hospital: bool
    stays: float  # of the stays that a person has, its weight

    def patient_no(self, number: int) -> str:
        """Its number of a person: no two organisations have the same."""
        if self.name == "north":
            return f"B{700_000 + 7 * number:07d}"
        return f"{40_000_000 + 13 * number}" if self.name == "south" else f"pt-{number * 31 + 1000:06d}"


NORTH = Organisation("north", "北城人民医院", "North City People's Hospital", 0.65, True, 3)
SOUTH = Organisation("south", "南湾总医院", "South Bay General Hospital", 0.45, True, 2)
CLINIC = Organisation("clinic", "西湖社区卫生服务中心", "West Lake Community Clinic", 0.60, False, 0)
ORGANISATIONS = (NORTH, SOUTH, CLINIC)

# What each of their systems is called, as sources of a platform name it, in the order in which they are connected.
SYSTEMS = (
    "north/his", "north/lis", "north/pacs", "north/emr", "south/his", "south/lis", "south/emr", "clinic/fhir",
)  # fmt: skip
TIME_ZONE = "Asia/Shanghai"
AUTHORITIES = {"north/lis": ("NORTH",), "south/lis": ("SBGH",)}  # who the patient numbers of messages say gave them
DEPARTMENTS = {
    "outpatient": ("0301", "全科医学门诊", "General Outpatients"),
    "emergency": ("0200", "急诊科", "Emergency Department"),
    "inpatient": ("0412", "内科病区", "Medical Ward"),
}
