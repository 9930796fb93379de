"""Docs that can be believed: generated parts are up to the code, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from itertools import dropwhile
from pathlib import Path

import pytest

from medark.cli.app import command
from medark.cli.commands.of_app import WithApplications, group_of
from medark.cli.commands.of_map import COMMANDS as MAPS
from medark.cli.commands.of_map import of_maps

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[\w-]+)?\)")
TYPED = re.compile(r"^\s*(?:\$ )?((?:[A-Z_]+=\S+ )?medark (?!ws\b).*?|make [a-z].*?)(?:\s{2,}#.*)?$", re.MULTILINE)
QUOTED = re.compile(r"`((?:medark|make) [a-z][^`]*)`")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def lines(page: Path) -> list[str]:
    """What a page tells its reader to type: console blocks, and commands in the text."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [found[1] for block in blocks for found in TYPED.finditer(block)] + QUOTED.findall(text)


def test_generated_parts_are_up_to_the_code():
    done = subprocess.run(
        [sys.executable, "tools/docs.py", "check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_in_a_page_exists_with_its_options(page):
    for line in lines(page):
        typed = shlex.split(line.split(" > ")[0].split(" >> ")[0])
        words = list(dropwhile(lambda word: "=" in word, typed))  # what is set for one command comes before it
        check_make(words) if words[0] == "make" else check_medark(words[1:], line)


def check_make(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z0-9%-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for word in (word for word in words[1:] if "=" not in word):
        if re.fullmatch(r"bench-[a-z0-9-]+", word) and word != "bench-NAME":
            assert (ROOT / "benchmarks" / f"{word.replace('-', '_')}.py").is_file(), word
        else:
            assert word in targets or word == "bench-NAME", word


def check_medark(words: list[str], line: str) -> None:
    found = command()
    while words and getattr(found, "commands", None) and not words[0].startswith("-"):
        name = words.pop(0)
        if name == "map" and words and words[0] in MAPS:
            found = of_maps()
            continue
        inner = found.commands.get(name) or (group_of(name, words) if isinstance(found, WithApplications) else None)
        assert inner is not None, line
        found = inner
    options = {option for param in found.params for option in param.opts} | {
        "--help",
        "--language",
        "--json",
        "--version",
    }
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, line
    if not getattr(found, "commands", None) and "[options]" not in line:
        most = sum(param.param_type_name == "argument" for param in found.params)
        assert len(_arguments(words, found)) <= most, line


def _arguments(words: list[str], found: object) -> list[str]:
    takes = {option for param in found.params if not getattr(param, "is_flag", True) for option in param.opts}
    takes.add("--language")
    rest, place = [], 0
    while place < len(words):
        if words[place] in takes:
            place += 1
        elif not words[place].startswith("-"):
            rest.append(words[place])
        place += 1
    return rest


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page):
    for target, _anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_page_is_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [
            (page.parent / target).resolve()
            for target, _ in LINK.findall(page.read_text(encoding="utf-8"))
            if "://" not in target
        ]
    assert {name(page) for page in PAGES} - {name(page) for page in seen} == set()


def test_every_decision_has_its_four_parts():
    for page in (ROOT / "docs" / "adr").glob("0*.md"):
        text = page.read_text(encoding="utf-8")
        for part in ("Status:", "## Context", "## Decision", "## What we gave up"):
            assert part in text, f"{page.name}: {part}"


def test_every_figure_in_the_readme_is_printed_by_a_benchmark():
    """The README's figures stand between two marks, each line naming the command that prints it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    figures = text.partition("<!-- figures -->")[2].partition("<!-- end of figures -->")[0]
    for line in figures.strip().splitlines():
        if re.search(r"\d", line) and line.startswith("|"):
            found = re.search(r"`make (bench-[a-z0-9-]+)", line)
            assert found, line
            assert (ROOT / "benchmarks" / f"{found[1].replace('-', '_')}.py").is_file(), line
