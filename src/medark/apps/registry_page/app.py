"""The registry: its dataset, its figure and its page"""

from __future__ import annotations

from medark.define import CodeItem, Cohort, Dataset, Keep, codes, conditions, index, measurements, person, when
from medark.sdk import (
    App,
    Block,
    Counts,
    DataTable,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Page,
    Publish,
    PublishFigure,
    Rows,
    Settings,
    TableColumn,
    Text,
    View,
    bars,
)

ICD = ("ICD10", "ICD10CM", "ICD10CN")
DIABETES = codes("type 2 diabetes", ICD, "E11", CodeItem("SNOMED", "44054006"), prefix=True, source="ICD-10 E11")
HBA1C = codes("HbA1c", "LOINC", "4548-4", "17856-6", "59261-8", source="LOINC 2.78")
SYSTOLIC = codes("systolic blood pressure", "LOINC", "8480-6", source="LOINC 2.78")
HIGH = 9.0  # %; ADA Standards of Care 2024, 6: above it, treatment is intensified at once

TITLE = {"en": "Control of type 2 diabetes by HbA1c", "zh": "2型糖尿病糖化血红蛋白控制情况"}
BANDS = {
    "controlled": {"en": "at target", "zh": "达标"},
    "above": {"en": "above target", "zh": "未达标"},
    "high": {"en": "9 % and more", "zh": "≥9%"},
    "unknown": {"en": "never measured", "zh": "未检测"},
}
BY_CONTROL = {"control": Counts("diabetes", by=("control",))}


def app(settings: Settings) -> App:
    """The application with the target of its place."""
    return App(
        datasets=(_diabetes(settings.number("target")),),
        figures=(PublishFigure("control", TITLE, control, BY_CONTROL),),
        pages=(Page("registry", {"en": "Type 2 diabetes", "zh": "2型糖尿病"}, registry, {**BY_CONTROL, **WORST}),),
    )


def _diabetes(target: float) -> Publish:
    known = Cohort("type 2 diabetes", conditions.of(DIABETES, source=True), [Keep("first")])
    tested, pressed = measurements.of(HBA1C).last(), measurements.of(SYSTOLIC).last()
    hba1c = tested.value_in("%")
    control = when(hba1c < target).then("controlled").when(hba1c < HIGH).then("above").when(hba1c >= HIGH).then("high")
    return Publish(
        "diabetes",
        Dataset(
            known.population,
            {
                "year_of_birth": person.year_of_birth,
                "sex": person.gender_concept_id,
                "known_since": index.start_date,
                "hba1c": hba1c,
                "hba1c_on": tested.start_date,
                "systolic": pressed.value_in("mm[Hg]"),
                "control": control.otherwise("unknown"),
            },
            name="diabetes",
            source="ICD-10 E11; targets: Guideline for type 2 diabetes in China, 2020 edition",
        ),
        title={"en": "People with type 2 diabetes", "zh": "2型糖尿病患者"},
        description={"en": "One row a person, from the first diagnosis on.", "zh": "每人一行，自首次诊断起。"},
        meanings={
            "year_of_birth": {"en": "year of birth", "zh": "出生年份"},
            "sex": {"en": "OMOP concept of the sex", "zh": "性别（OMOP 概念）"},
            "known_since": {"en": "day of the first diagnosis that is known here", "zh": "首次诊断日期"},
            "hba1c": {"en": "last HbA1c, % (NGSP)", "zh": "最近一次糖化血红蛋白，%（NGSP）"},
            "hba1c_on": {"en": "day of the last HbA1c", "zh": "最近一次糖化血红蛋白检测日期"},
            "systolic": {"en": "last systolic blood pressure, mmHg", "zh": "最近一次收缩压，mmHg"},
            "control": {
                "en": "controlled (HbA1c under the target), above, high (9 % and more), unknown (never measured)",
                "zh": "controlled 达标（低于控制目标），above 未达标，high ≥9%，unknown 未检测",
            },
        },
    )


WORST = {
    "people": Rows(
        "diabetes",
        ("person_id", "year_of_birth", "known_since", "hba1c", "hba1c_on", "systolic"),
        ("-hba1c",),
        limit=25,
    )
}


def registry(view: View) -> tuple[Block, ...]:
    """The page: how many, how well controlled, and those who need somebody first."""
    return (
        Heading(view.say("Type 2 diabetes", "2型糖尿病"), 1),
        Text(view.say("Everybody with a diagnosis, whoever made it.", "所有机构已诊断的患者。")),
        _numbers(view),
        control(view),
        Heading(view.say("Highest HbA1c first", "按糖化血红蛋白由高到低")),
        _people(view),
    )


def control(view: View) -> Figure:
    """How many people there are in each band of HbA1c. Groups too small to be told are left out."""
    counted = {row["control"]: row["count"] for row in view["control"]}
    rows = [{"band": name[view.language], "people": counted.get(key)} for key, name in BANDS.items() if key in counted]
    return bars(
        rows,
        TableColumn("band", view.say("last HbA1c", "最近一次糖化血红蛋白")),
        TableColumn("people", view.say("people", "人数"), "number"),
        title=TITLE[view.language],
        alt=view.say("People by their last HbA1c", "按最近一次糖化血红蛋白分组的人数"),
        order=[name[view.language] for name in BANDS.values()],
    )


def _numbers(view: View) -> KeyFigures:
    counted = {row["control"]: row["count"] for row in view["control"]}
    label = {key: name[view.language] for key, name in BANDS.items()}
    people = KeyFigure(view.say("people", "患者"), view["people"].total)
    return KeyFigures((people, *(KeyFigure(label[key], counted.get(key, 0)) for key in BANDS)))


def _people(view: View) -> DataTable:
    say, found = view.say, view["people"]
    columns = (
        TableColumn("person_id", say("person", "患者"), "person"),
        TableColumn("year_of_birth", say("born", "出生年"), "text"),
        TableColumn("known_since", say("known since", "确诊日期"), "date"),
        TableColumn("hba1c", "HbA1c", "number", "%"),
        TableColumn("hba1c_on", say("measured", "检测日期"), "date"),
        TableColumn("systolic", say("systolic", "收缩压"), "number", "mmHg"),
    )
    rows = tuple(tuple(row[column.name] for column in columns) for row in found)
    return DataTable(columns, rows, more=found.more, next_page=f"page={view.page_no + 1}" if found.more else "")
