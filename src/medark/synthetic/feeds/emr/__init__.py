"""Both hospitals' notes of stays: text files with a header of keys, a stored zip a part, in GB 18030 and in UTF-8"""

from __future__ import annotations

from functools import partial

from medark.synthetic.feeds.archive import stored
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import System
from medark.synthetic.feeds.tabular import wording

_ENCODINGS = {"north": "gb18030", "south": "utf-8"}


def _write(desk: Desk, organisation: str) -> None:
    """Documents in the order in which they were written, in one archive without compression."""
    found = desk.query(wording("emr", organisation))
    if not found.num_rows:
        return
    ids, persons, documents, kinds = (found[name].to_pylist() for name in ("record_id", "person", "document", "kind"))
    encoding = _ENCODINGS[organisation]
    content = stored((f"{name}.txt", text.encode(encoding)) for name, text in zip(ids, documents, strict=True))
    desk.file(f"notes_{desk.part.number:04d}.zip", content, zip(kinds, ids, persons, strict=True))


SYSTEMS = tuple(
    System(f"{organisation}/emr", partial(_write, organisation=organisation), hospital=organisation)
    for organisation in _ENCODINGS
)

__all__ = ["SYSTEMS"]
