"""The process in which documents are set: told what is in them as data, with no network, no file and so much memory"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from medark.flows.documents.nouns import DONE, MISSING
from medark.flows.worker.answering import answer_all

_MEMORY: Final = 1 << 30  # bytes that it may write to
_STANDARDS: Final = ["a-2a", "ua-1"]
_NO_FONT: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_NUMBERED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(content: bytes, fonts: typst.Fonts | None = None) -> bytes:
    """DONE and the document; MISSING and the letters that no font has; nothing where it can't be set."""
    told = json.loads(content)
    fonts = fonts or _fonts()
    there = {one.lower() for one in fonts.families()}
    told["fonts"] = [one for one in told["fonts"] if one.lower() in there]
    try:
        return DONE + _compiled(told, fonts)
    except typst.TypstError as error:
        missing = "".join(map(_letters, _NO_FONT.findall(error.diagnostic)))
        return MISSING + "".join(sorted(set(missing))).encode() if missing else b""


def _compiled(told: dict[str, Any], fonts: typst.Fonts) -> bytes:
    with tempfile.TemporaryDirectory() as nothing:  # the only folder that can be read from
        compiler = typst.Compiler(font_paths=fonts, root=nothing, package_path=nothing, package_cache_path=nothing)
        found = compiler.compile(
            input=_template(), format="pdf", sys_inputs={"told": json.dumps(told)}, pdf_standards=_STANDARDS,
            timestamp=dt.datetime(*told["made"], tzinfo=dt.UTC),
        )  # fmt: skip
    assert isinstance(found, bytes)
    return found


def _letters(told: str) -> str:
    r"""Letters as typst names them.

    >>> _letters("\\u{f00}")
    'ༀ'
    """
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), told)


@cache
def _template() -> bytes:
    return files("medark.flows.documents").joinpath("page.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


if __name__ == "__main__":
    _fonts()
    answer_all(typeset, memory_bytes=_MEMORY)
