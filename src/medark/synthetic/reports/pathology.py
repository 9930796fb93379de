"""Pathology: what was seen of a specimen with the eye and the microscope, and what it is"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.city import City
from medark.synthetic.facts import keys, rows
from medark.synthetic.reports.context import HOSPITALS, Stays, doctor_names, doctors
from medark.synthetic.reports.said import Said, filled, plain, protected, scattered
from medark.synthetic.reports.specimens import Specimens, taken
from medark.synthetic.reports.stay_words import age_words
from medark.synthetic.reports.studies import pictured, staffed
from medark.synthetic.reports.tumours import Stages, grades, stages
from medark.synthetic.reports.wording import DATES, days, decimal, whole
from medark.synthetic.settings import Part
from medark.synthetic.world import World, table
from medark.synthetic.world import numbers as row_numbers

_FRAME = {
    "zh": (
        "{hospital}病理诊断报告\n姓名：{name}　性别：{sex}　年龄：{age}　病案号：{patient_no}\n"
        "送检科室：{department}　送检材料：{site}　送检日期：{collected}\n"
        "肉眼所见：{gross}。\n镜下所见：{micro}{depth}。\n"
        "{stain}病理诊断：（{site}）{grade}{diagnosis}。{stage}\n报告医师：{doctor}　报告日期：{date}"
    ),
    "en": (
        "{hospital}: pathology report\nName: {name}  Sex: {sex}  Age: {age}  Patient no.: {patient_no}\n"
        "Department: {department}  Specimen: {site}  Received: {collected}\nGross: {gross}.\n"
        "Microscopy: {micro}{depth}.\n{stain}Diagnosis: ({site}) {grade}{diagnosis}. {stage}\n"
        "Reported by {doctor}, {date}"
    ),
}
_STAIN = {"zh": "免疫组化：{ihc}。\n", "en": "Immunohistochemistry: {ihc}.\n"}
_DAYS = (2, 5)  # from specimen to report; ours


def pathology(city: City, part: Part, world: World) -> pa.Table:
    """The table of specimens, in the order of time; those not reported by the city's last day are not in it."""
    chance = stream(city.settings.seed, "pathology", part.number)
    encounters = pictured(world)
    some = taken(chance, world, encounters)
    took = (chance.uniform(*_DAYS, len(some.fact)) * 86400).astype(np.int64).astype("timedelta64[s]")
    reported = some.collected + took
    kept = reported < np.datetime64(city.settings.end)
    some, reported = Specimens(some.encounter[kept], some.fact[kept], some.collected[kept]), reported[kept]
    stays = Stays.of(city, world, encounters.take(pa.array(some.encounter)))
    facts = rows("pathology")
    size = _sizes(chance, some.fact)
    grade, stage = grades(chance, some.fact, city.settings.note_language), stages(chance, some.fact, size)
    places, everybody = staffed(chance, stays, {each: doctors(city, each, "pathology") for each in HOSPITALS})
    words = _words(chance, world, stays, some, size) | {
        "collected": protected("date", days(some.collected, DATES[stays.language])),
        "date": protected("date", days(reported, DATES[stays.language])),
        "doctor": doctor_names(city, pa.array([*everybody, ""]).take(pa.array(places)), stays.language),
        "grade": plain(_before(grade, "" if stays.language == "zh" else " ")),
        "depth": plain(stage.depth[stays.language]),
        "stage": plain(_staged(stage, stays.language)),
    }
    report = filled(_FRAME[stays.language], words, np.arange(len(stays)))
    return table(
        "pathology", specimen=row_numbers(part.number, len(stays)),
        **{name: stays.encounters[name] for name in ("encounter", "person", "organisation")},
        site=(some.fact, [row["site_en"].replace(" ", "_") for row in facts]),
        collected=some.collected, reported=reported, diagnosis=(some.fact, keys("pathology")),
        malignant=np.array([row["malignant"] == "1" for row in facts])[some.fact],
        grade=_or_none(grade), stage=_or_none(stage.text), report=report.texts, spans=report.listed(),
    )  # fmt: skip


def _words(chance: np.random.Generator, world: World, stays: Stays, some: Specimens, size: Floats) -> dict[str, Said]:
    language, facts = stays.language, rows("pathology")
    of_fact = {
        slot: plain(pa.array([row[f"{name}_{language}"] for row in facts]).take(pa.array(some.fact)))
        for slot, name in (("site", "site"), ("diagnosis", "name"), ("micro", "micro"))
    }
    numbers = {
        "size": plain(_centimetres(size)),
        "ki": plain(whole(5 * chance.integers(1, 12, len(size)))),
        "er": plain(whole(10 * chance.integers(1, 10, len(size)))),
    }
    gross = _each(some.fact, [row[f"gross_{language}"] for row in facts], numbers)
    stain = _each(
        some.fact, [row["ihc"] and _STAIN[language].format(ihc=_colour(row["ihc"], language)) for row in facts], numbers
    )
    return {**stays.words(world), "age": plain(age_words(stays)), **of_fact, "gross": gross, "stain": stain}


def _each(fact: Ints, templates: Sequence[str], columns: Mapping[str, Said]) -> Said:
    """The template of each row's fact, filled."""
    found = [(np.flatnonzero(fact == number), template) for number, template in enumerate(templates)]
    return scattered(len(fact), [(some, filled(template, columns, some)) for some, template in found if len(some)])


def _sizes(chance: np.random.Generator, fact: Ints) -> Floats:
    """Millimetres between the bounds of the diagnosis, small ones more often; NaN where it is not measured."""
    low, high = (
        np.array([float(row[end] or "nan") for row in rows("pathology")])[fact] for end in ("low_mm", "high_mm")
    )
    return np.asarray(np.rint(low * (high / low) ** chance.random(len(fact))), dtype=np.float64)


def _centimetres(size: Floats) -> pa.Array:
    return pc.binary_join_element_wise(decimal(np.nan_to_num(size) / 10, 1), "cm", "")


def _colour(stains: str, language: str) -> str:
    """Immunohistochemistry in the punctuation of the language."""
    if language == "zh":
        return stains
    return stains.replace("，", ", ").replace("约", "about ").replace("弥漫", "diffuse ")


def _before(words: pa.Array, between: str) -> pa.Array:
    """Words followed by what separates them from the next; empty ones by nothing."""
    return pc.if_else(pc.equal(words, ""), "", pc.binary_join_element_wise(words, between, ""))


def _staged(stage: Stages, language: str) -> pa.Array:
    stop = "。" if language == "zh" else "."
    whole_text = pc.binary_join_element_wise(stage.nodes[language], stage.text, stop, "")
    return pc.if_else(pc.equal(stage.text, ""), "", whole_text)


def _or_none(words: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
