"""Hospital south's system: CSV in UTF-8 with English columns, ICD-10-CM and RxNorm, ISO dates, bills in an archive"""

from __future__ import annotations

import datetime as dt

from medark.messages import N_
from medark.synthetic.before.city import City, visit_no
from medark.synthetic.before.facts import drugs, operations, problems
from medark.synthetic.before.output import UNMAPPED, Ending, Output, archive, table
from medark.synthetic.before.places import DEPARTMENTS, SOUTH
from medark.synthetic.before.writers.his import NO_PATIENT, STRANGER, Sheet, diagnoses, fees, operated, orders, patients, stays

SOURCE = "south/his"
_KINDS = {"outpatient": "O", "emergency": "E", "inpatient": "I"}


def write(city: City, out: Output) -> None:
    """Patients, encounters, diagnoses, medications, procedures; charges zipped; bed counts nobody knows; a cut file."""
    for sheet in (_patients(city), _encounters(city), _diagnoses(city), _medications(city), _procedures(city)):
        out.raw(SOURCE, sheet.file, table(sheet.columns, sheet.finished(out, SOURCE)))
    sheet = _charges(city)
    charges = archive({sheet.file: table(sheet.columns, sheet.finished(out, SOURCE, "billing/charges.zip"))})
    out.raw(SOURCE, "billing/charges.zip", charges)
    out.raw(SOURCE, "billing/charges-old.zip", charges[: len(charges) // 2])
    out.plant(SOURCE, "billing/charges-old.zip", 0, N_("an archive cut short"), Ending("refused", "cut short"))
    _beds(out)


def _time(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _patients(city: City) -> Sheet:
    sheet = Sheet("patients.csv", (
        "mrn", "family_name", "given_name", "sex", "birth_date", "national_id", "mobile", "home_address",
        "home_district", "died_at",
    ))  # fmt: skip
    for life in patients(city, SOUTH):
        who = life.person
        died = _time(life.death) if life.death and any(e.died for e in life.of(SOUTH)) else ""
        sheet.rows.append((
            SOUTH.patient_no(who.number), who.family_en, who.given_en, who.sex, who.birth.isoformat(), who.identity_no,
            who.phone, who.address_en, who.district_en, died,
        ))  # fmt: skip
    sheet.errors = [
        (("", "Doe", "Jan", "M", "1970-01-01", "", "", "", "", ""), N_("a patient without a number"), NO_PATIENT),
    ]
    return sheet


def _encounters(city: City) -> Sheet:
    sheet = Sheet("encounters.csv", (
        "encounter_no", "mrn", "encounter_type", "department_code", "department", "admitted_at", "left_at",
        "discharge_status", "attending_id",
    ))  # fmt: skip
    for life, each in stays(city, SOUTH):
        code, _, name = DEPARTMENTS[each.kind]
        left = "expired" if each.died else "home" if each.kind == "inpatient" else ""
        sheet.rows.append((
            visit_no(life, each), SOUTH.patient_no(life.person.number), _KINDS[each.kind], code, name,
            _time(each.start), _time(each.end), left, f"D{50 + each.number % 7}",
        ))  # fmt: skip
    number, line = SOUTH.patient_no(_anybody(city)), ("I", "0412", "Medical Ward")
    sheet.errors = [
        (("V-9000001", "", *line, "2024-05-06 10:00", "2024-05-08 09:00", "home", "D51"),
         N_("an encounter without a patient"), NO_PATIENT),
        (("V-9000002", number, *line, "0000-00-00 00:00", "", "", "D51"),
         N_("a day of zeros"), Ending("quarantined", "required value missing", "visit_occurrence")),
    ]  # fmt: skip
    return sheet


def _diagnoses(city: City) -> Sheet:
    sheet = Sheet("diagnoses.csv", (
        "encounter_no", "mrn", "dx_rank", "icd10cm", "dx_name", "recorded_at",
    ))  # fmt: skip
    for life, each in stays(city, SOUTH):
        for rank, key in diagnoses(each):
            found = problems()[key]
            sheet.rows.append((
                visit_no(life, each), SOUTH.patient_no(life.person.number), str(rank), found.icd10cm, found.name_en,
                _time(each.start),
            ))  # fmt: skip
    sheet.errors = [
        (("", "99999999", "1", "I10", "Essential (primary) hypertension", "2024-07-01 08:00"), *STRANGER),
    ]  # fmt: skip
    return sheet


def _medications(city: City) -> Sheet:
    sheet = Sheet("medications.csv", (
        "encounter_no", "mrn", "order_line", "rxnorm", "drug_name", "strength", "route", "dose", "dose_unit",
        "ordered_at", "days",
    ))  # fmt: skip
    for life, each in stays(city, SOUTH):
        for number, key, days in orders(each):
            drug = drugs()[key]
            sheet.rows.append((
                visit_no(life, each), SOUTH.patient_no(life.person.number), str(number), drug.rxnorm, drug.name_en,
                drug.strength, drug.route_en, str(drug.dose), drug.unit, _time(each.start), str(days),
            ))  # fmt: skip
    return sheet


def _procedures(city: City) -> Sheet:
    sheet = Sheet("procedures.csv", ("encounter_no", "mrn", "icd9_proc", "procedure_name", "performed_at"))
    for life, each in stays(city, SOUTH):
        if each.operation:
            sheet.rows.append((
                visit_no(life, each), SOUTH.patient_no(life.person.number), each.operation,
                operations()[each.operation]["name_en"], _time(operated(each)),
            ))  # fmt: skip
    return sheet


def _charges(city: City) -> Sheet:
    sheet = Sheet("charges.csv", ("encounter_no", "mrn", "charge_line", "fee_class", "amount", "billed_at"))
    for life, each in stays(city, SOUTH):
        for number, _, kind, yuan in fees(each):
            sheet.rows.append((
                visit_no(life, each), SOUTH.patient_no(life.person.number), str(number), kind, f"{yuan}.00",
                _time(each.end),
            ))  # fmt: skip
    return sheet


def _beds(out: Output) -> None:
    rows = [(f"2025-{month:02d}-01", name, str(20 + month % 5), str(24)) for month in range(1, 13)
            for _, _, name in DEPARTMENTS.values()]  # fmt: skip
    out.raw(SOURCE, "bed_counts.csv", table(("counted_on", "unit", "occupied_beds", "open_beds"), rows))
    out.plant(SOURCE, "bed_counts.csv", 0, N_("a table of unknown shape"), UNMAPPED)


def _anybody(city: City) -> int:
    return next(life.person.number for life in patients(city, SOUTH) if life.of(SOUTH))
