"""The error tree as it is drawn, as it is in code, and as users meet it."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from medark import errors
from medark.errors import MedarkError

LINE = re.compile(r"^([│ ]*)(├── |└── )?(\w+)\s+(.*?)(?:\s+exit (\d+))?$")


def drawn() -> dict[str, tuple[str, int | None]]:
    """Name to (parent, exit code) as the docstring draws them."""
    found: dict[str, tuple[str, int | None]] = {}
    path: list[str] = []
    for line in (inspect.getdoc(errors) or "").splitlines():
        if not line.startswith(("MedarkError", "├", "│", "└")):
            continue
        indent, _branch, name, _meaning, code = LINE.match(
            line if line != "MedarkError" else "MedarkError  root"
        ).groups()
        depth = 0 if name == "MedarkError" else len(indent) // 4 + 1
        path[depth:] = [name]
        found[name] = (path[depth - 1] if depth else "", int(code) if code else None)
    return found


def kinds(kind: type[MedarkError] = MedarkError) -> list[type[MedarkError]]:
    return [
        kind,
        *(inner for child in kind.__subclasses__() if child.__module__ == errors.__name__ for inner in kinds(child)),
    ]


def test_the_tree_that_is_drawn_is_the_tree_of_classes():
    classes = {kind.__name__: (kind.__base__.__name__ if kind is not MedarkError else "") for kind in kinds()}
    assert {name: parent for name, (parent, _code) in drawn().items()} == classes


def test_the_exit_codes_that_are_drawn_are_those_of_the_classes():
    for name, (_parent, code) in drawn().items():
        assert code is None or getattr(errors, name).exit_code == code


def test_what_you_can_fix_and_what_is_ours_are_different_branches():
    codes = {kind.exit_code for kind in kinds() if issubclass(kind, errors.UsageError)}
    assert codes == {2}
    assert errors.InternalError.exit_code == 70
    top = [kind for kind in kinds() if kind.__base__ is MedarkError]
    assert len({kind.exit_code for kind in top}) == len(top), "each branch has a code of its own"


@pytest.mark.parametrize("kind", kinds())
def test_an_error_crosses_a_process_and_says_what_where_and_what_to_type(kind):
    error = pickle.loads(pickle.dumps(kind("it broke", fix="medark init WS", record=17)))
    assert type(error) is kind
    assert str(error) == "it broke (record=17). Try: medark init WS"
