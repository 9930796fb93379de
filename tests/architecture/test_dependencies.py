"""Dependencies: each bounded, pinned with hashes, explained; none that is not declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CORE = [re.match(r"[\w-]+", line)[0] for line in PROJECT["dependencies"]]
OPTIONAL = [
    re.match(r"[\w-]+", line)[0]
    for extra, lines in PROJECT["optional-dependencies"].items()
    if extra not in ("test", "dev")
    for line in lines
]
EXTRA = [re.match(r"[\w-]+", line)[0] for lines in PROJECT["optional-dependencies"].values() for line in lines]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", CONSTRAINTS, re.MULTILINE))


def test_each_is_bounded_from_below_and_where_it_matters_from_above():
    for line in [
        *PROJECT["dependencies"],
        *(line for lines in PROJECT["optional-dependencies"].values() for line in lines),
    ]:
        assert ">=" in line
        assert "<" in line or line.startswith("tzdata"), line  # its versions are dates


def test_each_has_a_line_that_says_what_for_why_and_what_else():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", page, re.MULTILINE))
    assert set(rows) == {*CORE, *EXTRA}
    assert all(len([cell for cell in row.split(" | ") if cell.strip()]) == 3 for row in rows.values())


def test_each_is_pinned_within_its_bounds_and_with_hashes():
    assert {*CORE, *EXTRA} <= set(PINS)
    for name in PINS:
        block = CONSTRAINTS.partition(f"\n{name}==")[2] or CONSTRAINTS.partition(f"{name}==")[2]
        assert re.match(r"\S+ (;.*)?\\\n    --hash=sha256:[0-9a-f]{64}", block), name


def test_the_constraints_hold_no_address():
    assert not re.search(r"https?:|file://|--index|--find|--trusted|@ ", CONSTRAINTS)


def test_what_the_code_imports_is_declared():
    """An import of a package that only comes along with another breaks when that one drops it."""
    owners = packages_distributions()
    declared = {name.lower().replace("_", "-") for name in [*CORE, *OPTIONAL]}
    wrong = set()
    for path in (ROOT / "src").rglob("*.py"):
        for module in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            names = {owner.lower().replace("_", "-") for owner in owners.get(module, [])}
            if module not in sys.stdlib_module_names and module != "medark" and not names & declared:
                wrong.add(f"{path.relative_to(ROOT)}: {module}")
    assert wrong == set()


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_every_core_dependency_is_used():
    used = set()
    for path in (ROOT / "src").rglob("*.py"):
        used |= _imported(ast.parse(path.read_text(encoding="utf-8")))
    owners = packages_distributions()
    names = {owner.lower().replace("_", "-") for module in used for owner in owners.get(module, [])}
    data_only = {"tzdata"}  # the standard library reads it
    assert {name.lower() for name in CORE} - names - data_only == set()
