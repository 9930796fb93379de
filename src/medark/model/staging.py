"""What every format is turned into: a few tables of text, before any lookup, the same for one message and ten years.

A staging row says what the source said, in the source's own codes. It holds no name, address line, phone or
other direct identifier outside `identifier` (which goes to the crosswalk and nowhere else) and the `*_key` columns
(which become surrogate ids). Times are ISO 8601 text as precise as the source was, extended or basic form, with
the offset if there was one: `2023`, `2023-10`, `2023-10-10`, `20231010041747+0800`, `2023-10-10T04:17:47Z`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from medark.model.table import Column, TableSpec, Type

# Which unit of which raw record a row came from, and its place among the rows that unit gave.
PLACE = (
    Column("record_no", Type.BIGINT, required=True),
    Column("row_no", Type.BIGINT, required=True),  # message, resource or data line in the record, from 0
    Column("part_no", Type.INTEGER, required=True),  # several staging rows of one unit: 0, 1, 2 …
)

KINDS = ("condition", "drug", "procedure", "device", "measurement", "observation")
TIES = ("linked", "unlinked")
OUTCOMES = ("loaded", "quarantined", "not_understood", "excluded")


def _table(name: str, columns: str, required: str = "", **types: Type) -> TableSpec:
    need = set(required.split())
    own = tuple(Column(c, types.get(c, Type.TEXT), required=c in need) for c in columns.split())
    return TableSpec(name, PLACE + own)


# A code as the source gave it. `code_system`: URI, OID, HL7 table name, or an OMOP vocabulary_id (maps write that).
_CODE = "code code_system code_text"
# Where an event belongs. Keys are the source's own; event_key is stable when the same event is sent again
# ("Observation/123", filler order number + test + set id …); None: the place above is the key (files without keys).
_CONTEXT = "event_key person_key visit_key detail_key provider_key"

_SPECS = (
    # -- people ------------------------------------------------------------------------------------------------
    # gender/race/ethnicity: the source's code or word. Only the coarse location of a person is allowed.
    _table("person", "person_key birth_time gender race ethnicity location_key provider_key care_site_key",
           required="person_key"),
    # Every identifier of a person, for the crosswalk only. kind: MR, NI, SS, DL, PPN … (HL7 table 0203) or a word.
    _table("identifier", "person_key kind system value", required="person_key value"),
    # person_key is the same person as survivor_key (HL7 A40, FHIR Patient.link replaced-by).
    _table("person_link", "person_key survivor_key", required="person_key survivor_key"),
    # The sender says that two keys are one person's, each staying as it is (HL7 A24), or no longer (A37). tie: of TIES.
    _table("person_tie", "person_key other_key tie told_time", required="person_key other_key tie"),
    _table("death", "person_key death_time cause_code cause_system cause_text type", required="person_key"),
    # -- visits: class_code as v3 ActCode (AMB EMER IMP HH VR OBSENC …), HL7 0004 (I O E P R) or the source's own ----
    _table("visit", "visit_key person_key class_code class_system class_text start_time end_time provider_key "
           "care_site_key admitted_from discharged_to preceding_key type", required="visit_key person_key"),
    _table("visit_detail", "detail_key visit_key person_key class_code class_system class_text start_time end_time "
           "provider_key care_site_key admitted_from discharged_to preceding_key type",
           required="detail_key person_key"),
    # -- clinical events of all domains: kind is what the source called it, the concept's domain decides the table ----
    # alt_*/alt2_*: further codings of the same idea, best first. value: verbatim, numeric or not; value_code: coded
    # answer. type: see TYPES. status: condition status. operator: < <= = >= >. parent_key: event_key of the group.
    _table("event", f"kind {_CONTEXT} {_CODE} alt_code alt_system alt2_code alt2_system start_time end_time type "
           "status stop_reason value value_code value_system value_text operator unit range_low range_high "
           "modifier_code modifier_system qualifier quantity days_supply refills sig route lot_number dose_unit "
           "device_id production_id parent_key", required="kind person_key"),
    # What events name by a key instead of a code (code_system urn:medark:fhir-reference): its codes, best first.
    _table("product", f"product_key {_CODE} alt_code alt_system alt2_code alt2_system", required="product_key"),
    # -- documents, specimens, pictures -----------------------------------------------------------------------------
    _table("note", f"{_CONTEXT} note_time title class_code class_system class_text text encoding language type",
           required="person_key text"),
    _table("specimen", f"{_CONTEXT} {_CODE} collected_time quantity unit site_code site_system site_text status type",
           required="person_key"),
    _table("image", f"{_CONTEXT} study_uid series_uid modality body_site study_time instances procedure_key",
           required="person_key study_uid series_uid", instances=Type.INTEGER),
    # -- counts that are nobody's: what was sold, who was absent, by place and day -----------------------------------
    # No person_key, and nothing that leads to one. quantity: how many of `unit`; end_time: the last day, if another.
    # Where: the place of care or sale, or a location where there is none. event_key: told again, the last word stands.
    _table("count", f"event_key {_CODE} alt_code alt_system start_time end_time quantity unit care_site_key "
           "location_key type", required="start_time quantity"),
    # -- money ------------------------------------------------------------------------------------------------------
    # about_kind: one of KINDS or "visit"; about_key: that row's event_key or visit_key. Amounts: text as given.
    _table("cost", "event_key person_key about_kind about_key cost_time currency total_charge total_cost total_paid "
           "paid_by_payer paid_by_patient copay coinsurance deductible amount_allowed plan_key revenue_code drg_code "
           "type", required="person_key about_kind about_key"),
    _table("coverage", "plan_key person_key start_time end_time payer_code payer_system payer_text plan_code "
           "plan_system plan_text sponsor_text stop_reason", required="plan_key person_key"),
    # -- places and providers: organisations in full; of a person's home only state, zip3 and country ------------------
    _table("location", "location_key address_1 address_2 city state zip county country latitude longitude",
           required="location_key"),
    _table("care_site", "care_site_key name kind location_key", required="care_site_key"),
    _table("provider", "provider_key specialty_code specialty_system specialty_text gender birth_time care_site_key",
           required="provider_key"),
    # -- links between rows: kinds of KINDS or visit, note, specimen, image; relationship: one of RELATIONSHIPS -------
    _table("relation", "person_key kind_1 key_1 kind_2 key_2 relationship",
           required="kind_1 key_1 kind_2 key_2 relationship"),
    # -- the account: how many units a record has, and each unit that did not simply load ------------------------------
    # Every record read gives one unit_count row (row_no 0). A unit with no unit_issue counts as loaded.
    _table("unit_count", "unit units", required="units", units=Type.BIGINT),  # unit: message, resource, row, document …
    # outcome: one of OUTCOMES but loaded; reason: a short fixed phrase; place: segment/field/path, never a value.
    # units: excluded rows of a table may be told together, so many from row_no on; else missing: it is one unit.
    _table("unit_issue", "outcome reason place units", required="outcome reason", units=Type.BIGINT),
)  # fmt: skip

STAGING: Mapping[str, TableSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})

# Provenance words that `type` columns may hold; domains/type_concept.csv gives each its OMOP Type Concept.
TYPES = (
    "ehr", "ehr_encounter", "ehr_order", "ehr_prescription", "ehr_administration", "ehr_dispensing",
    "ehr_medication_list", "ehr_problem_list", "ehr_billing", "ehr_note", "ehr_admission_note",
    "ehr_discharge_summary", "ehr_radiology", "ehr_pathology", "ehr_physical_exam", "ehr_nursing", "lab",
    "claim", "inpatient_claim", "outpatient_claim", "claim_enrolment", "cost_record", "registry",
    "patient_report", "survey", "death_certificate", "government_report", "case_report_form",
)  # fmt: skip
RELATIONSHIPS = ("has_member", "member_of", "derived_from", "has_specimen", "has_image", "reason_for", "about")
