"""Message catalogues: up to the code, complete, and with the same places to fill."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from medark import messages

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [language for language in messages.LANGUAGES if language != "en"]


def test_catalogues_are_up_to_the_code_and_complete():
    command = [sys.executable, "tools/messages.py", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_the_same_places(language):
    path = ROOT / "src" / "medark" / "messages" / language / "LC_MESSAGES" / "medark.po"
    for message in read_po(io.BytesIO(path.read_bytes()), locale=language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {place for text in ids for place in re.findall(r"\{\w*\}", text)}
        for text in texts if message.id else ():
            assert set(re.findall(r"\{\w*\}", text)) == wanted, message.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_read_at_run_time_is_what_was_written(language):
    path = ROOT / "src" / "medark" / "messages" / language / "LC_MESSAGES" / "medark.po"
    found = messages.translations(language)
    for message in read_po(io.BytesIO(path.read_bytes()), locale=language):
        if message.string and isinstance(message.id, str) and message.id:
            assert found.gettext(message.id) == message.string


def test_the_collector_finds_words_of_every_kind(tmp_path):
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import messages as tool
    finally:
        sys.path.remove(str(ROOT / "tools"))
    code = (
        'raise StorageError("it broke", fix="mend it")\n_("one {n}", n=1)\nplural("{count} a", "{count} b", 2)\n'
        'raise SourceError(f"no {name} here", fix=f"add {x.y}")\nprogress.stage("reading", 3, unit="files")\n'
        'KeyError("not shown")\n'
    )
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "m.py").write_text(code)
    (tmp_path / "a" / "b" / "templates").mkdir()
    page = '<h1>{{ _("a page") }}</h1>{{ _(shown) }}{{ plural("{count} row", "{count} rows", rows) }}{{ number(rows) }}'
    (tmp_path / "a" / "b" / "templates" / "page.html").write_text(page)
    found = {message for message, _file, _line in tool.messages(tmp_path / "a" / "b")}
    assert found == {
        "it broke", "mend it", "one {n}", ("{count} a", "{count} b"), "no {name} here", "add {v0}", "reading", "files",
        "a page", ("{count} row", "{count} rows"),
    }  # fmt: skip
