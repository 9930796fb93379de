"""A discharge summary of each stay at the south hospital that has ended"""

from __future__ import annotations

from typing import Final

from medark.synthetic.feeds.archive import deflated
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.tabular import wording

_FACTS: Final = ("organisations", "tests")
_LISTS: Final = ("department", "disease", "drug", "procedure", "test", "word")


def write(desk: Desk) -> None:
    """Documents in the order in which people were discharged, in one archive."""
    desk.facts(*_FACTS, *(f"local_south_{name}" for name in _LISTS))
    desk.run(wording("cda", "prepare"))
    found = desk.query(wording("cda", "documents"))
    if not found.num_rows:
        return
    ids, persons, documents = (found[name].to_pylist() for name in ("record_id", "person", "document"))
    content = deflated((f"{name}.xml", document.encode()) for name, document in zip(ids, documents, strict=True))
    records = [("discharge_summary", name, person) for name, person in zip(ids, persons, strict=True)]
    desk.file(f"discharge_{desk.part.number:04d}.zip", content, records)
