"""A definition written back as the Python that makes it, for errors"""

from __future__ import annotations

from functools import lru_cache

from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    CodeOf,
    Column,
    Eras,
    Filter,
    Frame,
    InConcepts,
    IndexValue,
    InUnit,
    IsIn,
    Literal,
    Missing,
    Node,
    Pair,
    Pick,
    PickedColumn,
    Root,
    Table,
    Today,
    Value,
)
from medark.define.operators import OPERATORS
from medark.errors import DefinitionError

FRAME_NAMES = {
    "person": "person", "death": "deaths", "observation_period": "observation_periods", "visit_occurrence": "visits",
    "visit_detail": "visit_details", "condition_occurrence": "conditions", "drug_exposure": "drugs",
    "procedure_occurrence": "procedures", "device_exposure": "devices", "measurement": "measurements",
    "observation": "observations", "specimen": "specimens", "note": "notes", "note_nlp": "note_terms",
    "image_occurrence": "images", "episode": "episodes", "payer_plan_period": "payer_plan_periods",
    "condition_era": "condition_eras", "drug_era": "drug_eras", "dose_era": "dose_eras", "cost": "costs",
}  # fmt: skip
_LONGEST = 160


def wording(node: Node) -> str:
    """The expression as it would be typed; long ones are cut in the middle.

    >>> from medark.define.kinds import Kind
    >>> wording(Call("add", (Literal(1, Kind.WHOLE), Literal(2, Kind.WHOLE))))
    '1 + 2'
    """
    text = _text(node)
    return _cut(text, _LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest // 2]} … {text[-longest // 2 :]}"


def corrected(error: DefinitionError, operator: str, arguments: tuple[Value, ...]) -> DefinitionError:
    """The error of an operator with the expression that was meant and, where one is plain, a corrected one."""
    texts = [_text(argument) for argument in arguments]
    return DefinitionError(
        f"{_applied(operator, texts)} can't be: {error.what}", fix=_better(operator, arguments) or error.fix
    )


def _better(operator: str, arguments: tuple[Value, ...]) -> str:
    """The same expression with the likeliest slip mended; '' where none is plain."""
    kinds = [argument.kind.name for argument in arguments]
    texts = [_text(argument) for argument in arguments]
    mended = [_mended(text, kind, kinds) for text, kind in zip(texts, kinds, strict=True)]
    return _applied(operator, mended) if mended != texts else ""


def _mended(text: str, kind: str, kinds: list[str]) -> str:
    if kind == "QUANTITY":
        return f"{text.removesuffix('.value_as_number')}.value_in('mmol/L')"
    if kind == "DATETIME" and "DATE" in kinds:
        return f"{text}_date" if text in ("index.start", "index.end") else f"{text}.date"
    return text


def _applied(operator: str, texts: list[str]) -> str:
    known = OPERATORS[operator]
    if known.symbol and len(texts) == 2:
        return f"{texts[0]} {known.symbol} {texts[1]}"
    if known.symbol:
        return f"{known.symbol}{texts[0]}"
    return f"{texts[0]}.{operator}({', '.join(texts[1:])})"


@lru_cache(maxsize=4096)
def _text(node: Node) -> str:
    """A node as Python, cut where it is longer than any error shows: a graph of few parts is a tree of many words."""
    return _cut(_written(node), 4 * _LONGEST)


def _written(node: Node) -> str:
    """Each kind of node as Python."""
    match node:
        case Frame() | Pick():
            return _frame(node)
        case Literal(value=value):
            return f'"{value}"' if isinstance(value, str) else str(value)
        case Missing():
            return "missing"
        case Today():
            return "today"
        case IndexValue(name=name):
            return f"index.{name}"
        case Column(rows=rows, name=name, side=side):
            return ".".join(part for part in (_frame(rows), side, name) if part)
        case PickedColumn(pick=pick, name=name, side=side):
            return ".".join(part for part in (_frame(pick), side, name) if part)
        case Aggregate(name=name, frame=frame, argument=argument):
            return f"{_frame(frame)}.{name}({'' if argument is None else _text(argument)})"
        case Call(operator=operator, arguments=arguments):
            return _applied(operator, [_bracketed(argument) for argument in arguments])
        case IsIn(value=value, options=options):
            return f"{_text(value)}.is_in({list(options)!r})"
        case CodeOf(value=value, codes=codes):
            return f"{_text(value)}.code_of({{{codes[0][0]!r}: {codes[0][1]!r}, …}})"
        case InConcepts(value=value, concepts=concepts):
            return f"{_text(value)}.is_in({concepts.name!r})"
        case InUnit(quantity=quantity, target=target):
            return f"{_text(quantity).removesuffix('.value_as_number')}.value_in({target!r})"
        case AnyUnit(quantity=quantity):
            return f"{_text(quantity)}.of_any_unit()"
        case Case(branches=branches):
            return f"when({_text(branches[0][0])}).then({_text(branches[0][1])})…"
        case AtEach(frame=frame, value=value):
            return f"{_frame(frame)}.at_each({_text(value)})"
    return type(node).__name__


def _bracketed(value: Value) -> str:
    is_binary = isinstance(value, Call) and OPERATORS[value.operator].symbol and len(value.arguments) == 2
    return f"({_text(value)})" if is_binary else _text(value)


def _frame(node: Root | Frame | Pick) -> str:
    match node:
        case Table(name=name):
            return FRAME_NAMES.get(name, name)
        case Filter(source=source, condition=InConcepts(value=Column(name="concept"), concepts=concepts)):
            return f"{_frame(source)}.of({concepts.name!r})"
        case Filter(source=source, condition=condition):
            return f"{_frame(source)}.where({_text(condition)})"
        case Pair(left=left, right=right, order=order):
            return f"{_frame(left)}.paired_with({_frame(right)}, order={order!r})"
        case Eras(source=source, gap=gap):
            return f"{_frame(source)}.run_together(gap=days({gap}))"
        case Pick(source=source, by=by, last=last):
            return f"{_frame(source)}.{'last' if last else 'first'}_by({', '.join(map(_text, by))})"
    return type(node).__name__
