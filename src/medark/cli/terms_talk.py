"""Codes gone through at the terminal, those of most rows first: a key each, and a way back"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from medark.cli.console import say
from medark.messages import _, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medark.flows.terms.review import Waiting
    from medark.model.term import SourceTerm


def asked(found: Sequence[Waiting]) -> list[SourceTerm]:
    """What somebody says of each code, until the last or until they end it; Ctrl-C leaves all as it was."""
    said: list[SourceTerm | None] = []
    while len(said) < len(found):
        one = found[len(said)]
        _told(one, len(said) + 1, len(found))
        words = _("Enter: the first, number, n: no concept, s: later, u: back, q: end")
        answer = typer.prompt(words, default="", show_default=False)
        if answer == "q":
            break
        if answer == "u":
            said = said[:-1]
        elif answer == "s" or not (answer or one.candidates):
            said.append(None)
        elif (chosen := _chosen(one, answer)) is not None:
            said.append(chosen)
        else:
            say(_("this is no answer"))
    return [one for one in said if one is not None]


def _chosen(one: Waiting, answer: str) -> SourceTerm | None:
    from medark.flows.terms.candidates import Proposed
    from medark.flows.terms.choice import chosen, none_of_them

    told = Proposed(one.term, one.candidates)
    if answer == "n":
        return none_of_them(told)
    number = answer or "1"
    return chosen(told, int(number) - 1) if number.isdecimal() and 1 <= int(number) <= len(one.candidates) else None


def _told(one: Waiting, number: int, all_: int) -> None:
    from medark.flows.terms.words import reasons

    term = one.term
    rows = plural("{count} row", "{count} rows", one.rows)
    say(f"\n{number}/{all_}  {term.name or term.code} {term.unit}  ({term.source} {term.code})  {rows} +{one.gain:.1%}")
    for place, each in enumerate(one.candidates, 1):
        why = ", ".join(text for text, _speaks in reasons(each))
        say(f"  {place}  {each.probability:4.0%}  {each.concept.name}  [{each.concept.code}]  {why}")
