"""Names as they stand in a table: without what all of them begin with, and of a path its last part

`payload.birth_date` among columns that all begin with `payload.` is `birth_date`; `Patient.Address.district` is, less
surely, `district`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from medark.standardise.propose.names.lexicon import Lexicon, NameScore
from medark.standardise.propose.names.words import concepts, spelled

_SHARED, _FEWEST = 0.6, 4  # of a table's columns, and how many, begin with what says nothing
_WHOLE, _BARE, _LAST = 1.0, 0.96, 0.88  # trust in a name as it is, without its beginning, and in its last part alone
_SPELLED = 0.98  # and in one whose words are written out
_ATTRIBUTES, _OF_PARENT, _BY_ITSELF = frozenset({"code", "value", "text", "display", "id"}), 0.84, 0.6
_LEVELS = re.compile(r"[./]|__")
_BEGINNINGS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[._/]+")


def scored(
    lexicon: Lexicon, table: str, names: Sequence[str], without: Sequence[Collection[str]] = ()
) -> list[Mapping[str, NameScore]]:
    """Elements that each of a table's columns may say. `without`: for each, entries not to look at."""
    beginnings = shared(table, names)
    hidden = without or [()] * len(names)
    return [_scores(lexicon, name, beginnings, hide) for name, hide in zip(names, hidden, strict=True)]


def shared(table: str, names: Sequence[str]) -> tuple[str, ...]:
    """What most names of a table begin with and is no word that tells anything, longest first; or the table's own name.

    >>> shared("t", ["payload.id", "payload.body.t", "payload.body.p", "payload.sex", "topic"])
    ('payload.',)
    """
    counts = Counter(beginning for name in names for beginning in _beginnings(name))
    least = max(_FEWEST, _SHARED * len(names))
    found = {one for one, n in counts.items() if n >= least and (one[-1] in "./" or not concepts(one))}
    own = table.lower()
    mine = [name for name in names if name.lower().startswith(own) and len(name) > len(own) + 2]
    if len(own) > 2 and len(mine) >= max(_FEWEST, len(names) / 2):
        found |= {name[: len(own)] for name in mine}
    return tuple(sorted(found, key=len, reverse=True))


def _beginnings(name: str) -> list[str]:
    ends = [match.end() for match in _BEGINNINGS.finditer(name)]
    return [name[:end] for end in ends if 1 < end < len(name)]


def ways(name: str, beginnings: Sequence[str]) -> dict[str, float]:
    """A name in the ways it may be read, with the trust in each.

    >>> ways("payload.body.temp", ("payload.",))
    {'payload.body.temp': 1.0, 'body.temp': 0.96, 'temp': 0.88}
    >>> ways("Patient.Sex.code", ())
    {'Patient.Sex.code': 1.0, 'Sex': 0.84, 'code': 0.6}
    >>> ways("DschDt", ())
    {'DschDt': 1.0, 'discharge date': 0.98}
    """
    found = {name: _WHOLE}
    start = next((one for one in beginnings if name.startswith(one) and len(name) > len(one) + 1), "")
    rest = name[len(start) :].strip("._/")
    *above, last = _LEVELS.split(rest)
    found.setdefault(rest, _BARE)
    if above and last.lower() in _ATTRIBUTES:  # of what it is an attribute says more
        found.setdefault(above[-1], _OF_PARENT)
        found.setdefault(last, _BY_ITSELF)
    else:
        found.setdefault(last, _LAST)
    for said, trust in tuple(found.items()):
        for out in () if _LEVELS.search(said) else spelled(said):
            found.setdefault(out, _SPELLED * trust)
    return {said: trust for said, trust in found.items() if said}


def _scores(
    lexicon: Lexicon, name: str, beginnings: Sequence[str], without: Collection[str]
) -> Mapping[str, NameScore]:
    read = ways(name, beginnings)
    if len(read) == 1:
        return lexicon.scores(name, without)
    found: dict[str, NameScore] = {}
    for said, trust in read.items():
        for element, score in lexicon.scores(said, without).items():
            mine = NameScore(trust * score.exact, trust * score.near, score.by)
            if element not in found or mine.near + mine.exact > found[element].near + found[element].exact:
                found[element] = mine
    return MappingProxyType(found)
