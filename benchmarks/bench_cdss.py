"""Decision support at the bedside: CPU of all its cards for one patient, all together and each alone."""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import medark
from medark.define.memory import Record, moment_of
from medark.flows.hooks.prepared import Prepared
from medark.sdk.app import CardRule
from medark.sdk.testing import Patient, TinyLake, app_in, tiny_lake

HERE = Path(medark.__file__).parent / "apps" / "cdss"
NOW = dt.datetime(2024, 7, 3, 8)
DRUGS = (
    "华法林钠片", "布洛芬缓释胶囊", "盐酸二甲双胍片", "辛伐他汀片", "克拉霉素片", "阿莫西林胶囊", "艾司唑仑片",
    "苯磺酸氨氯地平片", "奥美拉唑肠溶胶囊", "硫酸氢氯吡格雷片", "呋塞米片", "琥珀酸美托洛尔缓释片", "阿司匹林肠溶片",
    "注射用头孢曲松钠", "甘精胰岛素注射液",
)  # fmt: skip
RESULTS = (
    ("potassium", "mmol/L", 4.2), ("sodium", "mmol/L", 140.0), ("creatinine", "umol/L", 90.0),
    ("glucose", "mmol/L", 6.0), ("hemoglobin", "g/L", 130.0), ("platelet count", "10*9/L", 200.0),
    ("pulse", "/min", 80.0), ("temperature", "Cel", 36.8), ("systolic pressure", "mm[Hg]", 130.0),
    ("respiratory rate", "/min", 16.0), ("oxygen saturation", "%", 97.0), ("hemoglobin A1c", "%", 7.0),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--times", type=int, default=200)
    asked = parser.parse_args()
    began = time.process_time()
    _, app = app_in(HERE)
    loaded = time.process_time() - began
    lake = tiny_lake(NOW.isoformat(" ", "minutes"))
    who = filled(lake, asked.rows)
    record = lake._record(who.person_id)
    rows = record.size()
    print(f"medark {medark.__version__}, Python {platform.python_version()}, {platform.machine()}")
    print(f"the application, loaded: {loaded * 1e3:.0f} ms of CPU; {len(app.cards)} cards; a patient of {rows} rows")
    for hook in ("patient-view", "order-sign"):
        mine = [card for card in app.cards if hook in card.hooks]
        compiled, spent, shown = judged(lake, record, mine, asked.times)
        median, slow = statistics.median(spent), sorted(spent)[-max(1, asked.times // 100)]
        told = f"median {median * 1e3:.2f} ms of CPU a call, p99 {slow * 1e3:.2f}; {shown} shown"
        print(f"{hook}: {len(mine)} cards, compiled once in {compiled * 1e3:.0f} ms; then {told}")
    print("each alone, median ms:")
    for card in app.cards:
        _, spent, shown = judged(lake, record, [card], max(20, asked.times // 10))
        print(f"  {card.name:28} {statistics.median(spent) * 1e3:7.3f}  {'shown' if shown else ''}")


def judged(lake: TinyLake, record: Record, cards: Sequence[CardRule], times: int) -> tuple[float, list[float], int]:
    """CPU seconds to compile rules, of each call, and how many cards are shown."""
    sets = lake._resolved([card.rule for card in cards])
    began = time.process_time()
    rules = Prepared(cards, sets)
    compiled = time.process_time() - began
    entry = moment_of(record, NOW)
    shown = len(list(rules.fired(record, entry, NOW.date())))
    spent = []
    for second in range(times):
        moment = NOW + dt.timedelta(seconds=second)
        began = time.process_time()
        list(rules.fired(record, entry._replace(start=moment, end=moment), NOW.date()))
        spent.append(time.process_time() - began)
    return compiled, spent, shown


def filled(lake: TinyLake, rows: int) -> Patient:
    """Somebody old with two years of results, orders and diagnoses; a hundred and fifty results are of two days."""
    chance = random.Random(1)
    who = lake.person("1940-01-01", "M")

    def ago(days: float) -> str:
        return (NOW - dt.timedelta(days=days)).isoformat(" ", "minutes")

    for number in range(rows * 72 // 100):
        what, unit, usual = chance.choice(RESULTS)
        days = chance.random() * (2 if number < 150 else 730)
        lake.measured(who, what, usual * chance.uniform(0.9, 1.1), unit, ago(days))
    for _ in range(rows * 18 // 100):
        days = chance.random() * 730
        lake.row(
            "drug_exposure", who, "drug", at=ago(days), until=ago(days - 14), drug_source_value=chance.choice(DRUGS)
        )
    for _ in range(rows * 8 // 100):
        code = chance.choice(("E11.9", "I10", "J18.9"))
        lake.row("condition_occurrence", who, "diagnosis", at=ago(chance.random() * 730), condition_source_value=code)
    for _ in range(rows * 2 // 100):
        told = {"observation_source_value": "882-1", "value_as_string": "A+"}
        lake.row("observation", who, "blood group", at=ago(chance.random() * 730), **told)
    return who


if __name__ == "__main__":
    main()
