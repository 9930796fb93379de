"""Both laboratories: HL7 v2 by month: admissions, results, corrections sent again, a merge, orders taken back"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, second_number, visit_no
from medark.synthetic.before.facts import tests
from medark.synthetic.before.output import SENT_TWICE, Ending, Output
from medark.synthetic.before.places import AUTHORITIES, DEPARTMENTS, NORTH, SOUTH, Organisation
from medark.synthetic.before.results import Result, flag, range_text, reported
from medark.synthetic.before.writers.his import stays

_CLASSES = {"outpatient": "O", "emergency": "E", "inpatient": "I"}
_HANDLED = dt.timedelta(hours=1)  # from blood to report
_NOTICED = dt.timedelta(days=1)  # from a wrong report to the right one


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one laboratory speaks."""

    organisation: Organisation
    version: str
    character_set: str  # of MSH-18
    encoding: str
    framed: bool  # as MLLP frames, recorded from the line
    conventional: bool  # units

    @property
    def source(self) -> str:
        """The system's name."""
        return f"{self.organisation.name}/lis"

    @property
    def authority(self) -> str:
        """Who numbers its patients, as PID-3.4 says."""
        return AUTHORITIES[self.source][0]


DIALECTS = (
    Dialect(NORTH, "2.4", "GB 18030-2000", "gb18030", framed=False, conventional=False),
    Dialect(SOUTH, "2.5.1", "UNICODE UTF-8", "utf-8", framed=True, conventional=True),
)


@dataclass(frozen=True, slots=True, order=True)
class _Message:
    """One message; in a file they come by time."""

    sent: dt.datetime
    control: str
    kind: str
    segments: tuple[str, ...]
    what: str = ""  # the error that it is
    ending: Ending | None = None


def write(city: City, out: Output) -> None:
    """A file a month from each laboratory."""
    for dialect in DIALECTS:
        months: dict[str, list[_Message]] = {}
        for message in sorted(_messages(city, dialect), key=lambda m: (m.sent, m.control)):
            months.setdefault(f"{message.sent:%Y-%m}", []).append(message)
        for month, messages in months.items():
            file = f"{month[:4]}/{month}.hl7"
            out.raw(dialect.source, file, b"".join(_bytes(message, dialect) for message in messages))
            for row_no, message in enumerate(messages):
                if message.ending is not None:
                    out.plant(dialect.source, file, row_no, message.what, message.ending)
        _sent_twice(out, dialect, min(months))


def _sent_twice(out: Output, dialect: Dialect, month: str) -> None:
    """The first month once more, under another name: the same bytes are the same record."""
    content = (out.root / "raw" / dialect.source / month[:4] / f"{month}.hl7").read_bytes()
    out.raw(dialect.source, f"resent/{month}.hl7", content)
    out.plant(dialect.source, f"resent/{month}.hl7", 0, N_("a file sent twice"), SENT_TWICE)


def _messages(city: City, dialect: Dialect) -> Iterator[_Message]:
    for life, encounter in stays(city, dialect.organisation):
        yield from _of_encounter(city, dialect, life, encounter)
    if dialect.organisation is NORTH:
        yield from _merges(city, dialect)
    yield from _errors(city, dialect)


def _of_encounter(city: City, dialect: Dialect, life: Life, encounter: Encounter) -> Iterator[_Message]:
    pid, pv1 = _pid(dialect, life, _number_then(city, dialect, life, encounter)), _pv1(life, encounter)
    key = visit_no(life, encounter)
    if encounter.kind == "inpatient":
        yield _message(dialect, encounter.start, f"{key}A01", "ADT^A01", (_evn(encounter.start), pid, pv1))
        left = _pv1(life, encounter, left=True)
        yield _message(dialect, encounter.end, f"{key}A03", "ADT^A03", (_evn(encounter.end), pid, left))
    for time in sorted({result.time for result in encounter.results}):
        group = [result for result in encounter.results if result.time == time]
        yield _report(dialect, life, key, pid, pv1, group, corrected=False)
        if any(result.first_value is not None for result in group):
            yield _report(dialect, life, key, pid, pv1, group, corrected=True)


def _report(
    dialect: Dialect, life: Life, visit: str, pid: str, pv1: str, group: list[Result], *, corrected: bool
) -> _Message:
    time = group[0].time
    sent = time + _HANDLED + (_NOTICED if corrected else dt.timedelta())
    number = order_no(visit, time)
    state = "C" if corrected else "F"
    obx = [_obx(dialect, life, n, result, state, corrected=corrected) for n, result in enumerate(group, 1)]
    test = "LAB^Laboratory^L" if dialect.conventional else "LAB^检验^L"
    obr = f"OBR|1||{number}|{test}|||{_stamp(time)}{'|' * 15}{_stamp(sent)}||LAB|{state}"
    orc = f"ORC|RE||{number}||CM"
    return _message(dialect, sent, f"{number}{state}", "ORU^R01", (pid, pv1, orc, obr, *obx))


def order_no(visit: str, time: dt.datetime) -> str:
    """The laboratory's number of what was asked for in a visit at a time."""
    return f"L{visit}{time:%m%d%H%M}"


def _obx(dialect: Dialect, life: Life, number: int, result: Result, state: str, *, corrected: bool) -> str:
    test, wide = tests()[result.test], dialect.conventional
    value = result.value if corrected or result.first_value is None else result.first_value
    loinc, unit = (test.loinc_conventional, test.unit_conventional) if wide else (test.loinc, test.unit)
    name = test.name_en if wide else test.name_zh
    code = (
        f"{loinc}^{test.name_en}^LN^{test.short}^{test.short}^L" if wide else f"{test.short}^{name}^L^{loinc}^{name}^LN"
    )
    sex = life.person.sex
    mark = flag(test, sex, value)
    return (
        f"OBX|{number}|NM|{code}||{reported(test, value, wide)}|{unit.replace('^', chr(92) + 'S' + chr(92))}"
        f"|{range_text(test, sex, wide)}|{mark}|||{state}|||{_stamp(result.time)}"
    )


def _merges(city: City, dialect: Dialect) -> Iterator[_Message]:
    for life in city.lives:
        found = second_number(city.seed, life)
        if found is not None:
            number, encounter = found
            sent = encounter.end + dt.timedelta(days=2)
            pid = _pid(dialect, life, NORTH.patient_no(life.person.number))
            mrg = f"MRG|{number}^^^{dialect.authority}^MR"
            yield _message(dialect, sent, f"{number}A40", "ADT^A40", (_evn(sent), pid, mrg))


def _errors(city: City, dialect: Dialect) -> Iterator[_Message]:
    """An order taken back, an admission that was none, a message about nobody, one of a kind that is not read."""
    life, encounter = next(stays(city, dialect.organisation))
    pid, pv1 = _pid(dialect, life, dialect.organisation.patient_no(life.person.number)), _pv1(life, encounter)
    at = encounter.start + dt.timedelta(hours=2)
    obr = f"OBR|1|O9001|O9001|K^Potassium^L|||{_stamp(at)}"
    nobody = ("PID|1||^^^&&^MR", "OBR|1||L0|LAB^LAB^L", "OBX|1|NM|K^K^L||4.1|mmol/L|||||F")
    errors = (
        ("ORDER-CA", "ORM^O01", (pid, pv1, "ORC|CA|O9001|O9001||CA", obr), N_("an order that was cancelled"),
         Ending("excluded", "order cancelled")),
        ("STAY-A11", "ADT^A11", (_evn(at), pid, f"PV1|1|I{'|' * 17}X-9009"), N_("an admission that was cancelled"),
         Ending("excluded", "admission cancelled")),
        ("NOBODY", "ORU^R01", nobody, N_("a report about nobody"), Ending("quarantined", "patient without a number")),
        ("QUERY", "QRY^A19", ("QRD|1|R|I|Q1|||1^RD||DEM",), N_("a query, which says nothing of anybody"),
         Ending("not_understood", "message type not read")),
    )  # fmt: skip
    for control, kind, segments, what, ending in errors:
        yield _message(dialect, at, control, kind, segments, what, ending)


def _number_then(city: City, dialect: Dialect, life: Life, encounter: Encounter) -> str:
    """The number that the patient had when it was sent: a temporary one before they were known."""
    found = second_number(city.seed, life) if dialect.organisation is NORTH else None
    if found is not None and found[1] is encounter:
        return found[0]
    return dialect.organisation.patient_no(life.person.number)


def _pid(dialect: Dialect, life: Life, number: str) -> str:
    who = life.person
    temporary = number.startswith("T")
    name = f"{who.family_en}^{who.given_en}" if dialect.conventional else f"{who.name_zh[0]}^{who.name_zh[1:]}"
    numbers = f"{number}^^^{dialect.authority}^MR"
    if temporary:
        return f"PID|1||{numbers}||^||{who.birth:%Y%m%d}|{who.sex}"
    street = who.address_en.replace(",", "") if dialect.conventional else who.address_zh
    return f"PID|1||{numbers}~{who.identity_no}^^^GA^NI||{name}||{who.birth:%Y%m%d}|{who.sex}|||{street}||{who.phone}"


def _pv1(life: Life, encounter: Encounter, *, left: bool = False) -> str:
    fields = [""] * 46
    code, *_ = DEPARTMENTS[encounter.kind]
    fields[:4] = ["PV1", "1", _CLASSES[encounter.kind], code]
    fields[19], fields[44] = visit_no(life, encounter), _stamp(encounter.start)
    if left:
        fields[45] = _stamp(encounter.end)
    return "|".join(fields).rstrip("|")


def _evn(at: dt.datetime) -> str:
    return f"EVN||{_stamp(at)}"


def _message(
    dialect: Dialect, sent: dt.datetime, control: str, kind: str, segments: Iterable[str], what: str = "",
    ending: Ending | None = None,
) -> _Message:  # fmt: skip
    place = dialect.organisation.name.upper()
    header = (
        f"MSH|^~\\&|LIS|{place}|PLATFORM|CITY|{_stamp(sent)}||{kind}|{control}|P|{dialect.version}"
        f"||||||{dialect.character_set}"
    )
    return _Message(sent, control, kind, (header, *segments), what, ending)


def _bytes(message: _Message, dialect: Dialect) -> bytes:
    body = "".join(f"{segment}\r" for segment in message.segments).encode(dialect.encoding)
    return b"\x0b" + body + b"\x1c\r" if dialect.framed else body


def _stamp(at: dt.datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}"
