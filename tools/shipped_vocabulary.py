"""Builds the vocabulary that is shipped (src/medark/store/vocabulary/shipped) from the reference folder.

    python tools/shipped_vocabulary.py ../shared/reference

Needs the package simple-icd-10-cm. Ids of our own, once given, are read back from the shipped files and kept.
Only what may be passed on: see the NOTICE that this writes beside the data.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from medark.model.units import unit_concepts
from medark.standardise.terms.laboratory import property_of
from medark.store.vocabulary.local import FIRST_LOCAL, local_concept_ids

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "src" / "medark" / "store" / "vocabulary" / "shipped"
CONCEPT = ("concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id", "standard_concept",
           "concept_code", "valid_start_date", "valid_end_date", "invalid_reason", "source")  # fmt: skip
SYNONYM = ("concept_id", "concept_synonym_name", "language_concept_id")
ENGLISH, CHINESE = 4180186, 4182948  # OMOP's concepts for the two languages
ICD10CM_RELEASE = "2026-04-01"

Row = dict[str, str]

# group of omop_core_concepts.csv -> domain, vocabulary, class, standard
_GROUPS = {
    "condition_status": ("Condition Status", "Condition Status", "Condition Status", "S"),
    "ethnicity": ("Ethnicity", "Ethnicity", "Ethnicity", "S"),
    "gender": ("Gender", "Gender", "Gender", "S"),
    "race": ("Race", "Race", "Race", "S"),
    "type": ("Type Concept", "Type Concept", "Type Concept", "S"),
    "value": ("Meas Value", "LOINC", "Answer", "S"),
    "visit": ("Visit", "Visit", "Visit", "S"),
}
# Left out: operators are SNOMED concepts, and two places of care belong to the NUCC list (ask its owner first).
_LEFT_OUT = {4171754, 4171755, 4171756, 4172703, 4172704, 38004193, 38004207}
_PLACES = {5083: "02", 8717: "21", 8756: "22", 8870: "23"}  # CMS Place of Service codes
_CODES = {8521: "O", 8551: "U", 8527: "5", 8515: "2", 8516: "3", 8557: "4", 8657: "1"}
_SYSTEMS = {"serum/plasma": "Serum or Plasma", "blood": "Blood", "urine": "Urine", "plasma": "Plasma"}
_CONCENTRATIONS = frozenset(("Moles/volume", "Mass/volume", "Enzymatic activity/volume", "Mass Ratio"))
_FASTING = "post CFst"  # LOINC's challenge: calorie fast
# What values of a set are, where the platform writes a concept of OMOP's by its number: it is shipped by that number
# with the word that the set has for it, so that what the lake points at is there. No code or name of SNOMED CT or NUCC.
_SETS = {
    "admitted_from": "Visit", "answer": "Meas Value", "currency": "Currency", "discharged_to": "Visit",
    "language": "Language", "operator": "Meas Value Operator", "place_of_service": "Visit", "qualifier": "Meas Value",
    "relationship": "Relationship", "route": "Route", "specimen": "Specimen", "visit": "Visit",
}  # fmt: skip
_VALUES = HERE.parent / "src" / "medark" / "standardise" / "lookups" / "values"
# What the platform's SQL writes by number: the model's version, how texts are kept, which table a fact is of.
_WRITTEN = [
    (number, name, "Metadata") for number, name in (
        (756265, "OMOP CDM Version 5.4.0"), (32678, "UTF-8"), (8, "Visit"), (10, "Procedure"), (13, "Drug"),
        (17, "Device"), (19, "Condition"), (21, "Measurement"), (27, "Observation"), (36, "Specimen"), (5085, "Note"),
        (581436, "A measurement that has members"), (581437, "A measurement that is a member"),
        (1147082, "procedure_occurrence.procedure_occurrence_id"), (1147094, "drug_exposure.drug_exposure_id"),
        (1147115, "device_exposure.device_exposure_id"), (1147127, "condition_occurrence.condition_occurrence_id"),
        (1147138, "measurement.measurement_id"), (1147165, "observation.observation_id"),
    )
]  # fmt: skip
_SITUATIONS = {4216643, 40482021}  # how a stay ended, where no place says it
_OWNED_BY_NUCC = range(38_003_600, 38_005_000)
_BY_NUMBER = "OMOP number"  # the vocabulary that they are shipped in, but for answers of LOINC and places of CMS
_KNOWN_CODES = {
    8716: ("CMS Place of Service", "49"), 8782: ("CMS Place of Service", "20"), 45876467: ("LOINC", "LA11843-2"),
    45878548: ("LOINC", "LA11841-6"), 45879438: ("LOINC", "LA9633-4"), 45881623: ("LOINC", "LA11844-0"),
    45881795: ("LOINC", "LA16550-8"), 45881796: ("LOINC", "LA11832-5"), 45881916: ("LOINC", "LA11842-4"),
    45883536: ("LOINC", "LA6750-9"), 45884086: ("LOINC", "LA9634-2"), 45884091: ("LOINC", "LA11884-6"),
}  # fmt: skip
# In OMOP these two have no standard role: they say that nothing was said.
_NOT_STANDARD = {8521, 8551}


def concepts(reference: Path, given: Mapping[tuple[str, str], int]) -> list[Row]:
    """Core concepts and the LOINC codes of the laboratory and vital-sign tables, by concept_id.

    Those of units are kept by hand, in src/medark/model/unit_concept.csv.
    """
    rows = [_no_match(), *_core(reference), *_loinc(reference, given)]
    known = {int(row["concept_id"]) for row in rows} | {unit.concept_id for unit in unit_concepts()}
    rows += _by_number(known)
    unique = {(row["vocabulary_id"], row["concept_code"]): row for row in reversed(rows)}
    return sorted(unique.values(), key=lambda row: int(row["concept_id"]))


def synonyms(reference: Path, rows: Iterable[Row]) -> list[Row]:
    """Chinese and English names of the LOINC codes: the platform's own words."""
    by_code = {row["concept_code"]: row["concept_id"] for row in rows if row["vocabulary_id"] == "LOINC"}
    found = set()
    for test in _tests(reference):
        for code in _codes(test):
            names = [(name, CHINESE if _is_chinese(name) else ENGLISH) for name in _names(test)]
            found |= {(int(by_code[code]), name, language) for name, language in names}
    return [dict(zip(SYNONYM, map(str, row), strict=True)) for row in sorted(found)]


def icd10cm(given: Mapping[tuple[str, str], int]) -> list[Row]:
    """Every category and code of ICD-10-CM, non-standard, as the tabular list names it."""
    import simple_icd_10_cm as book

    # A block of one category has its name: it comes twice.
    codes = {c for c in book.get_all_codes(with_dots=True) if book.is_category(c) or book.is_subcategory(c)}
    ids = local_concept_ids((("ICD10CM", code) for code in codes), given)
    kinds = {True: "billing code", False: "nonbill code"}
    return [
        _concept(ids["ICD10CM", c], book.get_description(c)[:255], _icd_domain(c), "ICD10CM",
                 f"{len(c.replace('.', ''))}-char {kinds[book.is_leaf(c)]}", "", c, "ICD-10-CM, CDC/NCHS")
        for c in sorted(codes)
    ]  # fmt: skip


def _icd_domain(code: str) -> str:
    # External causes and reasons for contact are not conditions: OMOP has most of them as observations.
    return "Observation" if code[0] in "VWXYZ" else "Condition"


def _no_match() -> Row:
    return _concept(0, "No matching concept", "Metadata", "None", "Undefined", "", "No matching concept", "OMOP CDM")


def _core(reference: Path) -> Iterator[Row]:
    for row in _read(reference / "14_terminology" / "omop_core_concepts.csv"):
        number = int(row["concept_id"])
        if row["group"] not in _GROUPS or number in _LEFT_OUT:
            continue
        domain, vocabulary, kind, standard = _GROUPS[row["group"]]
        if number in _PLACES:
            vocabulary, kind = "CMS Place of Service", "Visit"
        code = _PLACES.get(number) or row["concept_code"] or _CODES.get(number) or str(number)
        standard = "" if number in _NOT_STANDARD else standard
        yield _concept(number, row["name"], domain, vocabulary, kind, standard, code, row["source"])


def _by_number(known: set[int]) -> Iterator[Row]:
    """What the platform writes by OMOP's number and nobody above has: one row a number, called as the set calls it."""
    written = _WRITTEN + [
        (int(row["concept_id"]), row["meaning"], domain)
        for name, domain in _SETS.items() for row in _read(_VALUES / f"{name}.csv")
    ]  # fmt: skip
    for number, name, domain in written:
        if number not in known and number not in _OWNED_BY_NUCC:
            known.add(number)
            domain = "Observation" if number in _SITUATIONS else domain
            vocabulary, code = _KNOWN_CODES.get(number, (_BY_NUMBER, str(number)))
            yield _concept(number, name, domain, vocabulary, domain, "S", code, "OMOP number; medark's word")


def _loinc(reference: Path, given: Mapping[tuple[str, str], int]) -> Iterator[Row]:
    names: dict[str, tuple[int, str, str]] = {}
    for test in _tests(reference):
        for code, number, name in _coded(test):
            if code not in names or (number and not names[code][0]):
                names[code] = (number, name, test["file"])
    own = local_concept_ids((("LOINC", c) for c, (number, _, _) in names.items() if not number), given)
    for code, (number, name, file) in sorted(names.items()):
        standard = "S" if number else ""
        yield _concept(number or own["LOINC", code], name, "Measurement", "LOINC", "Lab Test" if "lab" in file else
                       "Clinical Observation", standard, code, f"LOINC; {file}")  # fmt: skip


def _tests(reference: Path) -> Iterator[Row]:
    for file in ("lab_tests.csv", "vitals_wearables_loinc.csv"):
        for row in _read(reference / "04_labs" / file):
            yield {**row, "file": file}


def _coded(test: Row) -> Iterator[tuple[str, int, str]]:
    if "loinc" in test:
        yield test["loinc"], int(test["omop_concept_id"] or 0), test["name_en"]
        return
    number = int(test["omop_concept_id_conventional"] or 0)
    if code := test["loinc_conventional"]:
        own = _composed(test, test["loinc_component_conventional"], test["conventional_unit"])
        yield code, number, test["omop_concept_name_conventional"] or own
    if (code := test["loinc_si"]) and code != test["loinc_conventional"]:
        yield code, 0, _composed(test, test["loinc_component_si"], test["unit_ucum"]) or test["name_en"]


def _composed(test: Row, component: str, unit: str) -> str:
    """A name as LOINC composes one of what the table says: component [property] in system, as far as it is said.

    >>> _composed({"specimen": "serum/plasma", "value_kind": "quantitative"}, "Creatinine", "umol/L")
    'Creatinine [Moles/volume] in Serum or Plasma'
    """
    kinds = property_of(unit)
    kind = (
        "Presence"
        if test["value_kind"] == "qualitative" and test["specimen"]
        else _only(kinds & _CONCENTRATIONS or kinds)
    )
    where = _SYSTEMS.get(test["specimen"], "")
    what, _, when = component.partition("^")
    what = what.replace(".in ", " in ")
    asked = f"Fasting {what[:1].lower()}{what[1:]}" if when == _FASTING else what
    after = f" --{when}" if when and when != _FASTING else ""
    return f"{asked}{f' [{kind}]' if kind else ''}{f' in {where}' if where else ''}{after}" if component else ""


def _only(words: frozenset[str]) -> str:
    return next(iter(words)) if len(words) == 1 else ""


def _codes(test: Row) -> list[str]:
    return [code for code, _, _ in _coded(test)]


def _names(test: Row) -> set[str]:
    words = [test["name_en"], *test["name_zh"].split("|"), *test.get("aliases", "").split("|")]
    return {word.strip() for word in words if word.strip()}


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _concept(
    number: int, name: str, domain: str, vocabulary: str, kind: str, standard: str, code: str, source: str
) -> Row:
    values = (str(number), name, domain, vocabulary, kind, standard, code, "1970-01-01", "2099-12-31", "", source)
    return dict(zip(CONCEPT, values, strict=True))


def vocabularies(rows: Iterable[Row]) -> list[Row]:
    """One row for each vocabulary that has a concept here, or among the units."""
    versions = {"ICD10CM": f"ICD-10-CM tabular list {ICD10CM_RELEASE}"}
    return [
        {"vocabulary_id": name, "vocabulary_name": name, "vocabulary_reference": "OMOP generated",
         "vocabulary_version": versions.get(name, "medark shipped subset"), "vocabulary_concept_id": "0"}
        for name in sorted({"UCUM", *(row["vocabulary_id"] for row in rows)})
    ]  # fmt: skip


def given_ids() -> dict[tuple[str, str], int]:
    """The ids of our own that the shipped files already gave."""
    rows = [row for path in SHIPPED.glob("concept*.csv*") if "synonym" not in path.name for row in _read(path)]
    return {
        (r["vocabulary_id"], r["concept_code"]): int(r["concept_id"])
        for r in rows
        if int(r["concept_id"]) >= FIRST_LOCAL
    }


def build(reference: Path) -> dict[str, bytes]:
    """The shipped files by name."""
    given = given_ids()
    core, book = concepts(reference, given), icd10cm(given)
    return {
        "concept.csv": _written(CONCEPT, core),
        "concept_icd10cm.csv.gz": gzip.compress(_written(CONCEPT[:-1], book), 9, mtime=0),
        "concept_synonym.csv": _written(SYNONYM, synonyms(reference, core)),
        "vocabulary.csv": _written(
            ("vocabulary_id", "vocabulary_name", "vocabulary_reference", "vocabulary_version", "vocabulary_concept_id"),
            vocabularies([*core, *book]),
        ),
        "NOTICE": _notice(reference).encode(),
    }


def _notice(reference: Path) -> str:
    texts = {row["system"]: row["text"] for row in _read(reference / "14_terminology" / "notices.csv")}
    template = (HERE / "shipped_vocabulary_notice.txt").read_text(encoding="utf-8")
    return template.format(**texts, release=ICD10CM_RELEASE)


def _read(path: Path) -> list[Row]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _written(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def main(reference: Path) -> None:
    SHIPPED.mkdir(exist_ok=True)
    for name, content in build(reference).items():
        (SHIPPED / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/reference"))
