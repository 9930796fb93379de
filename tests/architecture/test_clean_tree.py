"""Nothing in the tree that should not be: loose ends, tests that don't run, addresses, other people's data."""

from __future__ import annotations

import re

# Written in two halves, so that this file does not find itself.
LOOSE_ENDS = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")
NOT_RUN = re.compile(
    r"pytest\.(?:mark\.)?(?:" + "sk" + r"ip|skipif|xf" + r"ail|importor" + r"skip)\b|unittest\.sk" + "ip"
)
MACHINE = re.compile(r"/(?:" + r"work|" + r"root|home/\w+|Users/\w+|" + r"opt)/[\w.-]|(?<![\w.])/tm" + r"p/[\w.-]")
REGISTRIES = re.compile(
    r"py" + r"pi\.org|python" + r"hosted|npm" + r"js|--(?:extra-)?index" + r"-url\s|files\.py" + r"thon|anaconda\.org"
)
TOOLS = re.compile(r"\b(?:Cl" + r"aude|Anth" + r"ropic|Chat" + r"GPT|Cop" + r"ilot|Open" + r"AI)\b", re.IGNORECASE)
_BIG = 2 << 20  # bytes; more is data, and data is not kept here


def found(texts: dict[str, str], pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in texts.items()
        if not name.startswith(but)
        for match in pattern.finditer(text)
    ]


def test_no_loose_ends(texts):
    assert found(texts, LOOSE_ENDS) == []


def test_every_test_runs(texts):
    tests = {name: text for name, text in texts.items() if name.startswith("tests/")}
    assert found(tests, NOT_RUN) == []


def test_no_path_of_a_machine(texts):
    assert found(texts, MACHINE, but=("LICENSE",)) == []


def test_no_address_of_a_registry_and_no_name_of_a_tool_that_wrote_it(texts):
    assert found(texts, REGISTRIES) == []
    assert found(texts, TOOLS) == []


def test_no_big_file_and_no_archive_of_other_peoples_data(kept, root):
    assert [str(path.relative_to(root)) for path in kept if path.stat().st_size > _BIG] == []
    foreign = (".zip", ".dcm", ".parquet", ".xlsx", ".tar", ".zst")
    assert [str(path.relative_to(root)) for path in kept if path.suffix in foreign] == []


def test_the_patterns_find_what_they_are_for():
    """A check that can't fail is none."""
    assert LOOSE_ENDS.search("# TO" + "DO: later")
    assert NOT_RUN.search("@pytest.mark.sk" + "ip")
    assert MACHINE.search("'/wo" + "rk/main'")
    assert MACHINE.search(" /tm" + "p/x")
    assert REGISTRIES.search("https://py" + "pi.org/simple")
