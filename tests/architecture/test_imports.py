"""The floors of the house: contracts hold, and cover every package that there is."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

PURE = {
    "model",
    "define",
    "sql",
    "standardise",
    "check",
    "govern",
    "analyse",
    "sdk",
    "apps",
    "messages",
    "settings",
    "errors",
    "text",
}


def contract(root: Path, name: str, field: str) -> set[str]:
    parsed = configparser.ConfigParser()
    parsed.read(root / ".importlinter")
    return set(parsed[f"importlinter:contract:{name}"][field].split())


def test_the_import_contracts_hold(root):
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:]


def test_every_pure_package_that_there_is_is_held_pure(root):
    there = {path.stem for path in (root / "src" / "medark").iterdir()} & PURE
    assert {f"medark.{name}" for name in there} <= contract(root, "pure", "source_modules")


def test_what_is_not_a_flow_is_kept_from_the_store(root):
    there = {path.stem for path in (root / "src" / "medark").glob("[a-z]*") if path.suffix in ("", ".py")}
    joined = {"flows", "bootstrap", "store", "py"}  # these know it
    pure = contract(root, "pure", "source_modules")
    siblings = {"acquire", "catalog", "synthetic", "sdk", "serve"}  # held by the floors
    covered = pure | contract(root, "store", "source_modules")
    assert {f"medark.{name}" for name in there - joined - siblings} <= covered


def test_nothing_but_the_command_that_makes_it_knows_the_made_up_city(root):
    there = {path.stem for path in (root / "src" / "medark").glob("*[a-z_]") if path.suffix in ("", ".py")}
    packages = {name for name in there if (root / "src" / "medark" / name).is_dir() or name == "__main__"}
    assert {f"medark.{name}" for name in packages - {"synthetic", "__pycache__"}} <= contract(
        root, "city", "source_modules"
    )


def test_nothing_in_the_platform_reads_what_is_true_of_a_city(root):
    """Only tests and benchmarks may: what measures must not be what is measured."""
    house = root / "src" / "medark"
    own = (house / "synthetic", house / "cli" / "commands" / "synth.py")
    named = re.compile(r"\btruth/|/truth\b")
    files = [path for kind in ("py", "sql", "toml") for path in house.rglob(f"*.{kind}")]
    others = [path for path in files if not any(path.is_relative_to(place) for place in own)]
    assert len(others) > 300, "the scan reads what is there"
    assert [str(path) for path in others if named.search(path.read_text(encoding="utf-8"))] == []


def test_a_broken_rule_is_found(root, tmp_path):
    """The contracts are no decoration: a store that imports the command line breaks them."""
    package = tmp_path / "medark"
    siblings = ("acquire", "standardise", "store", "check", "catalog", "govern", "analyse", "synthetic")
    above = ("cli", "flows", "bootstrap", "serve", "client", "sdk", "apps", "apps/one", "apps/other")
    for name in ("", *above, *siblings, "define", "sql", "model"):
        (package / name).mkdir(parents=True, exist_ok=True)
        (package / name / "__init__.py").write_text('"""x"""\n')
    for name in ("__main__", "settings", "messages", "errors", "text"):
        (package / f"{name}.py").write_text('"""x"""\n')
    (package / "bootstrap" / "__init__.py").unlink()
    (package / "bootstrap").rmdir()
    (package / "bootstrap.py").write_text('"""x"""\n')
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-logo",
        "--no-cache",
        "--config",
        str(root / ".importlinter"),
    ]
    done = _lint(command, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (package / "store" / "__init__.py").write_text("import medark.cli\n")
    (package / "model" / "__init__.py").write_text("import sqlite3\n")
    (package / "flows" / "__init__.py").write_text("import medark.synthetic\n")
    broken = _lint(command, tmp_path)
    assert broken.returncode != 0
    assert "medark.store is not allowed to import medark.cli" in broken.stdout
    assert "medark.model is not allowed to import sqlite3" in broken.stdout
    assert "medark.flows is not allowed to import medark.synthetic" in broken.stdout


def _lint(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv = {command!r};"
    code += "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-S", "-c", _WITH_SITE + code], capture_output=True, text=True, timeout=300, cwd=folder
    )


# Only the made-up package, not the installed one: site-packages are added behind it, editable installs not at all.
_WITH_SITE = f"import sys; sys.path += {[p for p in sys.path if p.endswith('site-packages')]!r}; "
