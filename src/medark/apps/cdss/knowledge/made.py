"""All that is known, put together once when the application is loaded"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medark.analyse.knowledge import folded
from medark.define import attached
from medark.sdk import CardRule

from .entries import Named, of_diagnoses, of_names, of_recommendations, of_sources
from .facts import diagnoses, drug_groups, names, recommendations, several
from .families import drugs_of_cards, of_cards, of_facts
from .known import Knowledge


def knowledge(cards: Iterable[CardRule] = ()) -> Knowledge:
    """What is written down here, the application's cards, and what their facts say; each thing once."""
    rules = [*of_recommendations(), *of_cards({one.name: one.rule.source for one in cards}), *of_facts()]
    things = of_names(_drugs(), _tests(), drugs_of_cards())
    found = Knowledge([*of_diagnoses(), *things, *rules, *of_sources(rules)], diagnoses(), recommendations())
    assert found.library  # made now: whoever searches first does not wait for it
    return found


def _drugs() -> Iterator[Named]:
    """Each drug by its ATC code: its first Latin and its first Chinese name, or those that are written down here."""
    by_code: dict[str, list[str]] = {}
    for row in attached.table_file("facts/drugs.csv"):
        if row["atc"]:
            by_code.setdefault(row["atc"], []).append(row["name"])
    preferred = {one.atc: one.names for one in drug_groups() if one.atc in by_code}
    for atc, told in by_code.items():
        latin = [name for name in told if folded(name)[0].isascii()] or told
        chinese = [name for name in told if name not in latin] or told
        named = preferred.get(atc, {"en": latin[0], "zh": chinese[0]})
        yield Named(atc, named, tuple(name for name in told if name not in named.values()))


def _tests() -> Iterator[Named]:
    """The tests of the cards, and those that only recommendations name."""
    for row in attached.table_file("facts/labs.csv"):
        yield Named(row["key"], {"en": row["label_en"], "zh": row["label_zh"]})
    for row in attached.table_file("knowledge/facts/tests.csv"):
        yield Named(row["test"], names(row), several(row["synonyms"]))
