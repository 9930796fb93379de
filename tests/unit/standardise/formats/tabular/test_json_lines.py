"""JSON lines as tables: every value as it is written, every line a row or a reason."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular import json_lines
from medark.standardise.formats.tabular.json_objects import exactly, keys_written, quickly
from medark.standardise.formats.tabular.object_columns import flat
from medark.standardise.formats.tabular.object_columns import text as text_of


def table(content: bytes) -> tuple[list[dict[str, str | None]], list[tabular.Reject]]:
    """The rows, and the lines that are none."""
    (shape,) = tabular.shapes(io.BytesIO(content), Format.JSON_LINES)
    rejects: list[tabular.Reject] = []
    found = pa.concat_tables(tabular.rows(io.BytesIO(content), shape, rejects))
    assert found.column_names == [*shape.columns, "row_no"]
    return found.to_pylist(), rejects


def one(line: str) -> dict[str, str | None]:
    (row,), rejects = table(line.encode())
    assert not rejects and row.pop("row_no") == 0
    return row


def test_objects_become_dotted_columns_in_the_order_of_their_appearance():
    rows, _ = table(b'{"id":"1","at":{"lon":120.50,"lat":30}}\n{"at":{"zip":null},"x":true,"id":"2"}\n')
    assert [list(row.items()) for row in rows] == [
        [("id", "1"), ("at.lon", "120.50"), ("at.lat", "30"), ("at.zip", None), ("x", None), ("row_no", 0)],
        [("id", "2"), ("at.lon", None), ("at.lat", None), ("at.zip", None), ("x", "true"), ("row_no", 1)],
    ]


@pytest.mark.parametrize(
    "number",
    ["1e400", "-0", "-0.0", "1.10", "1E+2", "123456789012345678901234567890", "0.1e-999", "9" * 5000, "NaN"],
)
def test_numbers_stay_as_they_are_written(number):
    assert one(f'{{"a":{number},"b":[{number}],"c":{{"d":{number}}}}}') == {
        "a": number, "b": f"[{number}]", "c.d": number,
    }  # fmt: skip


def test_values_of_every_kind():
    line = r'{"s":" a\"\\\n\u4e2d\ud83d\ude00 ","e":"","n":null,"t":true,"f":false,"l":[],"o":{},"m":[1.0,{"k":["v"]}]}'
    assert one(line) == {
        "s": ' a"\\\n中😀 ', "e": "", "n": None, "t": "true", "f": "false", "l": "[]", "m": '[1.0,{"k":["v"]}]',
    }  # fmt: skip


def test_an_object_is_no_column_and_neither_is_its_absence():
    rows, _ = table(b'{"a":null}\n{"a":{"b":1}}\n{"a":{}}\n')
    assert [row["a.b"] for row in rows] == [None, "1", None]
    assert list(rows[0]) == ["a.b", "row_no"]


def test_a_value_beside_an_object_of_one_name_has_a_column():
    rows, _ = table(b'{"a":1}\n{"a":{"b":2}}\n')
    assert [(row["a"], row["a.b"]) for row in rows] == [("1", None), (None, "2")]


def test_names_that_differ_in_case_are_two_columns():
    assert one('{"Id":1,"id":2}') == {"Id": "1", "id_2": "2"}


def test_what_is_nested_deeper_than_names_go_stays_json():
    line = '{"a":' * 20 + "1" + "}" * 20
    ((path, value),) = one(line).items()
    assert path == ".".join("a" * 17) and json.loads(value) == {"a": {"a": {"a": 1}}}


BAD = [
    ("[1]", "no object, but other JSON"),
    ('"a"', "no object, but other JSON"),
    ("7", "no object, but other JSON"),
    ("{a:1}", "no JSON"),
    ("hello", "no JSON"),
    ('{"a":01}', "no JSON"),
    ('{"a":1}{"a":2}', "no JSON"),
    ('{"a":"\t"}', "no JSON"),
    ('{"a":1,"a":1}', "a name stands twice in one object"),
    (r'{"a":1,"\u0061":1}', "a name stands twice in one object"),
    ('{"x":[{"a":1,"a":1}]}', "a name stands twice in one object"),
    ('{"a" :1,"b":2,"b":3}', "a name stands twice in one object"),
    (r'{"a\\":1,"b":2,"b":3}', "a name stands twice in one object"),
    ('{"a.b":1,"a":{"b":2}}', "two values of one name"),
    ('{"a":"x', "a line of JSON that is cut short"),
    ('{"a":[1,', "a line of JSON that is cut short"),
    ('{"a":' * 100_000, "nested too deep"),
    ('{"a":' + "[" * 900 + "]" * 900 + "}", "nested too deep"),
    ('{"a":' + "[" * 120 + "]" * 120 + "}", "nested too deep"),
    (r'{"a":"\ud800"}', "bytes that are not text of its encoding"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_is_told_and_the_others_are_rows(line, reason):
    content = f'{{"a":0}}\n\n  \r\n{line}\n{{"a":1}}\n'.encode()
    rows, rejects = table(content)
    assert [(row["a"], row["row_no"]) for row in rows] == [("0", 0), ("1", 2)]
    assert rejects == [(1, 4, reason)]


def test_the_last_line_cut_short_is_told():
    whole = ('{"a":"王小明"}\n' * 99 + '{"a":"王小明"}').encode()
    for cut in range(1, 14):
        rows, rejects = table(whole[:-cut])
        assert [row["a"] for row in rows] == ["王小明"] * 99
        assert rejects == [(99, 100, "a line of JSON that is cut short")]


def test_a_file_without_any_object():
    rows, rejects = table(b"x\ny\n")
    assert rows == [] and [r.row_no for r in rejects] == [0, 1]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(codec):
    text = "".join(f'{{"姓名":"王小明{i}","n":{i}}}\n' for i in range(300))
    rows, rejects = table(text.encode(codec))
    assert not rejects and [row["姓名"] for row in rows] == [f"王小明{i}" for i in range(300)]
    blank = tabular.blanked(text.encode(codec), Format.JSON_LINES, [7])
    assert blank == text.replace('{"姓名":"王小明7","n":7}', "{}").encode(codec)


def test_a_line_past_the_limit_is_told_and_passed_over(monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 1000)
    monkeypatch.setattr(json_lines, "_READ", 100)
    monkeypatch.setattr(json_lines, "HEAD_BYTES", 100)
    long = b'{"a":"' + b"x" * 5000 + b'"}\n'
    rows, rejects = table(b'{"a":1}\n' + long + b'{"a":2}\n' + long[:-1])
    assert [(row["a"], row["row_no"]) for row in rows] == [("1", 0), ("2", 2)]
    assert rejects == [(1, 2, json_lines.TOO_LONG), (3, 4, json_lines.TOO_LONG)]


def test_names_without_end_are_no_table():
    with pytest.raises(RefusedInput, match="names"):
        table(b"".join(b'{"k%d":1}\n' % i for i in range(5000)))
    with pytest.raises(RefusedInput, match="longer than"):
        table(b'{"' + b"k" * 5000 + b'":1}\n')


# -- erasure -----------------------------------------------------------------------------------------------------------


def test_a_row_emptied_leaves_every_other_byte():
    parts = [b"\xef\xbb\xbf", b'{"a":1}', b"\r\n\n", b" [1] ", b"\n", b'{"a": 2 }', b"\n", b'{"a":']
    content = b"".join(parts)
    for row in range(4):
        wanted = b"".join(b"{}" if i == 2 * row + 1 else part for i, part in enumerate(parts))
        assert tabular.blanked(content, Format.JSON_LINES, [row]) == wanted
        out = io.BytesIO()
        tabular.blanked_into(out, io.BytesIO(content), Format.JSON_LINES, [row])
        assert out.getvalue() == wanted
    assert tabular.blanked(content, Format.JSON_LINES, []) == content


def test_row_numbers_are_those_of_rows():
    content = b"".join(b'{"i":%d}\n' % i if i % 3 else b"\nbad %d\n" % i for i in range(100))
    (shape,) = tabular.shapes(io.BytesIO(content), Format.JSON_LINES)
    before = pa.concat_tables(tabular.rows(io.BytesIO(content), shape)).to_pylist()
    gone = {row["row_no"] for row in before if row["i"] in ("1", "50")}
    after, rejects = table(tabular.blanked(content, Format.JSON_LINES, gone))
    assert [r for r in after if r["i"]] == [r for r in before if r["row_no"] not in gone] and len(rejects) == 34


# -- the quick way and the exact one -----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(['"', "\\", '":', '\\":', "a.b", "{", "}"])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers(-(10**20), 10**20) | FLOATS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(OBJECTS, min_size=1, max_size=4), st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (",", " : ")])
)
def test_both_ways_give_the_same(objects, ascii_only, separators):
    text = "\n".join(json.dumps(o, ensure_ascii=ascii_only, separators=separators) for o in objects).encode()
    slow = exactly(text)
    assert not slow.rejects
    quick = quickly(text)
    assert quick is not None
    one_way, other = flat(quick.objects), flat(slow.objects)
    assert one_way.keys == other.keys
    if not one_way.odd:
        written = keys_written(text)
        assert one_way.keys <= written, "or a name that stands twice would not be seen"
        assert one_way.keys == written or ":" in "".join(map(str, objects)).replace("': ", "")
    mine, wanted = ({path: text_of(values).to_pylist() for path, values in f.columns.items()} for f in (one_way, other))
    assert mine == wanted
