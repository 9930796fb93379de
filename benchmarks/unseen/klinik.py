"""A German clinic: days before months, commas in numbers, dates and clock times in two columns, signs side by side"""

from __future__ import annotations

import datetime as dt

from unseen.world import Event, Person, Truth, Visit, World, measured, table

_GIVEN = ("Anna", "Jürgen", "Sabine", "Thomas", "Petra", "Klaus", "Monika", "Uwe", "Ayşe", "Stefan")
_FAMILY = ("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Wagner", "Becker", "Hoffmann", "Koch", "Yılmaz")
_WARDS = ("Innere Medizin", "Kardiologie", "Chirurgie", "Neurologie", "Orthopädie", "Nephrologie", "Notaufnahme",
          "Intensivstation", "Geriatrie", "Onkologie", "Urologie", "Gynäkologie")  # fmt: skip
_FUNDS = ("AOK Plus", "Techniker Krankenkasse", "Barmer", "privat")
_LETTER = (
    "Wir berichten über die o.g. Patientin, die sich in unserer stationären Behandlung befand. "
    "Anamnese und Befund wie folgt. "
)


def _day(when: dt.date) -> str:
    return when.strftime("%d.%m.%Y")


def _clock(when: dt.datetime) -> str:
    return when.strftime("%H:%M")


def _comma(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _person(p: Person) -> str:
    return f"{10_000 + p.number * 3}"


def _case(v: Visit) -> str:
    return f"F{240_000 + v.number * 2}"


def _judged(e: Event) -> str:
    value = measured(e)
    return "+" if value > e.what[6] else "-" if value < e.what[5] else ""


def klinik(w: World) -> tuple[Truth, ...]:
    """Its tables."""
    people = {
        "PatNr": ("person_key", _person),
        "Nachname": ("id:last", lambda p: _FAMILY[p.family % 10]),
        "Vorname": ("id:first", lambda p: _GIVEN[p.given % 10]),
        "GebDatum": ("birth_time", lambda p: _day(p.birth)),
        "Geschlecht": ("gender", lambda p: "w" if p.is_woman else "m"),
        "Strasse": ("id:address", lambda p: f"Lindenstraße {p.number}"),
        "PLZ": ("- loc.zip", lambda p: f"{10_100 + p.number % 80}"),
        "Ort": ("- loc.city", lambda p: "Berlin"),
        "Telefon": ("id:phone", lambda p: f"030 {p.number * 77 + 200_000}"),
        "Krankenkasse": ("cov.payer -", lambda p: _FUNDS[p.number % 4]),
        "Versichertennr": ("- id:SS id:NI id:HC", lambda p: f"A{p.number * 321 + 10**8}"),
        "verstorben_am": ("death_time", lambda p: "14.10.2024" if p.number % 25 == 0 else None),
    }
    cases = {
        "FallNr": ("visit_key", _case),
        "PatNr": ("person_key", lambda v: _person(v.person)),
        "Fallart": ("class_text", lambda v: "stationär" if v.is_inpatient else "ambulant"),
        "Aufnahmedatum": ("visit.start", lambda v: _day(v.start)),
        "Aufnahmezeit": ("visit.start clock", lambda v: _clock(v.start)),
        "Entlassdatum": ("visit.end", lambda v: _day(v.end)),
        "Entlasszeit": ("visit.end clock", lambda v: _clock(v.end)),
        "Fachabteilung": ("care_site_key care_site_name", lambda v: f"{v.department + 1:02d}00"),
        "Aufnahmeanlass": ("admitted_from", lambda v: ("E", "N", "Z")[v.number % 3]),
        "Entlassgrund": ("discharged_to", lambda v: f"0{v.number % 7}1"),
        "BehArzt": ("provider_key", lambda v: f"DR{v.doctor:03d}"),
        "Storno": ("void", lambda v: int(v.number % 40 == 0)),
    }
    diagnoses = {
        "FallNr": ("visit_key", lambda e: _case(e.visit)),
        "LfdNr": ("diag.seq -", lambda e: e.place),
        "ICD": ("diag.code", lambda e: e.what[0]),
        "Bezeichnung": ("diag.name", lambda e: e.what[3]),
        "Diagnoseart": ("diag.status", lambda e: "HD" if e.place == 1 else "ND"),
        "Seite": ("-", lambda e: ("", "L", "R")[e.number % 3]),
        "Diagnosedatum": ("diag.time", lambda e: _day(e.at)),
    }
    operations = {
        "FallNr": ("visit_key", lambda e: _case(e.visit)),
        "OPS": ("proc.code", lambda e: e.what[3]),
        "OPS_Text": ("proc.name", lambda e: e.what[4]),
        "OP_Datum": ("proc.start", lambda e: _day(e.at)),
        "Operateur": ("provider_key -", lambda e: f"DR{e.visit.doctor:03d}"),
    }
    results = {
        "BefundNr": ("row_key", lambda e: 330_000 + e.number),
        "FallNr": ("visit_key", lambda e: _case(e.visit)),
        "Abnahmezeitpunkt": ("meas.time", lambda e: f"{_day(e.at)} {_clock(e.at)}"),
        "Parameter": ("meas.name meas.code", lambda e: e.what[3]),
        "Messwert": ("meas.value", lambda e: _comma(measured(e))),
        "Einheit": ("meas.unit", lambda e: e.what[4]),
        "Normbereich": ("-", lambda e: f"{_comma(e.what[5])} - {_comma(e.what[6])}"),
        "Bewertung": ("meas.flag", _judged),
        "Material": ("-", lambda e: "Serum"),
    }
    drugs = {
        "VerordnungsNr": ("row_key", lambda e: 8_000 + e.number),
        "FallNr": ("visit_key", lambda e: _case(e.visit)),
        "PZN": ("drug.code", lambda e: f"{w.medicines.index(e.what) * 1117 + 1_234_567:08d}"),
        "Wirkstoff": ("drug.name", lambda e: e.what[2]),
        "Dosis": ("drug.dose", lambda e: _comma(e.what[4])),
        "Dosiseinheit": ("drug.dose_unit", lambda e: e.what[5]),
        "Applikationsart": ("drug.route", lambda e: ("p.o.", "i.v.", "s.c.")[e.number % 3]),
        "Dosierschema": ("drug.freq", lambda e: ("1-0-0", "1-0-1", "1-1-1")[e.number % 3]),
        "Beginn": ("drug.start", lambda e: _day(e.at)),
        "Ende": ("drug.stop", lambda e: _day(e.at + dt.timedelta(days=4))),
    }
    signs = {
        "FallNr": ("visit_key", lambda e: _case(e.visit)),
        "Messdatum": ("meas.time", lambda e: _day(e.at)),
        "Messzeit": ("meas.time clock", lambda e: _clock(e.at)),
        "RR_syst": ("wide:8480-6|mm[Hg]", lambda e: int(100 + 40 * e.value)),
        "RR_diast": ("wide:8462-4|mm[Hg]", lambda e: int(50 + 30 * e.value)),
        "Puls": ("wide:8867-4|/min", lambda e: int(50 + 30 * e.value)),
        "Temperatur": ("wide:8310-5|Cel", lambda e: _comma(round(35.8 + e.value, 1))),
        "SpO2": ("wide:59408-5|% wide:2708-6|%", lambda e: int(90 + 6 * e.value)),
        "Atemfrequenz": ("wide:9279-1|/min", lambda e: int(10 + 8 * e.value)),
        "Gewicht": ("wide:29463-7|kg", lambda e: int(50 + 30 * e.value)),
    }
    letters = {
        "DokNr": ("row_key", lambda v: 50_000 + v.number),
        "FallNr": ("visit_key", _case),
        "Datum": ("note.time", lambda v: _day(v.end)),
        "Titel": ("note.title", lambda _: "Entlassbrief"),
        "Inhalt": ("note", lambda v: _LETTER * 2),
    }
    wards = {
        "Kuerzel": ("care_site_key", lambda n: f"{n + 1:02d}00"),
        "Abteilung": ("care_site_name", lambda n: _WARDS[n]),
    }
    return (
        table("Patienten", "patient", w.people, people), table("Faelle", "visit", w.visits, cases),
        table("Diagnosen", "diagnosis", w.diagnoses, diagnoses),
        table("Prozeduren", "procedure", w.operations, operations),
        table("Laborwerte", "lab", w.results, results), table("Medikation", "drug", w.drugs, drugs),
        table("Vitalwerte", "lab", w.results, signs), table("Arztbriefe", "note", w.visits[:300], letters),
        table("Abteilungen", "dept dictionary", range(12), wards),
    )  # fmt: skip
