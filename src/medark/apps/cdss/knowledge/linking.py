"""Cards that lead to the page that explains them"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from medark.sdk import CardLink, CardRule

_PAGE: Final = "/console/app/cdss/why?card={card}&person_id={{person_id}}"
_WHY: Final = {"en": "Why this card", "zh": "提示依据"}


def linked(cards: Iterable[CardRule]) -> tuple[CardRule, ...]:
    """Each card with a link to why it was shown."""
    return tuple(replace(one, links=(*one.links, CardLink(_WHY, _PAGE.format(card=one.name)))) for one in cards)
