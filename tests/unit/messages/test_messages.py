"""Messages: translated, filled, counted; English where there is nothing else."""

from __future__ import annotations

import contextvars

import pytest

from medark import messages
from medark.messages import _, phrase, plural, use


@pytest.fixture(autouse=True)
def english():
    use("en")
    yield
    use("en")


def test_english_is_what_the_code_says():
    assert (_("units"), plural("{count} row", "{count} rows", 1), plural("{count} row", "{count} rows", 1200)) == (
        "units",
        "1 row",
        "1,200 rows",
    )


def test_chinese_has_one_form_for_any_count():
    use("zh")
    assert _("units") == "单元"
    assert [plural("{count} row", "{count} rows", n) for n in (1, 1200)] == ["1 行", "1,200 行"]
    assert messages.spoken() == "zh"


def test_a_value_in_a_message_is_never_taken_for_a_place():
    use("zh")
    assert _("the page is {file}", file="{0} {x}.html") == "网页已写入 {0} {x}.html"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("another writer changed a table of the lake", "另一个写入者改动了数据湖中的表"),
        ("the query is longer than 100000 characters", "查询超过 100000 个字符"),
        ("give one of auto, en, zh", "请给出其一：auto, en, zh"),
        ("no words of ours at all", "no words of ours at all"),
        ("", ""),
    ],
)
def test_text_that_comes_filled_is_translated_by_its_pattern(text, wanted):
    use("zh")
    assert phrase(text) == wanted
    use("en")
    assert phrase(text) == text


def test_a_language_without_a_catalogue_is_english():
    for name in ("fr", "../zh", "", "zh/LC_MESSAGES"):
        use(name)
        assert _("units") == "units"


def test_the_language_is_the_works_own():
    """Two requests at once, each in its language."""

    def chinese() -> str:
        use("zh")
        return _("units")

    assert contextvars.copy_context().run(chinese) == "单元"
    assert _("units") == "units"


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_GB"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_terminals_variables_are_read_in_their_order(variables, wanted):
    assert messages.preferred(variables) == wanted
