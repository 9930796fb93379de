"""Every operator by the kind of its answer, with the kinds of argument that it can be drawn with"""

from __future__ import annotations

from itertools import product

from medark.define.kinds import Kind
from medark.define.operators import OPERATORS

Argument = Kind | tuple[int, ...]  # a value of a kind, or one of these whole numbers
Form = tuple[str, tuple[Argument, ...]]  # an operator and its arguments

_NUMBER, _WHOLE, _DATE, _TIME, _KEY = Kind.NUMBER, Kind.WHOLE, Kind.DATE, Kind.DATETIME, Kind.KEY
_KINDS = tuple(kind for kind in Kind if kind is not Kind.QUANTITY)
_DECIMALS, _LETTERS, _LENGTHS, _CONCEPTS = (0, 1, 2, 3), (-1, 0, 1, 3), (-31, -1, 0, 1, 12), (1, 2, 9201)
_FAR = (-(10**6), 10**5, 10**9, 10**12)  # past the end of the calendar, of what engines count time in, and nearly so
# Arguments that would seldom be drawn so as to mean something.
_APT: dict[str, list[tuple[Argument, ...]]] = {
    "round": [(_NUMBER, _DECIMALS)],
    "beginning": [(Kind.TEXT, _LETTERS)] * 2,
    "equal": [(_KEY, _CONCEPTS)] * 3,
    "not_equal": [(_KEY, _CONCEPTS)],
    "plus_days": [(_DATE, _LENGTHS), (_TIME, _LENGTHS), (_DATE, _FAR), (_TIME, _FAR)],
    "plus_months": [(_DATE, _LENGTHS), (_TIME, _LENGTHS), (_DATE, _FAR), (_TIME, _FAR)],
    "plus_seconds": [(_TIME, _LENGTHS), (_TIME, _FAR)],
    "date_of": [((2024,), (2,), (29,)), ((2023, 2024), (2, 4, 13), (1, 29, 30)), (_WHOLE, (2, 12), (29, 31))],
    "exp": [((0, 1, 800),)],
    "power": [(_NUMBER, (-1, 0, 2, 400))],
    "least": [(_NUMBER, _WHOLE, _NUMBER), (_DATE,) * 3],
    "greatest": [(_NUMBER,), (_TIME,) * 3],
}


def _forms(name: str) -> list[tuple[Argument, ...]]:
    """The arguments of an operator: all kinds that it takes, and some more apt ones."""
    operator = OPERATORS[name]
    count = 2 if operator.arguments < 0 else operator.arguments
    taken = [kinds for kinds in product(_KINDS, repeat=count) if operator.answer(kinds) is not None]
    return [*taken, *_APT.get(name, ())]


def _answer(name: str, arguments: tuple[Argument, ...]) -> Kind:
    kinds = [one if isinstance(one, Kind) else _WHOLE for one in arguments]
    answer = OPERATORS[name].answer(kinds)
    assert answer is not None
    return answer


def _made_by() -> dict[Kind, dict[str, list[tuple[Argument, ...]]]]:
    made: dict[Kind, dict[str, list[tuple[Argument, ...]]]] = {kind: {} for kind in _KINDS}
    for name in OPERATORS:
        for arguments in _forms(name):
            made[_answer(name, arguments)].setdefault(name, []).append(arguments)
    return made


MADE_BY = _made_by()  # kind of the answer -> operator -> arguments
