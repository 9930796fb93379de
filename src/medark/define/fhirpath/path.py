"""Tree to function: what a path finds in a resource"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from medark.define.fhirpath import functions
from medark.define.fhirpath.grammar import parse
from medark.define.fhirpath.nodes import Binary, Call, Index, Literal, Member, Negative, Node, This, Variable
from medark.define.fhirpath.operators import OPERATORS, truth
from medark.define.fhirpath.values import CHOICES, TYPES, Typed, is_of, number, plain
from medark.errors import DefinitionError

Items = list[Any]
Scope = Mapping[str, Any]  # variables by name; %resource is one of them
Path = Callable[[Items, Scope], Items]
ALWAYS: Final = ("resource", "context")
FUNCTIONS: Final = tuple(
    sorted({*functions.ALONE, "where", "exists", "all", "ofType", "join", "extension", "getReferenceKey"})
)


def compiled(path: str, variables: Collection[str] = ()) -> Path:
    """What a path finds: give it where it begins and the variables. DefinitionError where it can't be understood.

    >>> compiled("name.where(use = 'official').family")([{"name": [{"use": "official", "family": "Li"}]}], {})
    ['Li']
    """
    return _path(parse(path), frozenset((*variables, *ALWAYS)))


def _path(node: Node, variables: frozenset[str]) -> Path:
    match node:
        case Literal(value):
            found = [] if value is None else [value]
            return lambda items, scope: found
        case This():
            return lambda items, scope: items
        case Variable(name):
            return _variable(name, variables)
        case Member(of, name):
            return _member(_of(of, variables), name, is_first=of is None)
        case Index(of, at):
            return _index(_path(of, variables), _path(at, variables))
        case Negative(operand):
            return _negative(_path(operand, variables))
        case Binary(sign, left, right):
            return _binary(OPERATORS[sign], _path(left, variables), _path(right, variables))
        case Call(of, name, given):
            return _call(_of(of, variables), name, given, variables)


def _of(node: Node | None, variables: frozenset[str]) -> Path:
    return (lambda items, scope: items) if node is None else _path(node, variables)


def _variable(name: str, variables: frozenset[str]) -> Path:
    if name not in variables:
        raise DefinitionError(
            "the FHIRPath names a constant that there is not", fix="add it to `constant`", name=name[:60]
        )

    def found(items: Items, scope: Scope) -> Items:
        value = scope.get(name)
        return [] if value is None else [value]

    return found


def _member(of: Path, name: str, *, is_first: bool) -> Path:
    def found(items: Items, scope: Scope) -> Items:
        result: Items = []
        for item in of(items, scope):
            held = item.value if type(item) is Typed else item
            if type(held) is not dict:
                continue
            value = held.get(name)
            if value is None:
                value = _choice(held, name)
                if value is None:
                    # A path may begin with the type of its resource: Patient.name
                    if is_first and held.get("resourceType") == name:
                        result.append(held)
                    continue
            if type(value) is list:
                result += value
            else:
                result.append(value)
        return result

    return found


def _choice(held: dict[str, Any], name: str) -> Typed | None:
    """The value of a choice element: `value` finds valueQuantity, and knows by its name what it is."""
    length = len(name)
    for key, value in held.items():
        if len(key) > length and key.startswith(name) and (kind := CHOICES.get(key[length:])) is not None:
            return Typed(value, kind)
    return None


def _index(of: Path, at: Path) -> Path:
    def found(items: Items, scope: Scope) -> Items:
        place = [number(one) for one in at(items, scope)]
        if len(place) != 1 or not isinstance(place[0], int):
            raise DefinitionError("an index of FHIRPath is a whole number", fix="[0]")
        return of(items, scope)[place[0] : place[0] + 1] if place[0] >= 0 else []

    return found


def _negative(operand: Path) -> Path:
    def found(items: Items, scope: Scope) -> Items:
        values = [number(one) for one in operand(items, scope)]
        if any(value is None for value in values):
            raise DefinitionError("only a number can be negative", fix="-1")
        return [-value for value in values if value is not None]

    return found


def _binary(operator: Callable[[Items, Items], Items], left: Path, right: Path) -> Path:
    return lambda items, scope: operator(left(items, scope), right(items, scope))


def _call(of: Path, name: str, given: tuple[Node, ...], variables: frozenset[str]) -> Path:
    if (alone := functions.ALONE.get(name)) is not None:
        _takes(name, given, 0, 0)
        return lambda items, scope: alone(of(items, scope))
    match name:
        case "where":
            _takes(name, given, 1, 1)
            return _where(of, _path(given[0], variables))
        case "exists":
            _takes(name, given, 0, 1)
            kept = _where(of, _path(given[0], variables)) if given else of
            return lambda items, scope: [bool(kept(items, scope))]
        case "all":
            _takes(name, given, 1, 1)
            return _all(of, _path(given[0], variables))
        case "ofType":
            _takes(name, given, 1, 1)
            kind = _type(given[0])
            return lambda items, scope: [item for item in of(items, scope) if is_of(item, kind)]
        case "join" | "extension":
            _takes(name, given, int(name == "extension"), 1)
            argument = _path(given[0] if given else Literal(None), variables)
            function = functions.joined if name == "join" else functions.extension
            return lambda items, scope: function(of(items, scope), argument(items, scope))
        case "getReferenceKey":
            _takes(name, given, 0, 1)
            wanted = _type(given[0]) if given else None
            return lambda items, scope: functions.reference_key(of(items, scope), wanted)
    raise DefinitionError("FHIRPath has no such function here", fix=", ".join(FUNCTIONS), name=name[:60])


def _where(of: Path, condition: Path) -> Path:
    return lambda items, scope: [item for item in of(items, scope) if truth(condition([item], scope)) is True]


def _all(of: Path, condition: Path) -> Path:
    return lambda items, scope: [all(truth(condition([item], scope)) is True for item in of(items, scope))]


def _takes(name: str, given: tuple[Node, ...], least: int, most: int) -> None:
    if not least <= len(given) <= most:
        raise DefinitionError("a function of FHIRPath is given too much or too little", fix=f"{name}()", function=name)


def _type(node: Node) -> str:
    """The name of a type: Quantity, FHIR.Quantity, or a resource's."""
    name = node.name if isinstance(node, Member) and (node.of is None or isinstance(node.of, Member)) else ""
    if not (name in TYPES or name[:1].isupper()):
        raise DefinitionError("this is no type of FHIR", fix="ofType(Quantity)", name=name[:60])
    return name


__all__ = ["ALWAYS", "FUNCTIONS", "Items", "Path", "Scope", "compiled", "plain"]
