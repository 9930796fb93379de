"""What is true of the city: one schema a table. Stages make them for a part of the people; systems export from them.

Keys (`person`, `encounter` …) are numbers that no system writes as they are; words (`disease`, `test`, `drug` …) are
keys of the fact tables in facts/. Times are the city's local time without a zone. Money is in fen. Lengths in mm.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

KEY, WORD, TEXT = pa.int64(), pa.dictionary(pa.int32(), pa.string()), pa.string()
DAY, TIME = pa.date32(), pa.timestamp("s")
SMALL, NUMBER, TRUTH, MONEY = pa.int32(), pa.float64(), pa.bool_(), pa.int64()

# `present` is missing where a finding is only said to be possible.
FINDING: Final = pa.struct([("finding", TEXT), ("present", TRUTH), ("side", TEXT), ("size_mm", NUMBER)])
SPAN: Final = pa.struct([("start", SMALL), ("end", SMALL), ("kind", TEXT)])  # characters of a text, end excluded


def _table(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


TABLES: Final[dict[str, pa.Schema]] = {
    # -- people --------------------------------------------------------------------------------------------------------
    "person": _table(
        person=KEY, household=KEY, sex=WORD,  # M or F
        birth=DAY, district=WORD, town=WORD, lon=NUMBER, lat=NUMBER,
        name_zh=TEXT, family_zh=TEXT, given_zh=TEXT, family_en=TEXT, given_en=TEXT,
        identity_no=TEXT, phone=TEXT, address_zh=TEXT, address_en=TEXT,
        occupation=WORD, school=WORD, school_class=TEXT,  # of pupils; else missing
        marital=WORD, nation=WORD, insurance=WORD,  # employee, resident or none
        smoker=TRUTH, drinker=TRUTH, height_cm=NUMBER, bmi=NUMBER, blood_type=WORD, drug_allergy=WORD,
        twin_of=KEY, moved_in=DAY, moved_out=DAY,
        clinic=WORD, hospital=WORD,  # the organisations where they usually go
    ),
    "registration": _table(  # how an organisation knows a person: typos, second numbers and all
        person=KEY, organisation=WORD, patient_no=TEXT, registered=TIME,
        name=TEXT, sex=WORD, birth=DAY, identity_no=TEXT, phone=TEXT, address=TEXT,
        merged_into=TEXT, merged_at=TIME,  # the patient_no that is right, where they found out (A40)
        dirt=WORD,  # what is wrong with it (facts/registration_dirt), or missing
    ),
    # -- health --------------------------------------------------------------------------------------------------------
    "onset": _table(person=KEY, disease=WORD, day=DAY),  # chronic diseases; may lie before the city's first day
    "death": _table(person=KEY, time=TIME, cause=WORD, in_hospital=TRUTH),
    "exposure": _table(person=KEY, kind=WORD, start=DAY, end=DAY, value=NUMBER),  # what effects rest on
    "infection": _table(  # every case of an event of facts and of the seasonal ones
        case=KEY, person=KEY, event=WORD, disease=WORD, infector=KEY,
        setting=WORD,  # household, school, community, meal, ward, import
        exposed=TIME, onset=TIME, severity=WORD,  # none, mild, severe, critical, fatal
        district=WORD,
    ),
    # -- care ----------------------------------------------------------------------------------------------------------
    "encounter": _table(
        encounter=KEY, person=KEY, organisation=WORD, department=WORD,
        kind=WORD,  # outpatient, emergency, inpatient, checkup
        start=TIME, end=TIME, reason=WORD,  # disease
        arrival=WORD,  # walk, ambulance, referral, transfer
        triage=SMALL, doctor=WORD, bed=TEXT, discharge=WORD,  # home, transfer, death, against_advice
        event=WORD,  # of facts, where it caused this
        came_from=KEY,  # the encounter that led here
        cancelled=TRUTH,  # registered and not kept
    ),
    "diagnosis": _table(
        encounter=KEY, person=KEY, rank=SMALL, disease=WORD, kind=WORD,  # kind: admission, discharge, outpatient
        on_admission=TRUTH,
        written_code=TEXT,  # dirt: a code that does not exist, in the place of the right one; else missing
    ),
    "lab_order": _table(
        lab_order=KEY, encounter=KEY, person=KEY, organisation=WORD, panel=WORD, specimen=WORD,
        ordered=TIME, collected=TIME, received=TIME, reported=TIME, status=WORD,  # final, corrected, cancelled
    ),
    "lab_result": _table(
        lab_result=KEY, lab_order=KEY, encounter=KEY, person=KEY, organisation=WORD, test=WORD, collected=TIME,
        value=NUMBER,  # in the test's SI unit
        text=TEXT, flag=WORD, first_value=NUMBER,  # what was reported before a correction
        written=TEXT,  # dirt: what stands in the place of the value ("溶血", "", "9999"); else missing
        other_unit=TRUTH,  # dirt: the value is written in the test's other unit, beside the name of the usual one
    ),
    "prescription": _table(
        prescription=KEY, encounter=KEY, person=KEY, organisation=WORD, drug=WORD, start=TIME, days=SMALL,
        dose=NUMBER, frequency=WORD, route=WORD, quantity=NUMBER, stopped=TIME, excessive=TRUTH,  # not called for
    ),
    "operation": _table(
        operation=KEY, encounter=KEY, person=KEY, procedure=WORD, start=TIME, end=TIME, surgeon=WORD, assistant=WORD,
        anaesthetist=WORD, anaesthesia=WORD, level=SMALL, incision=WORD, rank=SMALL,
    ),
    "transfer": _table(encounter=KEY, person=KEY, sequence=SMALL, department=WORD, icu=TRUTH, start=TIME, end=TIME),
    "observation": _table(encounter=KEY, person=KEY, time=TIME, kind=WORD, value=NUMBER),  # nurses': vitals and scores
    "imaging": _table(
        study=KEY, encounter=KEY, person=KEY, organisation=WORD, modality=WORD, body_part=WORD, ordered=TIME,
        performed=TIME, reported=TIME, radiologist=WORD, findings=pa.list_(FINDING),
        report=TEXT, spans=pa.list_(SPAN), pictures=SMALL,
    ),
    "pathology": _table(
        specimen=KEY, encounter=KEY, person=KEY, organisation=WORD, site=WORD, collected=TIME, reported=TIME,
        diagnosis=WORD, malignant=TRUTH, grade=TEXT, stage=TEXT, report=TEXT, spans=pa.list_(SPAN),
    ),
    "note": _table(
        note=KEY, encounter=KEY, person=KEY, organisation=WORD, kind=WORD,  # admission, progress, operation, discharge
        written=TIME, author=WORD, language=WORD, text=TEXT, spans=pa.list_(SPAN),
    ),
    "fee": _table(
        fee=KEY, encounter=KEY, person=KEY, organisation=WORD, fee_class=WORD, item=WORD, quantity=NUMBER,
        unit_price=MONEY, amount=MONEY, time=TIME,
    ),
    "claim": _table(
        claim=KEY, encounter=KEY, person=KEY, organisation=WORD, insurance=WORD, submitted=TIME, total=MONEY,
        pooled=MONEY, own=MONEY, fraud=WORD,
    ),
    # -- the city's other channels -------------------------------------------------------------------------------------
    "ems_call": _table(
        call=KEY, person=KEY, called=TIME, dispatched=TIME, on_scene=TIME, at_hospital=TIME, lon=NUMBER, lat=NUMBER,
        district=WORD, complaint=WORD, text=TEXT, priority=SMALL, outcome=WORD, organisation=WORD, encounter=KEY,
        event=WORD,
    ),
    "nucleic_test": _table(
        sample=KEY, person=KEY, site=WORD, collected=TIME, reported=TIME, target=WORD, pooled=SMALL, ct=NUMBER,
        result=WORD, event=WORD,  # result: negative, positive, inconclusive
    ),
    "pharmacy_sale": _table(
        sale=KEY, person=KEY, pharmacy=WORD, sold=TIME, item=WORD, quantity=SMALL, price=MONEY, member=TEXT, event=WORD,
    ),
    "report_card": _table(
        card=KEY, person=KEY, organisation=WORD, encounter=KEY, disease=WORD, onset=DAY, diagnosed=TIME, reported=TIME,
        case_class=WORD, event=WORD,  # case_class: suspected, clinical, confirmed
    ),
    "device_reading": _table(
        reading=KEY, person=KEY, device=TEXT, kind=WORD, time=TIME, value=NUMBER, second_value=NUMBER,
    ),
    # -- what was done wrong on purpose --------------------------------------------------------------------------------
    "planted": _table(
        kind=WORD, of=WORD, key=KEY, person=KEY, organisation=WORD, column=WORD, true_value=TEXT, written_value=TEXT,
        expected=WORD,  # how a platform should end the record: quarantined, excluded, corrected, linked, loaded …
    ),
}  # fmt: skip
