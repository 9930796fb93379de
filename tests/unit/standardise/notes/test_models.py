"""Models that find mentions as well: a real pipeline of spaCy, and any other by its entry point"""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from medark.errors import SettingsError
from medark.standardise.notes import Kind, read
from medark.standardise.notes.models import Found, as_spans, finder_of


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that knows one disease that no list of ours has, in a folder as spaCy keeps them."""
    made = spacy.blank("zh")
    ruler = made.add_pipe("entity_ruler")
    patterns = [
        {"label": "PROBLEM", "pattern": "青云症", "id": "Qingyun disease"}, {"label": "PERSON", "pattern": "张三"},
    ]  # fmt: skip
    ruler.add_patterns(patterns)
    folder = tmp_path_factory.mktemp("model") / "pipeline"
    made.to_disk(folder)
    return folder


def test_what_a_pipeline_finds_gets_context_as_our_own(pipeline: Path) -> None:
    finder = finder_of(f"spacy:{pipeline}")
    assert finder is not None
    text = "张三否认青云症、咳嗽。"
    spans = as_spans(next(iter(finder.find([text]))), finder)
    found = {one.text: one for one in read(text, more=spans).mentions}
    assert found.keys() == {"青云症", "咳嗽"}  # a person is no entity of ours
    assert found["青云症"].span.kind is Kind.DISEASE
    assert found["青云症"].span.name == "Qingyun disease"
    assert found["青云症"].span.found_by == "spacy"
    assert found["青云症"].context.is_negated
    assert finder.version == "zh_pipeline 0.0.0"


def test_without_the_model_the_word_is_not_known() -> None:
    assert [one.text for one in read("否认青云症、咳嗽。").mentions] == ["咳嗽"]


def test_a_model_that_is_not_installed_is_said_with_those_that_are() -> None:
    with pytest.raises(SettingsError) as raised:
        finder_of("openmed:large")
    assert "spacy" in raised.value.fix


def test_of_a_models_mentions_that_overlap_the_first_stays() -> None:
    class Two:
        name, version = "two", "1"

    given = [Found(2, 6, Kind.DISEASE), Found(4, 8, Kind.DRUG), Found(6, 8, Kind.DRUG)]
    assert [(one.start, one.end) for one in as_spans(given, Two())] == [(2, 6), (6, 8)]  # type: ignore[arg-type]
