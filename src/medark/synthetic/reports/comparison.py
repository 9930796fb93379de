"""What has changed since the picture before: the sentence with which a follow-up report begins"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medark.synthetic.chance import Ints
from medark.synthetic.reports.findings import ABSENT, PRESENT, Patients, Seen
from medark.synthetic.reports.said import Said, protected, scattered
from medark.synthetic.reports.wording import DATES, chosen, days

_GROWN = 2  # mm: less is within what two readers differ by; ours
_COMPARED = 0.6  # share of follow-up studies whose report compares; ours
_PHRASES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {
        "new": ("与{before}片比较，出现新发病变。", "对比{before}本院旧片，病变为新出现。"),
        "grown": ("与{before}片比较，病灶较前增大。", "对比{before}旧片，原有病灶体积增大。"),
        "same": ("与{before}片比较，病变较前大致相仿。", "对比{before}旧片，原有病变未见明显变化。"),
        "better": ("与{before}片比较，原有病变较前吸收。", "对比{before}旧片，病变较前好转。"),
        "none": ("与{before}片比较，未见明显新发病变。", "对比{before}旧片，未见明显变化。"),
    },
    "en": {
        "new": ("Compared with {before}, new changes have appeared. ",),
        "grown": ("Compared with {before}, the known lesion has grown. ",),
        "same": ("Compared with {before}, no relevant change of the known lesion. ", "Unchanged since {before}. "),
        "better": ("Compared with {before}, the changes have resolved in part. ",),
        "none": ("Compared with {before}, nothing new. ",),
    },
}
_WORDS = ("new", "grown", "same", "better", "none")


def compared(
    chance: np.random.Generator, language: str, of: Patients, performed: np.ndarray, found: Sequence[Seen]
) -> Said:
    """The sentence for studies of one kind in the order of time; nothing where there was none before."""
    before = earlier(of.person)
    rows = np.flatnonzero((before >= 0) & (chance.random(len(before)) < _COMPARED))
    dates = np.where(before >= 0, performed[before], performed)
    columns = {"before": protected("date", days(dates, DATES[language]))}
    change = _changes(found, before)
    said: list[tuple[Ints, Said]] = []
    for number, word in enumerate(_WORDS):
        said += chosen(chance, _PHRASES[language][word], columns, rows[change[rows] == number])
    return scattered(len(before), said)


def earlier(person: Ints) -> Ints:
    """The row before of the same person; -1 for their first."""
    order = np.argsort(person, kind="stable")
    same = np.concatenate([[False], person[order][1:] == person[order][:-1]]) if len(order) else np.zeros(0, bool)
    before = np.full(len(person), -1)
    before[order] = np.where(same, np.concatenate([[-1], order[:-1]]) if len(order) else order, -1)
    return before


def _changes(found: Sequence[Seen], before: Ints) -> Ints:
    """Place in _WORDS: what is new goes before what grew, and that before what is better.

    Only what both reports speak of counts; of findings that do not last, those that are still there are fewer.
    """
    new, grown, same, better = (np.zeros(len(before), dtype=bool) for _ in range(4))
    for each in found:
        now, then = each.state, each.state[before]
        both, lasting = (now == PRESENT) & (then == PRESENT), bool(each.fact["lasting"])
        larger = np.nan_to_num(each.size - each.size[before]) >= _GROWN
        new |= (now == PRESENT) & (then == ABSENT)
        grown |= both & larger & lasting
        same |= both & ~larger & lasting
        if not lasting:
            better |= both | ((now == ABSENT) & (then == PRESENT))
    return np.select([new, grown, better, same], [0, 1, 3, 2], 4)
