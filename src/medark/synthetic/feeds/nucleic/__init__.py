"""Nucleic-acid test sites: one CSV a part, in UTF-8 with a byte order mark as spreadsheets write it"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_HEADER = "\ufeff样本编号,采样点编号,采样点,采样时间,姓名,证件号码,手机号,检测项目,混采人数,Ct值,检测结果,报告时间\r\n"
_TESTS = Export("核酸检测_{part:03d}.csv", wording("nucleic", "tests"), header=_HEADER)


def _write(desk: Desk) -> None:
    desk.facts("organisations", "test_targets")
    desk.lines(_TESTS)


SYSTEMS = (System("testing/nucleic", _write),)
