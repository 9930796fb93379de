"""A new application in a folder: a manifest, a rule with its card, and a test; it works as it is"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from medark.errors import SourceError, StorageError, UsageError
from medark.sdk.manifest import FILE

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")

_MANIFEST: Final = """\
name = "NAME"
version = "1.0.0"
purpose = "care"
title = { en = "High blood pressure", zh = "血压过高" }
description = { en = "Shows a card where the last systolic pressure was high.", zh = "最近一次收缩压过高时提示。" }

[reads]
measurement = [
    "measurement_concept_id", "measurement_date", "measurement_datetime", "measurement_id", "person_id",
    "unit_concept_id", "value_as_number",
]

[publishes]
cards = ["high_pressure"]

[settings.limit]
type = "number"
default = 180
least = 140
most = 260
unit = "mm[Hg]"
title = { en = "high from", zh = "达到此值为过高" }
"""

_APP: Final = '''\
"""A card where the last systolic blood pressure was high"""

from medark.define import Card, Rule, codes, days, index, measurements
from medark.sdk import App, CardRule, Settings

SYSTOLIC = codes("systolic blood pressure", "LOINC", "8480-6")


def app(settings: Settings) -> App:
    last = measurements.of(SYSTOLIC).before(index.start, within=days(1), bounds="[]").last()
    value = last.value_in("mm[Hg]")
    rule = Rule(
        "high_pressure",
        when=value >= settings.number("limit"),
        card=Card(
            summary_en="Systolic blood pressure {value} mmHg at {taken}",
            summary_zh="收缩压 {value} mmHg（{taken}）",
            indicator="warning",
        ),
        values={"value": value, "taken": last.start},
        source="2018 Chinese guidelines for the management of hypertension: grade 3, 180 mmHg and more",
    )
    return App(cards=(CardRule("high_pressure", ("patient-view",), rule),))
'''

_TEST: Final = '''\
"""What the application promises, and what it does for somebody."""

from pathlib import Path

from medark.sdk.testing import app_in, contract_tests, tiny_lake

HERE = Path(__file__).parent
TestContract = contract_tests(HERE)


def test_a_high_pressure_is_shown():
    _manifest, app = app_in(HERE)
    lake = tiny_lake(now="2024-07-01 08:00")
    anna, bert = lake.person(born="1961-04-12"), lake.person(born="1955-01-30", sex="M")
    lake.measured(anna, "systolic blood pressure", 192, "mm[Hg]", at="2024-07-01 07:30")
    lake.measured(bert, "systolic blood pressure", 128, "mm[Hg]", at="2024-07-01 07:30")
    (card,) = lake.cards(app, anna)
    assert card.summary == "Systolic blood pressure 192 mmHg at 2024-07-01 07:30"
    assert lake.cards(app, bert) == []
'''


def is_name(name: str) -> bool:
    """Can an application be called so?"""
    return _NAME.fullmatch(name) is not None


def new(name: str, parent: Path) -> list[Path]:
    """Write an application called `name` into the folder parent/name; the files that were written.

    UsageError for a name that none can have, SourceError if there is something in the folder already.
    """
    if not is_name(name):
        raise UsageError("an app's name is small letters, digits and _", fix="medark app new blood_pressure")
    folder = parent / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceError("there is something here already", fix="name a new folder", path=str(folder))
    files = {FILE: _MANIFEST.replace("NAME", name), "app.py": _APP, f"test_{name}.py": _TEST}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError("the application can't be written", fix="check rights", errno=error.errno or 0) from None
    return [folder / path for path in files]
