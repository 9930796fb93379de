"""Cards that lead to the page that explains them"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from medark.model.card import Card
from medark.sdk import CardRule, Finding, Link
from medark.sdk.app import CardBody

_PAGE: Final = "/console/app/cdss/why?card={rule}&person_id={{person_id}}"


def linked(cards: Iterable[CardRule]) -> tuple[CardRule, ...]:
    """Each card with a link to why it was shown, beside what its own body adds."""
    return tuple(replace(one, card=_with_link(one.card)) for one in cards)


def _with_link(body: CardBody | None) -> CardBody:
    def card(finding: Finding) -> Card:
        made = finding.card if body is None else body(finding)
        link = Link(finding.say("Why this card", "提示依据"), _PAGE.format(rule=finding.rule))
        return replace(made, links=(*made.links, link))

    return card
