"""The text of a note with what it speaks of marked"""

from __future__ import annotations

import html
import re

from medark.serve.console.noted import noted

TEXT = "否认<b>高血压</b>，考虑肺炎 & 予头孢曲松2g静滴。\n双肺呼吸音粗。"


def test_nothing_of_the_text_is_lost_or_put_in() -> None:
    plain = re.sub(r"</?mark[^>]*>", "", noted(TEXT))
    assert html.unescape(plain) == TEXT


def test_what_stands_in_a_text_is_no_markup() -> None:
    assert "<b>" not in noted(TEXT)
    assert "&lt;b&gt;" in noted(TEXT)


def test_each_mention_says_what_it_is() -> None:
    said = noted(TEXT)
    assert '<mark class="said disease not" title="disease, negated">高血压</mark>' in said
    assert '<mark class="said disease" title="disease, possible">肺炎</mark>' in said
    assert '<mark class="said drug" title="drug">头孢曲松</mark>' in said


def test_parts_of_the_body_are_not_marked() -> None:
    assert "双肺</mark>" not in noted(TEXT)
