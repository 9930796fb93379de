"""Made-up values by element and style, to fit the proposer on: words of propose_examples.toml, numbers, and forms"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medark.standardise.propose.names import elements

TOLD = tomllib.loads(Path(__file__).with_name("propose_examples.toml").read_text("utf-8"))
_SURNAMES, _GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超"
_FIRST, _LAST = ("Ann", "Bob", "Carl", "Dora", "Eve", "Finn", "Gus"), ("Smith", "Jones", "Miller", "Brown", "Davis")
_PROSE = (
    "Patient seen today, complains of cough and fever. ",
    "患者于三天前无明显诱因出现咳嗽、咳痰，伴发热，最高38.5℃，",
)


@dataclass(frozen=True, slots=True)
class Writing:
    """How one export writes values. `shape`: of its codes, 0 to 2; `comma`: in numbers, for the point."""

    day: str
    clock: str
    is_coded: bool
    is_chinese: bool
    shape: int
    comma: bool = False


Maker = Callable[[random.Random, Writing], str]


def value(element: str, r: random.Random, writing: Writing) -> str:
    """One value that a column of this element may have; "" is a column of no element."""
    maker = _MAKERS.get(element) or _words(element) or _BY_TYPE[elements()[element].type]
    cell = maker(r, writing)
    return cell.replace(".", ",") if writing.comma and elements()[element].type in ("number", "text") else cell


def odd(r: random.Random, rows: int) -> tuple[str, ...]:
    """Values of a column that means nothing."""
    makers: Sequence[Callable[[], str]] = (
        lambda: str(r.randrange(10**6)), lambda: r.choice("XYZ"), lambda: "", lambda: f"{r.random():.4f}",
        lambda: "abc def", lambda: r.choice("01"), lambda: f"{r.uniform(1, 99):.1f}", lambda: str(r.randrange(1, 30)),
        lambda: r.choice(("Alpha", "Beta", "Gamma", "Delta")), lambda: r.choice(("甲类", "乙类", "其他")),
        lambda: f"2024-0{r.randrange(1, 10)}-1{r.randrange(10)} 0{r.randrange(10)}:00:00",
    )  # fmt: skip
    pick = r.choice(makers)
    return tuple(pick() for _ in range(rows))


def _words(element: str) -> Maker | None:
    if element in TOLD["numbers"]:
        low, high, places = TOLD["numbers"][element]
        return lambda r, w: f"{r.uniform(low, high):.{places}f}"
    told = TOLD["words"].get(element)
    if told is None:
        return None

    def maker(r: random.Random, writing: Writing) -> str:
        if writing.is_coded and "codes" in told:
            return str(r.choice(told["codes"]))
        return str(r.choice(told["zh"] if writing.is_chinese or "en" not in told else told["en"]))

    return maker


def _moment(r: random.Random, writing: Writing, first: int = 2015, years: int = 9, *, timed: bool = True) -> str:
    when = dt.datetime(first, 1, 1) + dt.timedelta(minutes=r.randrange(years * 525_600))
    if writing.day == "%Y%m%d%":  # the clock time glued to the day
        return when.strftime("%Y%m%d%H:%M:%S" if timed else "%Y%m%d")
    if writing.day == "%Y%m%d" and timed:
        return when.strftime("%Y%m%d%H%M%S")
    return when.strftime(writing.day + (writing.clock if timed else ""))


def _id(r: random.Random, writing: Writing) -> str:
    return (f"{r.randrange(10**9):09d}", f"A{r.randrange(10**7):07d}", str(r.randrange(10**5)))[writing.shape]


def _identity(r: random.Random, _: Writing) -> str:
    day = dt.date(1935, 1, 1) + dt.timedelta(days=r.randrange(31_000))
    body = f"33010{r.randrange(10)}{day:%Y%m%d}{r.randrange(1000):03d}"
    return body + "10X98765432"[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body)) % 11]


def _person(r: random.Random, writing: Writing) -> str:
    if writing.is_chinese:
        return r.choice(_SURNAMES) + "".join(r.choice(_GIVEN) for _ in range(r.choice((1, 2))))
    return f"{r.choice(_FIRST)} {r.choice(_LAST)}"


def _address(r: random.Random, writing: Writing) -> str:
    if writing.is_chinese:
        return f"杭州市西湖区文三路{r.randrange(900)}号{r.randrange(9)}幢{r.randrange(900)}室"
    return f"{r.randrange(900)} {r.choice(('Oak', 'Main', 'Hill'))} Street"


def _icd(r: random.Random, writing: Writing) -> str:
    letter, number = r.choice("ABCDEFGHIJKLMNRSTZ"), r.randrange(100)
    if writing.is_chinese:
        return f"{letter}{number:02d}.{r.randrange(10)}00" + r.choice(("", f"x00{r.randrange(1, 9)}"))
    if writing.is_coded:
        return f"{r.randrange(1, 999):03d}{r.randrange(100):02d}"
    return f"{letter}{number:02d}.{r.randrange(10)}"


def _procedure(r: random.Random, writing: Writing) -> str:
    long = writing.is_chinese and writing.is_coded
    return f"{r.randrange(10, 99)}.{r.randrange(10, 99)}" + (f"00x{r.randrange(10):03d}" if long else "")


def _result(r: random.Random, _: Writing) -> str:
    return r.choice(("阴性", "NEG", "<0.5")) if r.random() < 0.1 else f"{r.uniform(0.5, 200):.1f}"


def _code(r: random.Random, writing: Writing) -> str:
    return (f"{r.randrange(10**4):04d}", f"X{r.randrange(999):03d}", _icd(r, writing))[writing.shape]


def _item(r: random.Random, writing: Writing) -> str:
    return r.choice(("WBC", "HGB", "CREA", "GLU", "K")) if writing.is_coded else str(50800 + r.randrange(200))


def _prose(r: random.Random, writing: Writing) -> str:
    return _PROSE[writing.is_chinese] * r.randint(2, 6)


def _phone(r: random.Random, _: Writing) -> str:
    return f"1{r.randrange(3 * 10**9, 10**10)}"


def _small(r: random.Random, writing: Writing) -> str:
    if writing.is_coded:
        return r.choice("1234")
    return r.choice("甲乙丙丁" if writing.is_chinese else "ABCD")


_PEOPLE = (
    "name contact_name doctor doctor_name surgeon nurse doctor_attending anaesthetist assistant1 lab_tester lab_checker"
)
_NOTES = (
    "note_text progress_note exam_finding exam_conclusion present_illness discharge_summary physical_exam path_gross"
)
_MAKERS: Mapping[str, Maker] = {
    **dict.fromkeys([*_PEOPLE.split(), "send_doctor"], _person),
    **dict.fromkeys([*_NOTES.split(), "path_micro", "past_history"], _prose),
    **dict.fromkeys(("phone", "contact_phone", "employer_phone"), _phone),
    **dict.fromkeys(("address", "registered_address", "ems_address", "contact_address"), _address),
    "birth_date": lambda r, w: _moment(r, w, 1935, 70, timed=False),
    "onset_date": lambda r, w: _moment(r, w, timed=False),
    "id_number": _identity,
    "first_name": lambda r, w: r.choice(_FIRST),
    "last_name": lambda r, w: r.choice(_LAST),
    "full_name_part": lambda r, w: r.choice(("Mr.", "Mrs.", "Lee", "Ann")),
    "ssn": lambda r, w: f"{r.randrange(100, 999)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}",
    "diag_code": _icd,
    "proc_code": _procedure,
    "drug_code": lambda r, w: f"YP{r.randrange(900):04d}",
    "ndc": lambda r, w: f"{r.randrange(10**10, 10**11)}",
    "lab_item_code": _item,
    "lab_result": _result,
    "lab_ref": lambda r, w: f"{r.uniform(0, 5):.1f}-{r.uniform(5, 50):.1f}",
    "study_uid": lambda r, w: f"1.2.840.113619.{r.randrange(10**6)}.{r.randrange(10**6)}.{r.randrange(999)}",
    "dept_code": lambda r, w: f"{r.randrange(1, 30):04d}",
    "doctor_id": lambda r, w: f"{r.randrange(10**6):06d}",
    "bed": lambda r, w: f"{r.randrange(20):02d}{r.choice('AB')}-{r.randrange(50)}",
    "device_id": lambda r, w: f"(01){r.randrange(10**13)}(21){r.randrange(10**8)}",
    "code": _code,
    "minutes_from_admission": lambda r, w: str(r.randrange(-3000, 30_000)),
    "minutes_to_stop": lambda r, w: str(r.randrange(0, 40_000)),
    "birth_year": lambda r, w: str(r.randrange(1930, 2024)),
    "drug_rate": lambda r, w: f"{r.uniform(0.05, 150):.2f}",
    "postcode": lambda r, w: f"{r.randrange(10_000, 99_999)}",
}
_BY_TYPE: Mapping[str, Maker] = {
    "datetime": _moment,
    "date": lambda r, w: _moment(r, w, timed=False),
    "id": _id,
    "int": lambda r, w: str(r.randrange(40)),
    "number": lambda r, w: f"{r.uniform(0, 300):.1f}",
    "code": _small,
    "text": lambda r, w: r.choice(
        ("其他", "普通说明", "一般情况") if w.is_chinese else ("other", "some words", "text")
    ),
}
