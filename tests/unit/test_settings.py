"""Settings: what a file and variables give, where it came from, and what is said about mistakes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark import settings
from medark.errors import SettingsError, SourceError
from medark.settings import KNOWN, Settings, SourceSettings


def test_no_file_and_no_variables_give_the_defaults():
    assert settings.read("") == Settings()
    assert {row.origin for row in settings.explain("")} == {"default"}


def test_a_variable_wins_over_the_file_and_the_file_over_the_default():
    text = 'time_zone = "Asia/Shanghai"\n[engine]\nmemory = "4GB"\nthreads = 2\n'
    found = settings.read(text, {"MEDARK_ENGINE_THREADS": "7", "HOME": "x"})
    assert (found.engine.memory, found.engine.threads, found.lake.buckets) == (4 * 1000**3, 7, 8)
    origins = {row.key: row.origin for row in settings.explain(text, {"MEDARK_ENGINE_THREADS": "7"})}
    assert origins["time_zone"] == "medark.toml:1"
    assert origins["engine.memory"] == "medark.toml:3"
    assert origins["engine.threads"] == "MEDARK_ENGINE_THREADS"
    assert origins["lake.buckets"] == "default"


def test_dotted_keys_and_inline_tables_are_the_same_settings():
    assert settings.read("engine.threads = 3").engine.threads == 3
    assert settings.read("engine = {threads = 3}").engine.threads == 3
    rows = {row.key: row.origin for row in settings.explain("\nengine.threads = 3\nlake = {buckets = 4}")}
    assert (rows["engine.threads"], rows["lake.buckets"]) == ("medark.toml:2", "medark.toml:3")


@pytest.mark.parametrize(
    ("text", "key", "nearest", "place"),
    [
        ('[engine]\nmemry = "1GB"', "engine.memry", "engine.memory", "medark.toml:2"),
        ("\n\nbuckets = 3", "buckets", "lake.buckets", "medark.toml:3"),
        ('timezone = "UTC"', "timezone", "time_zone", "medark.toml:1"),
        ("[sourc.x]", "sourc", "source", "medark.toml:1"),
        ('[source.x]\nzone = "UTC"', "zone", "time_zone", "medark.toml:2"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest(text, key, nearest, place):
    with pytest.raises(SettingsError) as caught:
        settings.read(text)
    assert (caught.value.fix, caught.value.where) == (nearest, {"key": key, "at": place})


def test_an_unknown_variable_is_an_error_too():
    with pytest.raises(SettingsError) as caught:
        settings.read("", {"MEDARK_ENGINE_MEMROY": "1GB"})
    assert caught.value.fix == "MEDARK_ENGINE_MEMORY"
    settings.read("", dict.fromkeys(settings.OTHER_VARIABLES, "1"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('time_zone = "Asia/Shangai"', '"Asia/Shanghai"'),
        ("time_zone = 8", "time zone"),
        ('time_zone = "../etc"', "time zone"),
        ('language = "fr"', "one of auto, en, zh"),
        ("engine.memory = 0", "2GB"),
        ('engine.memory = "lots"', "2GB"),
        ("engine.memory = true", "2GB"),
        ('engine.threads = "4"', "whole number"),
        ("engine.threads = true", "whole number"),
        ("lake.buckets = 0", "at least 1"),
        ('[source.x]\nauthorities = "HOSP"', "list of texts"),
        ("[source.x]\nowner = 3", "text in quotes"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_says_what_is_wanted(text, wanted):
    with pytest.raises(SettingsError, match="can't be used") as caught:
        settings.read(text)
    assert wanted in caught.value.fix


@pytest.mark.parametrize("text", ["time_zone = ", "[engine", "a = 1\na = 2", "\x00"])
def test_what_is_not_toml_is_said_with_the_line(text):
    with pytest.raises(SettingsError, match="not TOML"):
        settings.read(text)


def test_the_template_sets_what_was_chosen_and_shows_the_rest():
    text = settings.template(time_zone="Asia/Shanghai", lake__buckets=16)
    found = settings.read(text)
    assert (found.time_zone, found.lake.buckets) == ("Asia/Shanghai", 16)
    assert all(known.meaning in text for known in KNOWN.values())


def test_the_template_without_its_comment_signs_says_the_defaults():
    lines = settings.template().splitlines()
    bare = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines)
    assert settings.read(bare) == Settings()


def test_the_template_refuses_what_reading_would_refuse():
    with pytest.raises(SettingsError):
        settings.template(lake__buckets=0)
    with pytest.raises(SettingsError):
        settings.template(lake__bucket=8)


def test_a_source_is_added_and_read_back():
    north = SourceSettings(time_zone="Asia/Shanghai", people="city", authorities=("HOSP", "北院"), owner="LIS team")
    text = settings.with_source(settings.template(), "north/lis", north)
    assert settings.read(text).sources == {"north/lis": north}
    assert settings.read(settings.with_source(text, "mimic3", SourceSettings())).sources["mimic3"] == SourceSettings()
    with pytest.raises(SourceError, match="of this name"):
        settings.with_source(text, "north/lis", north)


@pytest.mark.parametrize("name", ["", "../x", "a/b/c", "a b", 'a"]\n', "/a", "."])
def test_a_name_that_could_be_a_path_or_a_second_line_is_no_source(name):
    with pytest.raises(SourceError):
        settings.with_source("", name, SourceSettings())


def test_a_source_without_a_zone_has_the_workspaces():
    found = settings.read('time_zone = "Asia/Shanghai"\n[source.a]\ntime_zone = "UTC"\n[source.b]\n')
    assert [found.source_zone(name) for name in ("a", "b", "c")] == ["UTC", "Asia/Shanghai", "Asia/Shanghai"]


@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_settings_error(text):
    with contextlib.suppress(SettingsError):
        settings.read(text)


@given(st.integers(1, 10**15))
def test_a_size_as_shown_reads_back(size):
    text = settings.template(engine__memory=settings.shown("engine.memory", size))
    assert settings.read(text).engine.memory == size
