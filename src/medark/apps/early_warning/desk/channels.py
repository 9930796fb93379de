"""What a line list shows of each dataset: whose rows are behind which signals, and the columns that tell a case"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.sdk import Rows, TableColumn, View

from .series import DISTRICT

MULTI_POINT: Final = "multi_point"  # channels that agree: the cases are those of each
_MOST: Final = 100  # cases of one page


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a line list. `kind`: of a table's column; `words`: what its values are named by."""

    name: str
    en: str
    zh: str
    kind: str = "text"
    words: str = ""

    def titled(self, view: View) -> TableColumn:
        """As a table has it."""
        return TableColumn(self.name, view.say(self.en, self.zh), self.kind)


@dataclass(frozen=True, slots=True)
class Channel:
    """A dataset as a line list. `where`: the columns that its signals are by; `fixed`: parts of every query of it."""

    dataset: str
    en: str
    zh: str
    signals: tuple[str, ...]
    columns: tuple[Column, ...]
    where: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a page calls its rows."""
        return f"cases_{self.dataset}"

    @property
    def cases(self) -> Rows:
        """The cases behind the series that a query names."""
        names = tuple(one.name for one in (PERSON, *self.columns))
        only = tuple(f"signal={name}" for name in self.signals)
        return Rows(self.dataset, names, ("-entry_start",), _MOST, self.where, "entry_start", only)


PERSON: Final = Column("person_id", "person", "人员", "person")
ONSET: Final = Column("entry_start", "onset or first contact", "发病或就诊时间", "date")
WHERE: Final = Column(DISTRICT, "district", "区县", words="district")
AGE: Final = Column("age_band", "age", "年龄组")
OF_SEX: Final = Column("sex", "sex", "性别", words="sex")
RESULT: Final = Column("result", "nucleic acid", "核酸结果", words="result")
ENDED: Final = Column("outcome", "outcome", "转归", words="outcome")
_WHO: Final = (ONSET, WHERE, AGE, OF_SEX)
_SYNDROME: Final = Column("syndrome", "syndrome", "症候群", words="syndrome")
_CODE: Final = Column("code", "diagnosis", "诊断编码")
_TEMPERATURE: Final = Column("temperature", "temperature, °C", "体温，°C", "number")
_SCHOOL: Final = Column("school", "school", "学校")
_SYMPTOM: Final = Column("symptom", "symptom", "症状", words="symptom")
_CLASS: Final = Column("drug_class", "class", "类别", words="drug_class")
_DRUG: Final = Column("drug", "drug", "药品")
_DISEASE: Final = Column("disease", "disease", "病种", words="disease")
_CASE: Final = Column("case_class", "class of the case", "病例分类")
_REPORTED: Final = Column("reported", "reported", "报告时间", "date")
_COMPLAINT: Final = Column("complaint", "complaint", "主诉", words="complaint")
_PRIORITY: Final = Column("priority", "priority", "优先级", "number")
_TARGET: Final = Column("target", "target", "检测项目", words="target")

CHANNELS: Final = (
    Channel(
        "visits", "diagnoses of the syndrome", "症候群就诊", ("syndromes", "clusters", MULTI_POINT),
        (*_WHO, _SYNDROME, _CODE, RESULT, ENDED), ("syndrome", DISTRICT),
    ),
    Channel(
        "fevers", "fever at a visit", "发热就诊", ("fevers", MULTI_POINT),
        (*_WHO, _TEMPERATURE, RESULT, ENDED), (DISTRICT,),
    ),
    Channel(
        "absences", "pupils absent for illness", "因病缺课", ("absences", "schools", MULTI_POINT),
        (*_WHO, _SCHOOL, _SYMPTOM), ("school", DISTRICT),
    ),
    Channel(
        "medicines", "drugs of the four classes", "四类药品", ("medicines",), (*_WHO, _CLASS, _DRUG),
        ("drug_class", DISTRICT),
    ),
    Channel(
        "cards", "report cards", "传染病报告卡", ("cards", "cards_urgent", MULTI_POINT),
        (*_WHO, _DISEASE, _CASE, _REPORTED, RESULT, ENDED), ("disease", DISTRICT),
    ),
    Channel(
        "calls", "calls to 120", "120 呼叫", ("calls", MULTI_POINT),
        (*_WHO, _COMPLAINT, _PRIORITY), ("complaint", DISTRICT),
    ),
    Channel(
        "tests", "positive tests", "核酸阳性", ("positivity", MULTI_POINT), (*_WHO, _TARGET, ENDED),
        ("target", DISTRICT, "is_positive"), {"is_positive": "true"},
    ),
)  # fmt: skip


def fixed_of(signal: str) -> Mapping[str, str]:
    """What every query for the cases of a signal says beside its series."""
    return {name: value for one in CHANNELS if signal in one.signals for name, value in one.fixed.items()}
