"""A new disease registry in a folder: one file that says who, what and when, a test, and the manifest that fits it"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from medark.errors import SourceError, StorageError, UsageError
from medark.flows.apps.files import AppFiles, app_files
from medark.flows.apps.loaded import load
from medark.flows.apps.new import is_name
from medark.messages import N_
from medark.sdk.app import App
from medark.sdk.contract import as_toml, reads_of
from medark.sdk.manifest import FILE
from medark.sdk.settings import settled

_MADE: Final = "# What follows is made of the definitions: medark registry update FOLDER\n"
_HEAD: Final = """\
name = "NAME"
version = "1.0.0"
purpose = "care"
also_for = ["research"]
title = { en = "Hypertension registry", zh = "高血压登记库" }
description = { en = "Who has high blood pressure, and what is known of each.", zh = "高血压患者及其随访资料。" }

[writes]
answers = ["registry:*"]

"""
_REGISTRY: Final = '''\
"""The registry: who, what and when. After a change: medark registry update FOLDER"""

from medark.sdk.registry import (
    BASELINE, Registry, age_at_entry, answered, born, diagnoses, has, labs, medicines, number, registry_app, sex,
    visits, words,
)

NORM = "National norm of basic public health services, China, 3rd edition, 2017: hypertension"
GUIDELINE = "2018 Chinese guidelines for the management of hypertension"

REGISTRY = Registry(
    name="NAME",
    title=words("Hypertension", "高血压"),
    about=words("Everybody with essential hypertension (ICD-10 I10).", "已诊断原发性高血压（ICD-10 I10）者。"),
    source=NORM,
    # Who: the first such diagnosis lets somebody in.
    entry=diagnoses("essential hypertension", "I10"),
    # When: a baseline, then every 3 months for a year.
    schedule=visits((3, 12)),
    # What: `every` so many months, or at=BASELINE; is_task: who lacks it becomes a task; is_drawn: shown as a course.
    variables=(
        sex(),
        born(),
        age_at_entry(),
        number("systolic", "Systolic pressure", "收缩压", labs("systolic blood pressure", "8480-6"), "mm[Hg]", NORM,
               every=3, target=140.0, is_task=True, is_drawn=True),
        number("diastolic", "Diastolic pressure", "舒张压", labs("diastolic blood pressure", "8462-4"), "mm[Hg]", NORM,
               every=3, target=90.0, is_drawn=True),
        number("weight", "Weight", "体重", labs("body weight", "29463-7"), "kg", NORM, every=12),
        number("creatinine", "Creatinine", "肌酐", labs("creatinine", "14682-9", "2160-0"), "umol/L", GUIDELINE,
               analyte="creatinine", every=12),
        answered("salt", "Salt", "食盐摄入", "registry:salt", {
            "little": words("little", "少"), "much": words("much", "多"),
        }, NORM, at=BASELINE),
        has("diabetes", "Diabetes", "糖尿病", diagnoses("diabetes", "E10", "E11"), "ICD-10 (WHO 2019)", ever=True),
        has("drug", "Amlodipine", "氨氯地平", medicines("amlodipine", "氨氯地平"), GUIDELINE),
    ),
)

app = registry_app("NAME", REGISTRY)
'''
_TEST: Final = '''\
"""What the registry promises, and what it knows of somebody."""

from pathlib import Path

from medark.sdk.testing import app_in, contract_tests, tiny_lake

HERE = Path(__file__).parent
TestContract = contract_tests(HERE)


def test_somebody_whose_pressure_is_overdue():
    _manifest, app = app_in(HERE)
    lake = tiny_lake(now="2024-07-01 08:00")
    anna = lake.person(born="1961-04-12")
    lake.row("condition_occurrence", anna, "I10", at="2024-01-10", condition_source_value="I10")
    lake.visited(anna, "visit", "2024-01-10")
    lake.measured(anna, "systolic blood pressure", 152, "mm[Hg]", at="2024-01-10 09:00")
    (row,) = lake.dataset(app, "NAME")
    assert (row["systolic"], row["known_since"].isoformat()) == (152, "2024-01-10")
    assert lake.tasks(app, "NAME_systolic_overdue") == [anna]
'''


def new_registry(name: str, parent: Path) -> list[Path]:
    """Write a registry called `name` into the folder parent/name; the files that were written.

    UsageError for a name that none can have, SourceError if there is something in the folder already.
    """
    if not is_name(name):
        raise UsageError("an app's name is small letters, digits and _", fix="medark registry new hypertension")
    folder = parent / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceError("there is something here already", fix="name a new folder", path=str(folder))
    texts = {FILE: _HEAD + _MADE, "app.py": _REGISTRY, f"test_{name}.py": _TEST}
    named = {path: text.replace("NAME", name) for path, text in texts.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in named.items():
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError("the registry can't be written", fix="check rights", errno=error.errno or 0) from None
    update(folder)
    return [folder / path for path in named]


def update(folder: Path) -> App:
    """Write into the manifest in a folder what its definitions read, publish and show; the application.

    UsageError for a manifest that has no such part; AppError where its code fails.
    """
    path = folder / FILE
    files = app_files(folder)
    head, mark, _made = files.texts[FILE].partition(_MADE)
    if not mark:
        raise UsageError(N_("app.toml has no part that is made"), fix=f"write there: {_MADE.strip()}", path=str(path))
    files = AppFiles({**files.texts, FILE: head})
    loaded = load(files, settled(files.manifest.setting_specs, {}), trusted=False)
    loaded.close()
    try:
        path.write_text(head + mark + _fitting(loaded.app), encoding="utf-8")
    except OSError as error:
        raise StorageError("the manifest can't be written", fix="check rights", errno=error.errno or 0) from None
    return loaded.app


def _fitting(app: App) -> str:
    """[reads], [publishes] and [[pages]] of an application."""
    published = [f"{kind} = {_told(names)}" for kind, names in app.published().items() if names]
    pages = [
        f'[[pages]]\npath = "{one.path}"\ntitle = {{ en = {_told(one.title["en"])}, zh = {_told(one.title["zh"])} }}\n'
        for one in app.pages
    ]
    return "\n".join([as_toml(reads_of(app)), "", "[publishes]", *published, "", *pages])


def _told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
