"""Lists in XML as tables: texts and attributes by their paths, every element a row or a reason."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest

from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular import xml_parse, xml_records
from medark.standardise.formats.tabular.xml_level import record_level

Rows = list[dict[str, str | None]]


def tables(content: bytes) -> tuple[dict[str, Rows], list[tabular.Reject]]:
    """Each table's rows, and what is none."""
    found, rejects = {}, list[tabular.Reject]()
    for shape in tabular.shapes(io.BytesIO(content), Format.XML_RECORDS):
        rows = pa.concat_tables(tabular.rows(io.BytesIO(content), shape, rejects))
        assert rows.column_names == [*shape.columns, "row_no"]
        found[shape.element] = rows.to_pylist()
    return found, rejects


def cells(text: str, table: str = "P") -> Rows:
    found, rejects = tables(text.encode())
    assert not rejects
    return [{k: v for k, v in row.items() if v is not None and k != "row_no"} for row in found[table]]


def test_children_and_attributes_are_dotted_columns():
    text = '<L><P id="1"><Name>Li</Name><D code="A16" xmlns:x="u">TB<Day>5</Day></D></P><P><D/></P></L>'
    assert cells(text) == [{"id": "1", "Name": "Li", "D.code": "A16", "D.Day": "5", "D": "TB"}, {"D": ""}]


def test_text_is_kept_as_it_is():
    assert cells("<L><P><a> x\n&amp;&#20013;<![CDATA[<b>]]> </a></P><P/></L>") == [{"a": " x\n&中<b> "}, {}]


def test_prefixes_of_namespaces_go():
    assert cells('<q:L xmlns:q="u"><q:P q:id="1"><q:a>2</q:a></q:P></q:L>') == [{"id": "1", "a": "2"}]


def test_an_element_that_comes_twice_in_any_record_is_an_array_in_all():
    found = cells("<L><P><d><n>a</n></d></P><P><d><n>b</n></d><d u='g'>c</d></P><P><e/></P></L>")
    assert [json.loads(row.get("d", "0")) for row in found] == [[{"n": "a"}], [{"n": "b"}, {"u": "g", "#text": "c"}], 0]
    assert found[2] == {"e": ""}


def test_an_attribute_and_a_child_of_one_name_are_an_array():
    assert cells('<L><P a="1"><a>2</a></P><P a="3"/></L>') == [{"a": '["1","2"]'}, {"a": "3"}]


def test_each_name_is_a_table_of_its_own():
    found, _ = tables(b"<L><Sent>2026</Sent><P><a>1</a></P><Q b='2'/><P><a>3</a></P></L>")
    assert {name: [row["row_no"] for row in rows] for name, rows in found.items()} == {
        "Sent": [0], "P": [1 << 32, (1 << 32) + 1], "Q": [2 << 32],
    }  # fmt: skip
    assert found["Sent"][0]["#text"] == "2026" and [row["a"] for row in found["P"]] == ["1", "3"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("<a><b>1</b><b>2</b></a>", 1),
        ("<a><b><c>1</c><d/></b></a>", 1),
        ("<a><h/><b><c/><c/></b></a>", 1),
        ("<a><b><c/><c/></b></a>", 2),
        ("<a><b><c/><c/></b><d><e/><e/></d></a>", 2),
        ("<a><b><c><d x='1'/><d x='2'/></c></b></a>", 3),
        ("<a><b x='1'><c/><c/></b></a>", 1),
        ("<a><b><c/><c/></b><b><c/><c/></b></a>", 1),
        ("<a><b><c/>", 1),
        ("", 1),
        ("<a>" * 100, 1),
    ],
)
def test_where_records_stand(text, level):
    assert record_level(text.encode()) == level


def test_records_in_frames_and_what_stands_beside_them():
    text = "<E><H/><B><R><P><a>1</a></P><P><a>2</a></P></R></B></E>".replace("<H/>", "")
    assert cells(text) == [{"a": "1"}, {"a": "2"}]


@pytest.mark.parametrize(
    ("text", "rows", "reason"),
    [
        ("<L><P><a>1</a></P><P><a>2</a>", 1, "an element that is cut short"),
        ("<L><P><a>1</a></P><P><a>2</", 1, "an element that is cut short"),
        ("<L><P><a>1</a></P><P><a>2</b></P></L>", 1, "not well-formed XML: what follows is not read"),
        ("<L><P><a>1</a></P><P>&nbsp;</P></L>", 1, "not well-formed XML: what follows is not read"),
        ("<L><P><a>1</a></P></L><P/>", 1, "not well-formed XML: what follows is not read"),
    ],
)
def test_what_came_before_a_fault_stands(text, rows, reason):
    found, rejects = tables(text.encode())
    assert len(found["P"]) == rows and rejects == [(rows, 1, reason)]


def test_a_record_past_the_limits_is_told_and_the_others_are_rows(monkeypatch):
    monkeypatch.setattr(xml_parse, "_MOST_ELEMENTS", 5)
    monkeypatch.setattr(xml_parse, "LONGEST", 200)
    monkeypatch.setattr(xml_records, "_READ", 50)
    monkeypatch.setattr(xml_records, "HEAD_BYTES", 50)
    many, long = "<P><a/><b/><c/><d/><e/><f/></P>", f"<P><a>{'x ' * 400}</a></P>"
    found, rejects = tables(f"<L><P><a>1</a></P>{many}<P><a>2</a></P>{long}<P><a>3</a></P></L>".encode())
    assert [(row["a"], row["row_no"]) for row in found["P"]] == [("1", 0), ("2", 2), ("3", 4)]
    assert rejects == [(1, 1, xml_parse.TOO_LARGE), (3, 1, xml_parse.TOO_LARGE)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(codec):
    declared = "GBK" if codec == "gb18030" else codec.removesuffix("-sig")
    rows = "".join(f"<P no='{i}'><名>王小明{i}</名></P>\n" for i in range(300))
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<L>\n{rows}</L>\n'
    found, rejects = tables(text.encode(codec))
    assert not rejects and [row["名"] for row in found["P"]] == [f"王小明{i}" for i in range(300)]
    blank = tabular.blanked(text.encode(codec), Format.XML_RECORDS, [7])
    assert blank == text.replace("<P no='7'><名>王小明7</名></P>", "<P/>").encode(codec)


def test_no_record_is_no_table():
    with pytest.raises(RefusedInput, match="without a sound record"):
        tables(b"<L/>")


# -- erasure -----------------------------------------------------------------------------------------------------------

PARTS = [
    "<?xml version='1.0'?>\n<q:L xmlns:q='u' a='1'>\n",
    "<q:P id='1>2'/>", " ", "<q:P\n><a>x</a>\n</q:P >", "<!-- c -->", "<q:P>&amp;<![CDATA[</q:P>]]></q:P>", "",
    "<q:P/>", "", "<q:P></q:P>", "", "<q:P>/></q:P>", "", "<q:P><q:P/></q:P>", "\n</q:L>\n",
]  # fmt: skip


@pytest.mark.parametrize("row", range(7))
@pytest.mark.parametrize("block", [1, 7, 10_000])
def test_a_row_emptied_leaves_every_other_byte(row, block, monkeypatch):
    monkeypatch.setattr(xml_records, "_READ", block)
    monkeypatch.setattr(tabular.blank, "HEAD_BYTES", 40)
    wanted = "".join("<q:P/>" if i == 2 * row + 1 else part for i, part in enumerate(PARTS)).encode()
    content = "".join(PARTS).encode()
    assert tabular.blanked(content, Format.XML_RECORDS, [row]) == wanted
    out = io.BytesIO()
    tabular.blanked_into(out, io.BytesIO(content), Format.XML_RECORDS, [row])
    assert out.getvalue() == wanted
    assert tabular.blanked(content, Format.XML_RECORDS, []) == content


def test_rows_of_several_tables():
    content = b"<L><P a='1'/><Q b='2'/><P a='3'/></L>"
    assert tabular.blanked(content, Format.XML_RECORDS, [1, 1 << 32]) == b"<L><P a='1'/><Q/><P/></L>"
    assert tabular.blanked(b"<L><L a='1'/></L>", Format.XML_RECORDS, [0]) == b"<L><L/></L>"


def test_of_what_cannot_be_read_nothing_is_left():
    content = b"<L><P a='1'/><P a='2'><b>secret</c> and more"
    _, (reject,) = tables(content)
    assert tabular.blanked(content, Format.XML_RECORDS, [0]) == content.replace(b"<P a='1'/>", b"<P/>")
    assert tabular.blanked(content, Format.XML_RECORDS, [reject.row_no]) == b"<L><P a='1'/>"
