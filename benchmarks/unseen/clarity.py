"""In the style of a large American reporting database: categories and names in their own tables"""

from __future__ import annotations

import datetime as dt

from unseen.world import Event, Person, Truth, Visit, World, measured, table

_GIVEN = ("James", "Mary", "Robert", "Linda", "John", "Susan", "David", "Karen", "Carlos", "Maria")
_FAMILY = ("Smith", "Johnson", "Garcia", "Nguyen", "Brown", "Miller", "Davis", "Lopez", "Wilson", "Lee")
_PLACES = ("MAIN 5 WEST", "MAIN ICU", "EMERGENCY", "CARDIOLOGY CLINIC", "FAMILY MED", "ONCOLOGY", "SURGERY CLINIC",
           "NEUROLOGY", "NEPHROLOGY", "PEDIATRICS", "ORTHO", "REHAB")  # fmt: skip
_SEXES = ("Female", "Male", "Unknown")
_SIGNS = (
    ("5", "BP", 120),
    ("8", "PULSE", 78),
    ("6", "TEMPERATURE", 98),
    ("9", "RESPIRATIONS", 16),
    ("10", "PULSE OXIMETRY", 97),
)


def _time(when: dt.datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S.000")


def _patient(p: Person) -> str:
    return f"Z{1_000_000 + p.number * 11}"


def _csn(v: Visit) -> str:
    return f"{30_000_000 + v.number * 17}"


def _disease(w: World, e: Event) -> int:
    return 4100 + w.diseases.index(e.what) * 7


def _flag(e: Event) -> str:
    value = measured(e)
    return "2" if value > e.what[6] else "1" if value < e.what[5] else ""


def clarity(w: World) -> tuple[Truth, ...]:
    """Its tables."""
    patients = {
        "PAT_ID": ("person_key", _patient),
        "PAT_MRN_ID": ("- id:MR", lambda p: f"{p.number * 31 + 400_000}"),
        "PAT_NAME": ("id:name", lambda p: f"{_FAMILY[p.family % 10].upper()},{_GIVEN[p.given % 10].upper()}"),
        "BIRTH_DATE": ("birth_time", lambda p: f"{p.birth} 00:00:00.000"),
        "SEX_C": ("gender", lambda p: 1 if p.is_woman else 2),
        "ETHNIC_GROUP_C": ("ethnicity", lambda p: p.number % 3),
        "MARITAL_STATUS_C": ("-", lambda p: p.number % 5),
        "ADD_LINE_1": ("id:address", lambda p: f"{p.number} Maple Street"),
        "ZIP": ("- loc.zip", lambda p: f"{53_700 + p.number % 90}"),
        "HOME_PHONE": ("id:phone", lambda p: f"608-555-{p.number:04d}"),
        "SSN": ("id:SS", lambda p: f"{p.number % 700 + 100}-{p.number % 90 + 10}-{p.number % 9000 + 1000}"),
        "DEATH_DATE": ("death_time", lambda p: "2024-11-02 00:00:00.000" if p.number % 30 == 0 else None),
        "CUR_PCP_PROV_ID": ("provider_key -", lambda p: f"E{p.number % 60}"),
        "LANGUAGE_C": ("-", lambda p: p.number % 6),
    }
    sexes = {"RCPT_MEM_SEX_C": ("dict.code row_key", lambda n: n + 1), "NAME": ("dict.name", lambda n: _SEXES[n]),
             "ABBR": ("-", lambda n: "FMU"[n])}  # fmt: skip
    encounters = {
        "PAT_ENC_CSN_ID": ("visit_key", _csn),
        "PAT_ID": ("person_key", lambda v: _patient(v.person)),
        "CONTACT_DATE": ("visit.start", lambda v: v.start.strftime("%Y-%m-%d 00:00:00.000")),
        "ENC_TYPE_C": ("class_text", lambda v: 3 if v.is_inpatient else 101),
        "DEPARTMENT_ID": ("care_site_key", lambda v: 10_501 + v.department),
        "VISIT_PROV_ID": ("provider_key", lambda v: f"E{v.doctor}"),
        "APPT_STATUS_C": ("-", lambda v: 2),
        "HSP_ACCOUNT_ID": ("-", lambda v: 880_000 + v.number),
        "HOSP_ADMSN_TIME": ("visit.start", lambda v: _time(v.start) if v.is_inpatient else None),
        "HOSP_DISCHRG_TIME": ("visit.end", lambda v: _time(v.end) if v.is_inpatient else None),
        "UPDATE_DATE": ("-", lambda v: _time(v.end + dt.timedelta(days=1))),
    }
    diagnoses = {
        "PAT_ENC_CSN_ID": ("visit_key", lambda e: _csn(e.visit)),
        "LINE": ("diag.seq", lambda e: e.place),
        "PAT_ID": ("person_key", lambda e: _patient(e.visit.person)),
        "DX_ID": ("diag.code", lambda e: _disease(w, e)),
        "PRIMARY_DX_YN": ("diag.status -", lambda e: "Y" if e.place == 1 else "N"),
        "CONTACT_DATE": ("diag.time", lambda e: e.visit.start.strftime("%Y-%m-%d 00:00:00.000")),
    }
    names = {"DX_ID": ("dict.code", lambda n: 4100 + n * 7), "DX_NAME": ("dict.name", lambda n: w.diseases[n][2]),
             "CURRENT_ICD10_LIST": ("dict.code -", lambda n: w.diseases[n][0])}  # fmt: skip
    orders = {
        "ORDER_MED_ID": ("row_key", lambda e: 60_000 + e.number),
        "PAT_ID": ("person_key", lambda e: _patient(e.visit.person)),
        "PAT_ENC_CSN_ID": ("visit_key", lambda e: _csn(e.visit)),
        "ORDERING_DATE": ("drug.start -", lambda e: _time(e.at)),
        "MEDICATION_ID": ("drug.code", lambda e: 7_000 + w.medicines.index(e.what)),
        "DESCRIPTION": ("drug.name", lambda e: e.what[1]),
        "SIG": ("drug.freq drug.dose drug.spec -", lambda e: "Take 1 tablet by mouth daily."),
        "QUANTITY": ("drug.qty", lambda e: 30),
        "REFILLS": ("drug.refills", lambda e: e.number % 4),
        "START_DATE": ("drug.start", lambda e: _time(e.at)),
        "END_DATE": ("drug.stop", lambda e: _time(e.at + dt.timedelta(days=30))),
        "MED_ROUTE_C": ("drug.route", lambda e: e.number % 3 + 1),
        "HV_DISCRETE_DOSE": ("drug.dose", lambda e: e.what[4]),
        "ORDER_STATUS_C": ("-", lambda e: e.number % 3),
        "AUTHRZING_PROV_ID": ("provider_key", lambda e: f"E{e.visit.doctor}"),
    }
    results = {
        "ORDER_PROC_ID": ("- meas.code row_key", lambda e: 90_000 + e.visit.number),
        "LINE": ("-", lambda e: e.place),
        "PAT_ID": ("person_key", lambda e: _patient(e.visit.person)),
        "PAT_ENC_CSN_ID": ("visit_key", lambda e: _csn(e.visit)),
        "COMPONENT_ID": ("meas.code", lambda e: 1_500 + w.tests.index(e.what)),
        "ORD_VALUE": ("meas.value", measured),
        "ORD_NUM_VALUE": ("meas.value -", measured),
        "REFERENCE_LOW": ("meas.low", lambda e: e.what[5]),
        "REFERENCE_HIGH": ("meas.high", lambda e: e.what[6]),
        "REFERENCE_UNIT": ("meas.unit", lambda e: e.what[4]),
        "RESULT_FLAG_C": ("meas.flag", _flag),
        "RESULT_TIME": ("meas.time", lambda e: _time(e.at)),
        "RESULT_STATUS_C": ("-", lambda e: 3),
    }
    components = {"COMPONENT_ID": ("dict.code", lambda n: 1_500 + n),
                  "NAME": ("dict.name", lambda n: w.tests[n][2].upper()),

                  "COMMON_NAME": ("- dict.name", lambda n: w.tests[n][2])}  # fmt: skip
    flowsheet = {
        "FSD_ID": ("-", lambda e: 44_000 + e.visit.number),
        "LINE": ("-", lambda e: e.number),
        "PAT_ENC_CSN_ID": ("visit_key", lambda e: _csn(e.visit)),
        "RECORDED_TIME": ("meas.time", lambda e: _time(e.at)),
        "FLO_MEAS_ID": ("meas.code", lambda e: _SIGNS[e.number % 5][0]),
        "DISP_NAME": ("meas.name", lambda e: _SIGNS[e.number % 5][1]),
        "MEAS_VALUE": ("meas.value", lambda e: int(_SIGNS[e.number % 5][2] * (0.7 + e.value / 3))),
        "TAKEN_USER_ID": ("provider_key -", lambda e: f"N{e.number % 20}"),
    }
    places = {"DEPARTMENT_ID": ("care_site_key", lambda n: 10_501 + n),
              "DEPARTMENT_NAME": ("care_site_name", lambda n: _PLACES[n]),
              "SPECIALTY": ("-", lambda n: _PLACES[n].split()[0].title())}  # fmt: skip
    notes = {
        "NOTE_ID": ("row_key", lambda v: 70_000 + v.number),
        "PAT_ENC_CSN_ID": ("visit_key", _csn),
        "CREATE_INSTANT_DTTM": ("note.time created -", lambda v: _time(v.end)),
        "NOTE_TYPE_C": ("note.class", lambda v: v.number % 4),
        "NOTE_TEXT": (
            "note",
            lambda v: "Patient seen and examined at bedside. No acute events overnight, plan unchanged. " * 2,
        ),
    }
    return (
        table("PATIENT", "patient", w.people, patients), table("ZC_SEX", "dictionary", range(3), sexes),
        table("PAT_ENC", "visit", w.visits, encounters),
        table("PAT_ENC_DX", "diagnosis", w.diagnoses, diagnoses),
        table("CLARITY_EDG", "dictionary", range(10), names), table("ORDER_MED", "drug", w.drugs, orders),
        table("ORDER_RESULTS", "lab", w.results, results),
        table("CLARITY_COMPONENT", "dictionary", range(8), components),
        table("IP_FLWSHT_MEAS", "lab", w.results, flowsheet),
        table("CLARITY_DEP", "dept dictionary", range(12), places),
        table("HNO_NOTE", "note", w.visits[:300], notes),
    )  # fmt: skip
