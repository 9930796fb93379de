"""The insurer: settled claims in columns of fixed width, a heading line above them, amounts in yuan"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_COLUMNS = (
    ("CLAIM_NO", 16), ("PERSON_ID_NO", 20), ("ORG", 12), ("SCHEME", 10), ("VISIT_TYPE", 12), ("ADMIT", 11),
    ("DISCHARGE", 11), ("MAIN_DX", 13), ("SUBMITTED", 18), ("TOTAL", 14), ("POOLED", 14), ("OWN", 14),
)  # fmt: skip
_CLAIMS = Export(
    "claims_{part:03d}.txt",
    wording("claims", "claims"),
    header="".join(f"{name:<{width}}" for name, width in _COLUMNS).rstrip() + "\n",
)


def _write(desk: Desk) -> None:
    desk.facts("diseases")
    desk.lines(_CLAIMS)


SYSTEMS = (System("insurer/claims", _write),)
