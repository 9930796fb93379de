"""The narrative as a reader sees it"""

from __future__ import annotations

from lxml import etree

from medark.standardise.formats.cda.narrative import Passages, plain_text


def test_paragraphs_items_and_rows_are_lines() -> None:
    block = etree.fromstring(
        "<text>Intro\n  goes on<paragraph>One</paragraph><list><item>a</item><item><content>b</content> c</item></list>"
        "<table><thead><tr><th>Test</th><th>Value</th></tr></thead><tbody><tr><td>K</td><td>5.9</td></tr></tbody></table>"
        "tail</text>"
    )
    assert plain_text(block) == "Intro goes on\nOne\na\nb c\nTest | Value\nK | 5.9\ntail"


def test_an_empty_block_has_no_text() -> None:
    assert plain_text(etree.fromstring("<text><table><tr><td/><td> </td></tr></table></text>")) == ""


def test_a_reference_is_resolved_into_the_narrative() -> None:
    root = etree.fromstring(
        '<s><text><content ID="a">Gout, <content ID="b">chronic</content></content></text>'
        '<originalText><reference value="#a"/></originalText><originalText><reference value="#none"/></originalText>'
        "<originalText> own  words </originalText></s>"
    )
    passages = Passages(root)
    assert [passages.text(e) for e in root.findall("originalText")] == ["Gout, chronic", None, "own words"]
    assert passages.text(None) is None
