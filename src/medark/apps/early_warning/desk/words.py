"""The words of the desk's values, in both languages"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.sdk import View

Words = Mapping[str, tuple[str, str]]  # of a value: English, Chinese
_FEW: Final = 6

STATE: Final[Words] = {
    "alarm": ("alarm", "预警"), "quiet": ("quiet", "平稳"), "unknown": ("can't be told", "无法判断"),
    "unsettled": ("reports still to come", "待补报"),
}  # fmt: skip
STATE_MARK: Final[Mapping[str, str]] = {"alarm": "critical", "quiet": "good", "unknown": ""}
TASK: Final[Words] = {
    "open": ("nobody has it", "待受理"), "assigned": ("being verified", "核实中"), "done": ("verified", "已核实"),
    "dismissed": ("dismissed", "已排除"),
}  # fmt: skip
TASK_MARK: Final[Mapping[str, str]] = {"open": "warning", "assigned": "info", "done": "good", "dismissed": ""}
SEX: Final[Words] = {"F": ("female", "女"), "M": ("male", "男"), "8532": ("female", "女"), "8507": ("male", "男")}
FINDING: Final[Words] = {
    "positive": ("positive", "阳性"), "negative": ("negative", "阴性"), "inconclusive": ("inconclusive", "待复核"),
}  # fmt: skip
FINDING_MARK: Final[Mapping[str, str]] = {"positive": "critical", "inconclusive": "warning"}
OUTCOME: Final[Words] = {
    "died": ("died", "死亡"), "in_hospital": ("in hospital", "住院中"), "left": ("left hospital", "已出院"),
}  # fmt: skip
PLACE: Final[Words] = {
    "ward": ("the same ward at the same time", "同病区同时住院"),
    "outpatient": ("the same clinic at the same time", "同诊室同时就诊"),
    "school": ("absent from the same school", "同校因病缺勤"),
}  # fmt: skip
STANDING: Final[Words] = {
    "in_time": ("in time", "及时"), "late": ("late", "迟报"), "waiting": ("not yet due", "待报"),
    "missed": ("missed", "漏报"), "repeat": ("needs no card", "无需再报"),
    "unlinked": ("can't be told", "未关联，无法判断"),
}  # fmt: skip
STANDING_MARK: Final[Mapping[str, str]] = {
    "in_time": "good", "late": "warning", "waiting": "info", "missed": "critical",
}  # fmt: skip
REASONS: Final[Words] = {  # why a signal was closed so
    "outbreak": ("outbreak, reported", "暴发，已报告"),
    "cluster": ("cluster, contained", "聚集性疫情，已处置"),
    "season": ("seasonal rise", "季节性升高"),
    "delay": ("reports that came late", "延迟或补录"),
    "twice": ("the same as another signal", "与其他信号重复"),
    "screening": ("testing or screening as planned", "集中检测或筛查"),
    "error": ("error in the data", "数据错误"),
}


def told(view: View, value: object, words: Words) -> str:
    """A value in the reader's words; as it is where there are none, a dash for nothing."""
    if value in (None, ""):
        return "–"
    found = words.get(str(value))
    return view.say(*found) if found else str(value)


def clock(view: View, minutes: int | None) -> str:
    """How long until something is due, or since then.

    >>> clock(View({}, None, language="en"), -90), clock(View({}, None, language="zh"), 30)
    ('1 h 30 min late', '剩 30 分钟')
    """
    if minutes is None:
        return "–"
    hours, rest = divmod(abs(int(minutes)), 60)
    days, of_day = divmod(hours, 24)
    if days:
        span = view.say(f"{days} d {of_day} h", f"{days} 天 {of_day} 小时")
    elif hours:
        span = view.say(f"{hours} h {rest} min", f"{hours} 小时 {rest} 分钟")
    else:
        span = view.say(f"{rest} min", f"{rest} 分钟")
    return view.say(f"{span} late", f"超时 {span}") if minutes < 0 else view.say(f"{span} left", f"剩 {span}")


def number(value: object) -> str:
    """A number with at most two decimals; a dash for none.

    >>> number(3.0), number(7.969), number(1234567), number(None)
    ('3', '7.97', '1234567', '–')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else "–"


def whole(most: float) -> dict[str, object]:
    """An axis of whole numbers: each of them where they are few.

    >>> whole(3), whole(40)
    ({'values': [0, 1, 2, 3], 'format': 'd'}, {})
    """
    return {"values": list(range(int(most) + 1)), "format": "d"} if most < _FEW else {}
