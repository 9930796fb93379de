"""Scanning is only as good as its agreement with a real parser."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.standardise.formats.fhir.scan import Skipper, entry_array, value_end

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1]), st.booleans(), st.sampled_from([b",", b"]", b" }", b"\n"]))
def test_a_value_ends_where_a_parser_says(value: object, indent: int | None, ascii_only: bool, after: bytes) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert value_end(b"[" + text + after, 1) == 1 + len(text)


@given(VALUES.filter(lambda value: isinstance(value, dict | list | str)), st.data())
def test_a_value_that_is_not_all_there_has_no_end(value: object, data: st.DataObject) -> None:
    text = json.dumps(value).encode()
    assert value_end(text[: data.draw(st.integers(0, len(text) - 1))], 0) is None


@given(VALUES.filter(lambda value: isinstance(value, dict | list | str)), st.integers(1, 9))
def test_skipping_by_blocks_of_any_size_comes_to_the_same_end(value: object, block: int) -> None:
    text, skipper = json.dumps(value).encode(), Skipper()
    window, read, ended = b"", 0, False
    while not ended:
        assert read < len(text)
        window += text[read : read + block]
        read += block
        at, ended = skipper.skip(window, 0)
        window = window[at:]
    assert read - len(window) - max(0, read - len(text)) == len(text) - len(window)
    assert window == text[len(text) - len(window) :]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (b'{"resourceType":"Bundle","entry":[1]}', 33),
        (b' { "type" : "x", "entry" : [ ] , "resourceType" : "Bundle" }', 27),
        (b'{"resourceType":"List","entry":[1]}', None),
        (b'{"resourceType":"Bundle","link":[{"entry":[1]}]}', None),
        (b'{"resourceType":"Bundle","entry":{}}', None),
        (b'{"x":"\\"entry\\":[", "entry"', None),
        (b"[1]", None),
        (b"", None),
    ],
)
def test_the_entries_of_a_bundle_are_found_and_of_nothing_else(document: bytes, found: int | None) -> None:
    assert entry_array(document) == found


def test_nesting_is_no_danger() -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    assert value_end(deep, 0) == len(deep)
