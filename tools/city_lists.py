"""Gives whatever the made city's facts have a code and a name in each hospital's own lists: what has one keeps it

python tools/city_lists.py
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path

FACTS = Path(__file__).resolve().parents[1] / "src" / "medark" / "synthetic" / "facts"
HOSPITALS = ("north", "south", "county")
Row = dict[str, str]
Made = Callable[[str, Row, int], Sequence[str]]  # hospital, fact, how many there were before: all columns but the key

_UNITS = {
    "north": {"[iU]": "IU", "{puff}": "吸", "{drop}": "滴", "ug": "μg", "mL": "ml"},
    "south": {"[iU]": "单位", "{puff}": "喷", "{drop}": "滴", "mL": "毫升", "mg": "毫克", "g": "克"},
    "county": {},
}
_SALT = re.compile("^(盐酸|硫酸氢|硫酸|苯磺酸|富马酸|草酸|琥珀酸|磷酸|醋酸|马来酸|氢溴酸|重酒石酸)")


def main() -> None:
    """Add what is missing to facts/local_<hospital>_<kind>.csv."""
    for hospital in HOSPITALS:
        for kind, (facts, made) in LISTS.items():
            if (FACTS / f"local_{hospital}_{kind}.csv").exists():
                _add(hospital, kind, [row for fact in facts for row in _read(fact)], made)


def _add(hospital: str, kind: str, facts: Sequence[Row], made: Made) -> None:
    name = f"local_{hospital}_{kind}"
    rows = _read(name)
    known = {row["key"] for row in rows}
    missing = [fact for fact in facts if fact["key"] not in known]
    with (FACTS / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        for number, fact in enumerate(missing, len(rows)):
            write.writerow([fact["key"], *made(hospital, fact, number), rows[-1]["source"], rows[-1]["confidence"]])
    print(f"{name}: {len(missing)} added")


def _read(name: str) -> list[Row]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _disease(hospital: str, fact: Row, _number: int) -> Sequence[str]:
    """North: the national clinical version; south: four characters of WHO; county: ICD-10-CM."""
    who = re.sub(r"\.x\d*$", "", fact["icd10_cn"])[:5]
    return {"north": fact["icd10_cn"], "south": who, "county": fact["icd10_cm"]}[hospital], fact["name_zh"]


def _procedure(hospital: str, fact: Row, _number: int) -> Sequence[str]:
    """North: six digits of the national clinical version; elsewhere the digits of ICD-9-CM."""
    code = fact["code"] if hospital == "north" else re.sub(r"x.*$", "", fact["code"])[:5].rstrip(".")
    return code, fact["name_zh"]


def _drug(hospital: str, fact: Row, number: int) -> Sequence[str]:
    code = {
        "north": f"X{(fact['atc'] or 'Z')[0]}{1003 + number * 7:05d}",
        "south": f"{600_011 + number * 13}",
        "county": f"YP-{number + 1:04d}",
    }
    strength = fact["strength"].replace(" ", "")
    if hospital == "south":
        strength = re.sub(r"^(\d{2,})mg$", lambda found: f"{int(found[1]) / 1000:g}g", strength).replace("IU", "单位")
    unit = _UNITS[hospital].get(fact["unit"], fact["unit"])
    return code[hospital], _drug_name(hospital, fact, strength), strength, unit, fact["form_zh"]


def _drug_name(hospital: str, fact: Row, strength: str) -> str:
    """South leaves the salt out, county puts the strength in."""
    name = fact["name_zh"].replace("（", "(").replace("）", ")")
    if hospital == "south":
        return _SALT.sub("", name)
    return f"{name} {strength}" if hospital == "county" else name


def _numbered(starts: dict[str, str]) -> Made:
    return lambda hospital, fact, number: (f"{starts[hospital]}{1001 + number * 3}", fact["name_zh"])


LISTS: dict[str, tuple[tuple[str, ...], Made]] = {
    "department": (("departments",), _numbered({"north": "9", "south": "KS", "county": "K"})),
    "disease": (("diseases",), _disease),
    "drug": (("drugs",), _drug),
    "procedure": (("procedures",), _procedure),
    "fee_item": (
        ("fee_items", "drugs", "panels", "procedures"),
        _numbered({"north": "F", "south": "S", "county": "F"}),
    ),
    "test": (("tests",), _numbered({"north": "T", "south": "", "county": "HY"})),
}

if __name__ == "__main__":
    main()
