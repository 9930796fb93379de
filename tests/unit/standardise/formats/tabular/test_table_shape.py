"""Delimiter, quote, header, preamble; fixed columns."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest

from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular


def shape(text: str, codec: str = "utf-8") -> tabular.TableShape:
    return tabular.shape(text.encode(codec), Format.DELIMITED)


@pytest.mark.parametrize(
    ("text", "delimiter", "columns", "header", "above"),
    [
        ("id,name\n1,a\n2,b\n", ",", ("id", "name"), True, 0),
        ("id;temp\n1;36,5\n2;37,0\n", ";", ("id", "temp"), True, 0),
        ("1;36,5\n2;37,0\n", ";", ("column_1", "column_2"), False, 0),
        ("id\tname, given\n1\ta, b\n", "\t", ("id", "name, given"), True, 0),
        ("id|path\n1|a;b,c\n", "|", ("id", "path"), True, 0),
        ("id\x01name\n1\x01a\n", "\x01", ("id", "name"), True, 0),
        ("Export of 2024-01-02\n\nid,name,sex\n1,a,f\n2,b,m\n", ",", ("id", "name", "sex"), True, 2),
        ("Report,,\nid,name,sex\n1,a,f\n", ",", ("id", "name", "sex"), True, 1),
        ("Wang,f,flu\nLi,m,flu\nChen,f,flu\n", ",", ("column_1", "column_2", "column_3"), False, 0),
        ("2024-01-02,17,a\n2024-01-03,18,b\n", ",", ("column_1", "column_2", "column_3"), False, 0),
        ("110101199003070017,a\n110101199003070025,b\n", ",", ("column_1", "column_2"), False, 0),
        ("姓名,性别\n王,男\n李,女\n", ",", ("姓名", "性别"), True, 0),
        ("id,name\n", ",", ("id", "name"), True, 0),
        (",name,name,NAME\n1,a,b,c\n", ",", ("column_1", "name", "name_2", "NAME_3"), True, 0),
        ("note\nfree text\nmore text\n", ",", ("note",), True, 0),
        ('"id","a ""b"", c"\n"1","x\ny"\n', ",", ("id", 'a "b", c'), True, 0),
    ],
)
def test_delimited(text, delimiter, columns, header, above):
    found = shape(text)
    assert found.form is not None
    assert (found.form.delimiter, found.columns, found.header, found.lines_above) == (delimiter, columns, header, above)
    assert found.form.columns == columns and found.form.encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "quote", "backslash"),
    [
        ('a,b\n"x, y",2\n', '"', False),
        ('a,b\n"x ""y""",2\n', '"', False),
        ('a,b\n"x \\"y\\"",2\n', '"', True),
        ('size,b\n5" tube,2\n6" tube,3\n', "", False),
        ("a,b\n'x, y','2'\n'z, w','3'\n", "'", False),
        ("a,b\nO'Brien,2\n", '"', False),
    ],
)
def test_quotes(text, quote, backslash):
    form = shape(text).form
    assert form is not None and (form.quote, form.escape, shape(text).backslash) == (quote, quote, backslash)


def test_the_encoding_of_the_file_is_told_and_its_columns_read():
    found = shape("姓名,诊断\n王小明,感冒\n李红,高血压\n", "gb18030")
    assert (found.encoding, found.columns) == ("gb18030", ("姓名", "诊断"))


def test_a_head_that_ends_in_the_middle_of_a_row():
    text = "id,name,value\n" + "1,abc,5\n" * 20_000
    assert tabular.shape(text.encode()[: 64 << 10], Format.DELIMITED).columns == ("id", "name", "value")


@pytest.mark.parametrize("junk", [b"a,b\n1,\0\n", b"\0" * 100])
def test_bytes_that_are_no_table(junk):
    with pytest.raises(RefusedInput):
        tabular.shape(junk, Format.DELIMITED)


FIXED = """\
ID      NAME    BORN        SEX
0017    Wang    1990-03-07  F
0018    Li Mei  1991-04-08  M

110101  Chen    1992-05-09  F
"""


def read(text: str, codec: str = "utf-8") -> pa.Table:
    (found,) = tabular.shapes(io.BytesIO(text.encode(codec)), Format.FIXED_WIDTH)
    return pa.concat_tables(tabular.rows(io.BytesIO(text.encode(codec)), found))


def test_fixed_width():
    table = read(FIXED)
    assert table.column_names == ["ID", "NAME", "BORN", "SEX", "row_no"]
    assert table.to_pylist()[1] == {"ID": "0018", "NAME": "Li Mei", "BORN": "1991-04-08", "SEX": "M", "row_no": 1}
    assert table["row_no"].to_pylist() == [0, 1, 2]  # the empty line is no row


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_fixed_width_chinese_is_two_positions_wide(codec):
    text = "编号  姓名    诊断\n0017  王小明  感冒\n0018  李红    高血压\n0019  欧阳修  糖尿病\n"
    table = read(text, codec)
    assert table.column_names == ["编号", "姓名", "诊断", "row_no"]
    assert table["姓名"].to_pylist() == ["王小明", "李红", "欧阳修"]


def test_fixed_width_by_its_headings():
    """Numbers set to the right of their headings, a day and its time, and cells that touch."""
    text = (
        "NO      CODE      AT               SUM         OWN\n"
        "C1      M81.90    2026-01-01 09:05      15.00         3.00\n"
        "C2      I48.900x002026-01-01 12:25      27.00         5.40\n"
        "C3      K29.50    2026-01-02 08:10    1032.00       124.00\n"
    )
    (found,) = tabular.shapes(io.BytesIO(text.encode()), Format.FIXED_WIDTH)
    rows = pa.concat_tables(tabular.rows(io.BytesIO(text.encode()), found)).to_pylist()
    assert found.columns == ("NO", "CODE", "AT", "SUM", "OWN")
    assert list(rows[1].values())[:5] == ["C2", "I48.900x00", "2026-01-01 12:25", "27.00", "5.40"]
    assert [row["SUM"] for row in rows] == ["15.00", "27.00", "1032.00"]
