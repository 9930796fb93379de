"""A note as it is matched: of the same length as it was written, so that offsets stay true"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2019: 0x27}
_UPPER = {code: code + 32 for code in range(65, 91)}
_FOLD = _FULL | {0xFEE0 + code: code + 32 for code in range(65, 91)} | _UPPER
_HAN = re.compile(r"[\u3400-\u9fff]")
# A sentence ends at these; a full stop only where a blank or the end follows, so that 3.5 is one number.
_END = re.compile(r"[。；;!！\n\r]|(?<![\s.][a-z])(?<!\bdr)(?<!\bvs)(?<!\bmr)(?<!\bmrs)\.(?=\s|$|,)")
_CHINESE_SHARE = 0.1


def folded(text: str) -> str:
    """Full width and capitals folded, letter by letter.

    >>> folded("ＣＴ示：Ca１２５ ↑")
    'ct示:ca125 ↑'
    """
    return text.translate(_FOLD)


def language_of(text: str) -> str:
    """ "zh" where a tenth of the text is Chinese characters, else "en"."""
    return "zh" if len(_HAN.findall(text)) > len(text) * _CHINESE_SHARE else "en"


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end within a stretch of a folded text."""
    at = start
    for found in _END.finditer(text, start, end):
        if found.start() > at:
            yield at, found.start()
        at = found.end()
    if at < end:
        yield at, end
