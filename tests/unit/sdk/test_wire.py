"""What crosses the pipe: an application, cards and blocks come back as they were, and nothing else comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.answers import to_json
from medark.errors import DefinitionError
from medark.model.card import Action, Card, CardSource, Coding, Indicator, Link, Suggestion
from medark.model.page import (
    BLOCKS,
    Block,
    DataTable,
    Field,
    Figure,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    PersonLink,
    TableColumn,
    TaskPanel,
    Text,
)
from medark.sdk.calling import heard_as, heard_blocks, plainly, told_blocks
from medark.sdk.wire import heard_app, told_app
from unit.sdk.test_contract import sound

WORDS = st.text(max_size=12)
CELLS = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), WORDS)
COLUMNS = st.builds(TableColumn, WORDS, WORDS, st.sampled_from(("text", "number", "date", "person")), WORDS)


@st.composite
def tables(draw: st.DrawFn) -> DataTable:
    columns = tuple(draw(st.lists(COLUMNS, max_size=3)))
    row = st.tuples(*(CELLS for _ in columns))
    return DataTable(columns, tuple(draw(st.lists(row, max_size=3))), draw(WORDS), draw(st.integers(0, 9)))


FIGURES = st.builds(
    Figure,
    st.dictionaries(st.sampled_from(("mark", "data", "width")), CELLS),
    st.text(min_size=1).filter(str.strip),
    WORDS,
    st.none() | tables(),
)
KEYS = st.builds(KeyFigure, WORDS, CELLS, WORDS, WORDS)
FIELDS = st.builds(Field, WORDS, WORDS, WORDS, CELLS, st.tuples(WORDS), st.tuples(WORDS), WORDS, st.booleans())
BLOCK = st.one_of(
    st.builds(Heading, WORDS, st.integers(1, 4)), st.builds(Text, WORDS), tables(), FIGURES,
    st.builds(KeyFigures, st.lists(KEYS, max_size=2).map(tuple)), st.builds(PersonLink, st.integers(), WORDS),
    st.builds(Form, st.lists(FIELDS, max_size=2).map(tuple), WORDS, st.booleans(), st.integers(), WORDS),
    st.builds(TaskPanel, st.integers(0, 9), WORDS, WORDS, st.tuples(WORDS)),
)  # fmt: skip
SEEN: set[str] = set()


@given(st.lists(BLOCK, max_size=4).map(tuple))
def test_blocks_come_back_as_they_were(blocks: tuple[Block, ...]) -> None:
    crossed = json.loads(json.dumps(told_blocks(blocks)))
    SEEN.update(one["kind"] for one in crossed)
    assert heard_blocks(crossed) == blocks


def test_every_kind_of_block_was_drawn() -> None:
    assert set(BLOCKS) == SEEN or not SEEN  # alone, it has nothing to say


def test_a_card_comes_back_as_it_was() -> None:
    order = Action("create", "Repeat", {"resourceType": "ServiceRequest", "code": {"text": "K"}})
    card = Card(
        "K 6.8", Indicator.CRITICAL, CardSource("Kost", "https://example.org", topic=Coding("k", "s", "d")), "**6.8**",
        "1", (Suggestion("Repeat", "2", True, (order,)),), "any", (Coding("no"),), (Link("more", "https://example.org"),),
    )  # fmt: skip
    assert heard_as(json.loads(json.dumps(plainly(card))), Card) == card
    assert card.plain() == {
        "summary": "K 6.8",
        "indicator": "critical",
        "source": {
            "label": "Kost", "url": "https://example.org", "topic": {"code": "k", "system": "s", "display": "d"},
        },
        "detail": "**6.8**",
        "uuid": "1",
        "suggestions": [
            {
                "label": "Repeat",
                "uuid": "2",
                "isRecommended": True,
                "actions": [{"type": "create", "description": "Repeat", "resource": order.resource}],
            }
        ],
        "selectionBehavior": "any",
        "overrideReasons": [{"code": "no"}],
        "links": [{"label": "more", "url": "https://example.org", "type": "absolute"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        5, None, [], {"summary": "K"}, {"summary": "K", "indicator": "loud", "source": {"label": "x"}},
        {"summary": "", "indicator": "info", "source": {"label": "x"}},
        {"summary": "K" * 141, "indicator": "info", "source": {"label": "x"}},
        {"summary": "K", "indicator": "info", "source": {"label": "x"}, "suggestions": [{"label": "y"}]},
    ],
)  # fmt: skip
def test_what_is_no_card(wrong: object) -> None:
    with pytest.raises(DefinitionError):
        heard_as(wrong, Card)


@pytest.mark.parametrize(
    "wrong",
    [
        {}, [1], [{"kind": "script", "block": {}}], [{"kind": "text", "block": {"markdown": 5}}],
        [{"kind": "table", "block": {"columns": [{"name": "a", "title": "a"}], "rows": [[1, 2]]}}],
        [{"kind": "figure", "block": {"vega_lite": {}, "alt": " "}}],
        [{"kind": "figure", "block": {"vega_lite": {"data": {"url": "https://example.org"}}, "alt": "x"}}],
        [{"kind": "figure", "block": {"vega_lite": {"layer": [{"encoding": {"href": {}}}]}, "alt": "x"}}],
    ],
)  # fmt: skip
def test_what_is_no_block(wrong: object) -> None:
    with pytest.raises(DefinitionError):
        heard_blocks(wrong)


def test_an_application_comes_back_with_the_same_definitions() -> None:
    asked: list[tuple[str, str]] = []

    def call(kind: str, name: str, told: object) -> object:
        asked.append((kind, name))
        return told_blocks((Text("x"),))

    there = told_app(sound())
    back = heard_app(json.loads(json.dumps(there)), call)
    assert told_app(back) == there
    assert [to_json(one) for _, _, one in back.definitions()] == [to_json(one) for _, _, one in sound().definitions()]
    assert back.pages[0].shows == sound().pages[0].shows
    assert asked == []
    assert back.pages[0].body(None) == (Text("x"),)  # type: ignore[arg-type]
    assert asked == [("pages", "all")]
    with pytest.raises(DefinitionError, match="a figure was expected"):
        back.figures[0].body(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["cards", "datasets", "tasks", "measures", "figures", "pages"])
def test_what_is_no_application(part: str) -> None:
    there = told_app(sound())
    for wrong in ({**there, part: 5}, {**there, part: [{"name": "x"}]}, {k: v for k, v in there.items() if k != part}):
        with pytest.raises(DefinitionError):
            heard_app(wrong, lambda *_: None)


def test_a_definition_of_another_kind_is_refused() -> None:
    there = told_app(sound())
    swapped = {**there, "cards": [{**there["cards"][0], "rule": there["datasets"][0]["dataset"]}]}
    with pytest.raises(DefinitionError, match="Rule was expected"):
        heard_app(swapped, lambda *_: None)
