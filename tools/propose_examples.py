"""Made-up exports with truth, to fit the proposer on: tables of every kind, named in three languages, with values

No table of anybody's is looked at: names are drawn from the shipped lexicon and bent, values are made up by form.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.standardise.propose.names import elements, entries, normal
from propose_styles import ROOTS, Style, path_to, style_of, unheard, written
from propose_values import TOLD, Writing, odd, value

_ODD = (
    "flex_field", "备用字段", "attr", "extra", "ZDY", "spare", "user_defined", "bz", "xyz_code", "hash", "batch_key",
    "扩展", "version_no", "ref_x",
)  # fmt: skip
_TECHNICAL = (
    "created_time:.15 updated_time:.15 void_flag:.12 remark:.12 state:.1 kind:.1 sequence:.12 org_code:.1 org_name:.1"
)
_NARROW, _MOSTLY = 0.12, 0.5  # share of tables with few columns; of tables that have an element
_LISTED = frozenset(
    ["other_diag", "diag_code", "admit_condition", "proc_code", "proc_name", "proc_date", "surgeon", "anaesthesia"]
)
_BARE = ("f", "col", "field_", "字段", "c", "x")
_TELLING = frozenset(
    {"gender", "id_cn", "phone", "address", "icd", "frequency", "route", "unit", "loinc", "prose", "id_us"}
)
_KEYS = ("patient_id", "visit_id", "row_id", "mrn", "inpatient_no")
_OWN_KEY = {"patient": ("patient_id", "mrn"), "visit": ("visit_id", "inpatient_no")}


_Cells = tuple[str, str, tuple[str, ...], str]  # name, element, values, the entry that must not be known


@dataclass(frozen=True, slots=True)
class Made:
    """One made table: its kind, and of each column the name, the element ("" for none), the values, and the entry's
    name that must be kept from the lexicon (or ""). `hidden`: its own name, if that must not be known; `linked`: of
    columns, the kinds of the tables whose keys their values are.
    """

    called: str
    kind: str
    columns: tuple[_Cells, ...]
    hidden: str
    linked: Mapping[str, frozenset[str]]


def made(r: random.Random) -> Made:
    """A table of a random kind."""
    kind = r.choice(list(TOLD["templates"]))
    wanted = [*TOLD["templates"][kind], *(_TECHNICAL.split() if kind != "other" else ())]
    shares = dict(part.split(":") for part in wanted)
    picked = _picked(r, {name: float(share) for name, share in shares.items()})
    r.shuffle(picked)
    rows, style = r.choice((15, 60, 200)), style_of(r)
    columns = [_column(r, style, name, rows, kind.partition("_")[0]) for name in picked or ["row_id"]]
    columns += _again(r, style, rows, kind)
    columns += [one for name in picked if r.random() < style.clocks and (one := _clock(r, style, name, rows))]
    columns += [(unheard(r, style), "", odd(r, rows), "") for _ in range(r.choice((0, 0, 0, 1, 2)))]
    columns += [(f"{r.choice(_ODD)}{r.randint(1, 9)}", "", odd(r, rows), "") for _ in range(r.choice((0, 0, 1, 2)))]
    if style.path:
        columns = [_within(r, style, root, column) for root in (r.choice(ROOTS),) for column in columns]
    unique = {column[0].lower(): column for column in columns}
    called, hidden = _called(r, style, kind)
    linked = {name: kinds for name, element, *_ in unique.values() if (kinds := _linked(r, element, kind))}
    return Made(called, kind.partition("_")[0], tuple(unique.values()), hidden, linked)


def _picked(r: random.Random, shares: Mapping[str, float]) -> list[str]:
    """The elements that a table has. One in four is narrow: what such tables mostly have, and hardly anything else."""
    picked = [name for name, share in shares.items() if r.random() < share]
    if r.random() < _NARROW:
        others = [name for name in picked if shares[name] < _MOSTLY]
        few = set(r.sample(others, min(len(others), r.randint(0, 2))))
        picked = [name for name in picked if name in few or shares[name] >= _MOSTLY]
    return picked


def _again(r: random.Random, style: Style, rows: int, kind: str) -> list[_Cells]:
    """Elements that a table has several times side by side: other diagnoses by number, parts of the charges by name."""
    most = dict(part.split(":") for part in TOLD["repeated"].get(kind, ()))
    found: list[_Cells] = []
    for element, times in most.items() if r.random() < 0.6 else ():
        many = r.randint(0, int(times))
        if element not in _LISTED:
            found += [_column(r, style, element, rows, kind) for _ in range(many)]
            continue
        name, _, _, hidden = _column(r, style, element, rows, kind)
        found += [
            (f"{name}{number}", element, _values(r, style.writing, element, rows, kind), hidden)
            for number in range(1, many + 1)
        ]
    return found


def _called(r: random.Random, style: Style, kind: str) -> tuple[str, str]:
    """What a table is called, and what of that must not be known: the half of them, or the fit would trust names."""
    if r.random() < 0.12:
        return r.choice(("t", "export", "data", "表", "tab_17", "q3")), ""
    if kind in TOLD["called"]:
        return r.choice(TOLD["called"][kind]) + r.choice(("", "", "_01", "2024")), ""
    names = _table_names()[kind]
    name = r.choice(names.get(style.language) or names["en"])
    said = written(r, style, name) if name.isascii() else name
    return said + r.choice(("", "", "", "_01", "2024")), normal(name) if r.random() < 0.3 else ""


@cache
def _table_names() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Names of tables by kind and language."""
    text = files("medark.standardise.propose").joinpath("kind_names.csv").read_text("utf-8")
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in csv.DictReader(text.splitlines()):
        found[row["kind"]][row["lang"]].append(row["name"])
    return found


_KEYS_OF = {"patient_id": "patient", "mrn": "patient", "visit_id": "visit", "inpatient_no": "visit",
            "detail_id": "stay", "dept_code": "dept", "care_unit": "dept", "doctor_id": "staff", "code": "dictionary",
            "lab_item_code": "dictionary", "drug_code": "dictionary", "diag_code": "dictionary"}  # fmt: skip


def _linked(r: random.Random, element: str, kind: str) -> frozenset[str]:
    """The kinds of tables whose keys a column's values are: mostly where they should be, now and then by chance."""
    there = _KEYS_OF.get(element, "")
    found = {there} if there and there != kind and r.random() < 0.5 else set()
    if r.random() < 0.015:
        found.add(r.choice(sorted(set(_KEYS_OF.values()))))
    return frozenset(found)


def _within(r: random.Random, style: Style, root: str, column: _Cells) -> _Cells:
    """A column as a leaf of a tree, with the names of its branches before its own."""
    name, element, *_ = column
    return (path_to(r, style, root, elements()[element].group if element else "") + name, *column[1:])


def _clock(r: random.Random, style: Style, element: str, rows: int) -> tuple[str, str, tuple[str, ...], str] | None:
    """A column that tells the time of day of another."""
    names = _names()[element].get(style.language, ())
    if elements()[element].type != "datetime" or len(names) < 2:
        return None
    cells = tuple(f"{r.randrange(24):02d}:{r.randrange(60):02d}" for _ in range(rows))
    return written(r, style, r.choice(names)), element, cells, ""


@cache
def _names() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The lexicon's names by element and language."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries():
        found[entry.element][entry.lang].append(entry.name)
    return found


def _column(
    r: random.Random, style: Style, element: str, rows: int, kind: str
) -> tuple[str, str, tuple[str, ...], str]:
    names = _names()[element]
    language = style.language if style.language in names else r.choice(list(names))
    name = r.choice(names[language])
    hidden = normal(name) if r.random() < style.hidden else ""
    if elements()[element].tests in _TELLING and r.random() < 0.12:  # a name that says nothing: the values must
        return f"{r.choice(_BARE)}{r.randint(1, 99)}", element, _values(r, style.writing, element, rows, kind), ""
    return written(r, style, name), element, _values(r, style.writing, element, rows, kind), hidden


def _values(r: random.Random, writing: Writing, element: str, rows: int, kind: str) -> tuple[str, ...]:
    if element in _OWN_KEY.get(kind, ()) or element == "row_id":
        own: dict[str, None] = {}
        while len(own) < rows:
            own[value(element, r, writing)] = None
        return tuple(own)
    missing = r.choice((0.0, 0.0, 0.1, 0.6, 1.0 if r.random() < 0.2 else 0.0))
    if elements()[element].type == "id" and element in _KEYS:
        missing = 0.0
    few = [value(element, r, writing) for _ in range(max(2, rows // 4))] if element in _KEYS else []
    again = bool(few) and r.random() < 0.9
    cells = (r.choice(few) if again else value(element, r, writing) for _ in range(rows))
    return tuple("" if r.random() < missing else cell for cell in cells)
