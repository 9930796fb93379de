"""What a table of which no row can be made lacks: the meanings that one of its columns must have"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.standardise.propose.draft.context import Context
from medark.standardise.propose.draft.events import EVENTS, START_OF

# Of kinds whose rows are no events: groups of slots, one of each of which must be filled.
_NEEDS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "patient": (("birth_time", "gender"),),
    "visit": (("visit_key", "row_key"), ("visit.start",)),
    "stay": (("detail.start",), ("visit_key", "detail_key", "row_key")),
    "fee": (("visit_key",), ("fee.amount",)),
    "note": (("note",),),
    "coverage": (("cov.payer",), ("cov.start",)),
    "allergy": (("allergy",), ("allergy.time",)),
    "dept": (("care_site_name",),),
    "staff": (("provider_key",),),
}  # fmt: skip
_NO_PEOPLE: Final = frozenset({"dept", "staff", "dictionary"})


def lacking(context: Context, kind: str) -> tuple[str, ...]:
    """The slots that are to be filled first, whose row it is before all. One at least.

    Of the slots of which one is enough (the name of a result, or its code) the first is told.
    """
    whose = ("person_key",) if context.person is None and kind not in _NO_PEOPLE else ()
    return (*whose, *_of_rows(context, kind)) or (f"what a {kind} needs",)


def _of_rows(context: Context, kind: str) -> Iterator[str]:
    if kind not in EVENTS:
        filled = context.filled
        yield from (slots[0] for slots in _NEEDS.get(kind, ()) if not filled.get(*slots) and not filled.all(slots[0]))
        return
    slot = EVENTS[kind][0]
    if slot == "meas" and context.filled.all("wide"):  # results side by side lack no more than their time
        yield START_OF[kind]
        return
    if not context.filled.get(f"{slot}.name", f"{slot}.code"):
        yield f"{slot}.name"
    if slot == "meas" and not context.filled.get("meas.value"):
        yield "meas.value"
    is_somebodys = context.person is not None  # else what tells whose a line is, its head, also tells when
    if is_somebodys and context.visit_start is None and context.own("start_time", START_OF[kind]) is None:
        yield START_OF[kind]
