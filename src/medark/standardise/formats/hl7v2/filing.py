"""One result into the columns: its order, key, code, time, unit, range and flag"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.results import MEASUREMENT, OBSERVATION, Answer
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.hl7v2.values import MEASURED


def file_answer(unit: Unit, f: list[str], value: str | None, answer: Answer | None) -> None:
    """File the result of an OBX whose value is more than one word or number."""
    place = 0
    if answer is not None:
        answers = unit.batch.results.answers
        place = len(answers)
        answers.append(answer)
    file_result(unit, f, value, place)


def file_result(unit: Unit, f: list[str], value: str | None, answer: int) -> None:
    """File the result of an OBX: `f` are its fields, `answer` a place in Results.answers.

    Its key is order, test and sub-id, so it is the same when the result is sent again or corrected.
    """
    places = unit.results
    code = places.codes[f[3]]
    said = places.said[code]
    if not said:
        unit.issue("quarantined", "result without a code", "OBX-3")
        return
    start = unit.times[f[14]]
    if not start:
        if start is None:
            unit.time(f[14], "OBX-14")
        start = unit.order_time or unit.event_time
    # Without an order number: what was found of whom at which time.
    key = f"{unit.order_key or f'{unit.person_key}|{start}'}|{said}|{f[4]}"
    keys = unit.keys
    if key in keys:
        key = unit.unique(key)
    else:
        keys[key] = 1
    parts = unit.parts
    part_no = parts.get("event", 0)
    parts["event"] = part_no + 1
    places.cells += (
        unit.order_at if unit.order_at >= 0 else unit.order(), part_no,
        MEASUREMENT if unit.result_type == "lab" or f[2] in MEASURED else OBSERVATION,
        key, code, start, value, answer, places.units[f[6]], places.ranges[f[7]], places.flags[f[8]],
    )  # fmt: skip
