"""Which language is spoken, and that nothing escapes translation."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from medark import messages
from medark.cli import accounts, language
from medark.cli.app import command
from medark.errors import UsageError

_WORD = re.compile(r"[A-Za-z]{2,}")


def spoken() -> str:
    return "zh" if messages.phrase("units") == "单元" else "en"


@pytest.mark.parametrize(
    ("words", "variables", "setting", "wanted"),
    [
        ([], {}, "auto", "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "auto", "zh"),
        ([], {"LANG": "de_DE.UTF-8"}, "auto", "en"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "auto", "en"),
        ([], {"LANG": "zh_CN.UTF-8", "MEDARK_LANGUAGE": "en"}, "en", "en"),
        ([], {"LANG": "en_US.UTF-8"}, "zh", "zh"),
        (["--language", "en"], {"LANG": "zh_CN.UTF-8"}, "zh", "en"),
        (["--language=zh"], {}, "en", "zh"),
        (["--language", "auto"], {"LANG": "zh_CN"}, "auto", "zh"),
    ],
)
def test_the_command_line_wins_over_the_setting_and_that_over_the_terminal(words, variables, setting, wanted):
    assert language.choose([*words, "map", "x"], variables) == ["map", "x"]
    language.settle(setting)
    assert spoken() == wanted


def test_what_follows_two_dashes_is_not_ours():
    assert language.choose(["query", "--", "--language"], {}) == ["query", "--", "--language"]


@pytest.mark.parametrize("words", [["--language"], ["--language", "fr"], ["--language="]])
def test_a_language_that_there_is_none_of_is_a_mistake(words):
    with pytest.raises(UsageError):
        language.choose(words, {})


def leaves(found, words=()):
    yield words, found
    for name, inner in getattr(found, "commands", {}).items():
        yield from leaves(inner, (*words, name))


@pytest.mark.parametrize("words", [words for words, _ in leaves(command())], ids=" ".join)
def test_no_word_of_a_help_page_escapes_translation(words, pseudo, capsys):
    tree = command()
    tree.main([*words, "--help"], prog_name="medark", standalone_mode=False)
    examples = messages._("Examples")
    page = capsys.readouterr().out.partition(examples)[0]
    names = {"medark", "WS", "MEDARK", "UTC"}
    for path, found in leaves(tree):
        names |= set(_WORD.findall(" ".join(path)))
        for param in found.params:
            said = [*param.opts, param.metavar or "", str(param.name), str(param.name).upper(), str(param.default)]
            names |= set(_WORD.findall(" ".join(said)))
    names |= {"help"}
    assert set(_WORD.findall(page)) - names == set()


def test_no_word_of_an_account_escapes_translation(account, pseudo):
    page = io.StringIO()
    Console(file=page, width=200).print(accounts.ingest_view(account, "city"))
    data = "north lis feed zip red gz fhir hl7v hl person measurement record row column city MB medark map query "
    data += "review quarantine list raw get SELECT count FROM visit_occurrence_id visit occurrence id"
    assert set(_WORD.findall(page.getvalue())) - set(data.split()) == set()
