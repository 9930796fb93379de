"""How every module looks: a caption, a size, names from the field, docstrings where others call."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "medark"
MODULES = sorted(SOURCE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "common", "helper", "helpers", "base", "manager", "misc", "tools"}


def ids(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> list[tuple[Path, ast.FunctionDef]]:
    return [(path, node) for path in MODULES for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    """Lines of code: without the signature, the docstring, comments and empty lines."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum(node.end_lineno - node.lineno + 1 for node in body if node.end_lineno)


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_module_begins_with_its_caption(path):
    text = ast.get_docstring(parsed(path))
    assert text, "no docstring"
    first, *rest = text.split("\n")
    assert 10 <= len(first) <= 120
    assert not rest or rest[0] == "", "the caption is one line"


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_module_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
    assert not FORBIDDEN_NAMES & set(path.relative_to(SOURCE).with_suffix("").parts)


def test_files_and_functions_are_small():
    lines = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES)
    lengths = [length(function) for _path, function in functions()]
    assert lines[len(lines) // 2] <= 140
    assert sum(n > 50 for n in lengths) / len(lengths) < 0.03


def test_what_others_call_says_what_comes_back():
    """Public functions at the top of a module; a command's says so in its help, which users read."""
    public = [
        (ids(path), node)
        for path in MODULES
        if path.parent.name != "commands"
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    missing = [f"{place}: {node.name}" for place, node in public if not ast.get_docstring(node)]
    assert len(missing) / len(public) < 0.07, missing


def test_frozen_values_stay_frozen():
    """The nouns: every dataclass of model is frozen and has slots."""
    for path in sorted((SOURCE / "model").glob("*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "dataclass":
                        given = {
                            keyword.arg for keyword in decorator.keywords if getattr(keyword.value, "value", False)
                        }
                        assert {"frozen", "slots"} <= given, f"{ids(path)}: {node.name}"
