"""PostgreSQL dumps: what COPY wrote is what CSV reads, table by table, and nothing of the file is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.acquire.files import Found, Limits, Refused, pg_dump, walk
from medark.acquire.files.budget import Refusal
from medark.acquire.files.copy_text import as_csv
from medark.model.record import Format

HEAD = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = '{}';\n\nCREATE TABLE public.t (a text);\n\n"


def tables(content: bytes) -> dict[str, list[list[str]]]:
    """Each table's rows, as CSV has them."""
    return {
        t.name: list(csv.reader(io.StringIO(b"".join(t.content).decode(), newline="")))
        for t in pg_dump.Dump(io.BytesIO(content)).tables()
    }


def copied(value: str | None) -> str:
    r"""A value as COPY writes it. Source: PostgreSQL's documentation of COPY, text format."""
    if value is None:
        return r"\N"
    for plain, escaped in (("\\", "\\\\"), ("\b", r"\b"), ("\f", r"\f"), ("\n", r"\n"), ("\r", r"\r"), ("\t", r"\t")):
        value = value.replace(plain, escaped)
    return value.replace("\v", r"\v")


CELLS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["\\N", "\\", "\\.", ",", '"', "\n", "\t", "\r\n", "a\\tb", " x ", "\\\\N", ""]
)  # fmt: skip


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=5)))
def test_what_copy_wrote_is_what_csv_reads(rows):
    text = "".join("\t".join(map(copied, row)) + "\n" for row in rows).encode()
    alone = bool(rows) and len(rows[0]) == 1
    found = list(csv.reader(io.StringIO(as_csv(text, alone=alone).decode(), newline="")))
    assert found == [[cell or "" for cell in row] for row in rows]


def test_octal_and_hexadecimal_escapes():
    assert as_csv(rb"\x41\102\x2c\q" + b"\t1\n") == b'"AB,q",1\n'


def test_tables_in_order_with_their_names():
    text = HEAD.format("UTF8") + (
        "COPY public.t (id, \"Full, Name\", name) FROM stdin;\n1\t\\N\t王\n2\ta, b\t\n\\.\n\n"
        "COPY lab.r (x) FROM stdin;\n\\N\n1\n\\.\n"
        'copy "public"."T 2" from stdin;\nno\theader\n\\.\n'
        "COPY public.t (id) FROM stdin;\n\\.\n"
    )  # fmt: skip
    assert tables(text.encode()) == {
        "t.csv": [["id", "Full, Name", "name"], ["1", "", "王"], ["2", "a, b", ""]],
        "lab.r.csv": [["x"], [""], ["1"]],
        "T 2.csv": [["no", "header"]],
        "t_2.csv": [["id"]],
    }


@pytest.mark.parametrize(
    ("said", "codec"),
    [
        ("UTF8", "utf-8"), ("GBK", "gb18030"), ("BIG5", "big5"), ("UTF8", "utf-16"), ("UTF8", "utf-8-sig"),
        ("SQL_ASCII", "utf-8"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(said, codec, end):
    """Characters whose second byte is a backslash in GBK and Big5 are characters all the same."""
    name = {"gb18030": "誠淺\u5ea6", "big5": "功許蓋"}.get(codec, "王小明")
    text = HEAD.format(said) + f"COPY t (a, b) FROM stdin;\n1\t{name}\\n{name}\n\\.\n"
    assert tables(text.replace("\n", end).encode(codec)) == {"t.csv": [["a", "b"], ["1", f"{name}\n{name}"]]}


@pytest.mark.parametrize("block", [1, 2, 3, 7, 50])
def test_wherever_a_block_ends(block, monkeypatch):
    monkeypatch.setattr(pg_dump, "PIECE", block)
    monkeypatch.setattr(pg_dump, "_HEAD", block)
    text = b"x;\nCOPY t (a, b) FROM stdin;\n1\t\\N\n\\.x\t2\n\\.\ny;\nCOPY u (c) FROM stdin;\n\\.\nz;"
    assert tables(text) == {"t.csv": [["a", "b"], ["1", ""], [".x", "2"]], "u.csv": [["c"]]}
    said = b"".join(pg_dump.Dump(io.BytesIO(text)).statements())
    assert said == b"x;\nCOPY t (a, b) FROM stdin;\ny;\nCOPY u (c) FROM stdin;\nz;"


def found_in(folder: Path, content: bytes) -> tuple[dict[str, tuple[Format, bytes]], list[Refused]]:
    (folder / "in").mkdir()
    (folder / "in" / "d.sql").write_bytes(content)
    files, refused = {}, []
    for item in walk(folder / "in", Limits(), folder / "scratch"):
        if isinstance(item, Found):
            files[item.name] = (item.recognised.format, item.path.read_bytes())
        else:
            refused.append(item)
    return files, refused


def test_a_dump_opens_like_an_archive(tmp_path):
    content = (HEAD.format("UTF8") + "COPY t (a, b) FROM stdin;\n1\t2\n\\.\n").encode()
    files, refused = found_in(tmp_path, content)
    assert not refused
    assert files["d.sql!/t.csv"] == (Format.DELIMITED, b"a,b\n1,2\n")
    statements = (HEAD.format("UTF8") + "COPY t (a, b) FROM stdin;\n").encode()
    assert files["d.sql!/statements.sql"] == (Format.UNKNOWN, statements)


@pytest.mark.parametrize("rest", [b"1\t2\n3\t", b"1\t2\n3", b"1\t2\n", b""])
def test_a_dump_cut_short_is_told_and_its_lines_are_kept(tmp_path, rest):
    files, refused = found_in(tmp_path, b"COPY t (a, b) FROM stdin;\n" + rest)
    assert files["d.sql!/t.csv"][1].startswith(b"a,b\n" + rest.replace(b"\t", b","))
    assert [(item.name, item.reason) for item in refused] == [("d.sql", "cut short: what came before is read")]


def test_a_name_is_no_path(tmp_path):
    files, refused = found_in(tmp_path, b'COPY "../../t" (a, b) FROM stdin;\n1\t2\n\\.\n')
    assert list(files) == ["d.sql!/.._.._t.csv", "d.sql!/statements.sql"] and not refused


def test_a_line_without_end_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(pg_dump, "_LONGEST_LINE", 4 << 20)
    content = io.BytesIO(b"COPY t (a, b) FROM stdin;\n" + b"x" * (64 << 20))
    with pytest.raises(Refusal, match="too long"):
        tables_of = pg_dump.Dump(content).tables()
        b"".join(next(tables_of).content)
    assert content.tell() < 16 << 20


def test_statements_without_end_are_passed_in_flat_memory():
    content = b"INSERT INTO t VALUES ('" + b"x" * (32 << 20) + b"');\nCOPY t (a, b) FROM stdin;\n1\t2\n\\.\n"
    assert list(tables(content)) == ["t.csv"]
    assert max(map(len, pg_dump.Dump(io.BytesIO(content)).statements())) < 4 << 20
