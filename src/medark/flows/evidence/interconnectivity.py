"""Interconnectivity: how far the data follow the national data sets, codes and shared documents

Source: titles of WS 445.1-17-2014 and WS/T 500-2016; the structure of the data part of the maturity assessment
(2020 edition) from memory, to be confirmed.
"""

from __future__ import annotations

from medark.flows.evidence.answered import (
    Counted,
    columns,
    met_share,
    numbers,
    rules_table,
    shown_share,
    sources,
    unanswered,
)
from medark.flows.evidence.asked import Asked
from medark.flows.evidence.counting import counted
from medark.flows.evidence.rules import Evaluation, Item, evaluation
from medark.messages import _
from medark.model.page import Block, DataTable, KeyFigure, KeyFigures, Text
from medark.model.record import Format


def blocks(asked: Asked) -> tuple[Block, ...]:
    """The report."""
    asks = evaluation("interconnectivity")
    found = counted(asked.workspace, asked.snapshot, asks.rules)
    parts = {
        part: [item for item in asks.items if item.part == part] for part in dict.fromkeys(i.part for i in asks.items)
    }
    tables = [_table(asked, asks, items, found) for items in parts.values()]
    return (
        Text(_(
            "Of each data set: the share of rows in which the measured elements are all there. Of each code: the share"
            " of rows that have one of the vocabulary. Which rows and elements those are stands under Rules."
        )),
        _figures(asked, asks, found),
        *(table for table in tables if table.rows),
        _documents(asked),
        unanswered(asked, asks.items, found, asks),
        numbers(asked, asks, found),
        rules_table(asked, asks),
        sources(asked, asks),
    )  # fmt: skip


def _figures(asked: Asked, asks: Evaluation, found: Counted) -> KeyFigures:
    sets = [item for item in asks.items if item.number.isdigit()]
    there = [item for item in sets if any(found[rule].of for rule in asks.of(item))]
    codes = [found[rule] for rule in asks.rules if rule.aspect == "consistency"]
    rows = sum(count.of for count in codes)
    share = (rows - sum(count.violating for count in codes)) / rows if rows else None
    return KeyFigures((
        KeyFigure(_("data sets with rows"), len(there), note=_("of {count} parts", count=len(sets))),
        KeyFigure(_("values with a code"), None if share is None else f"{share:.1%}", note=_("all codes together")),
        KeyFigure(_("documents received as CDA"), sum(_cda(asked).values())),
    ))  # fmt: skip


def _table(asked: Asked, asks: Evaluation, items: list[Item], found: Counted) -> DataTable:
    rows = tuple(
        (
            item.number, item.name.spoken(asked.language), rule.table, rule.words.spoken(asked.language),
            shown_share(met_share(found[rule])), found[rule].of,
        )
        for item in items for rule in asks.of(item) if found[rule].of
    )  # fmt: skip
    told = columns(
        (_("no."), "text"), (_("item"), "text"), (_("table"), "text"), (_("what meets it"), "text"),
        (_("share"), "text"), (_("rows"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, items[0].part.spoken(asked.language))


def _documents(asked: Asked) -> DataTable:
    told = columns((_("source"), "text"), (_("documents"), "number"))
    return DataTable(told, tuple(sorted(_cda(asked).items())), _("Documents received as CDA"))


def _cda(asked: Asked) -> dict[str, int]:
    """Documents that came as CDA, by source."""
    found: dict[str, int] = {}
    for record in asked.workspace.landing.records(formats=[Format.CDA]):
        found[record.source] = found.get(record.source, 0) + 1
    return found
