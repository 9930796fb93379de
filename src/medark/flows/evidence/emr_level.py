"""EMR application level: the quality of the data of each item, by four coefficients

Source: the shape (39 items of ten roles; consistency, completeness, integration and timeliness as shares of records)
follows 电子病历系统应用水平分级评价标准(试行), 国卫办医函〔2018〕1079号, from memory, to be confirmed.
"""

from __future__ import annotations

from medark.flows.evidence.answered import (
    LOW,
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
from medark.flows.evidence.rules import ASPECTS, Evaluation, Item, evaluation
from medark.messages import _, phrase
from medark.model.page import Block, Cell, DataTable, KeyFigure, KeyFigures, Label, Text


def blocks(asked: Asked) -> tuple[Block, ...]:
    """The report."""
    asks = evaluation("emr")
    found = counted(asked.workspace, asked.snapshot, asks.rules)
    answered = [item for item in asks.items if any(found[rule].of for rule in asks.of(item))]
    return (
        Text(_(
            "Each coefficient is a share of rows: those that meet the rule, of those that it is about. Which rows those"
            " are stands under Rules, by the number of the rule."
        )),
        _figures(asks, answered, found),
        _coefficients(asked, asks, answered, found),
        unanswered(asked, asks.items, found, asks),
        numbers(asked, asks, found),
        rules_table(asked, asks),
        sources(asked, asks),
    )  # fmt: skip


def _figures(asks: Evaluation, answered: list[Item], found: Counted) -> KeyFigures:
    shares = [share for rule in asks.rules if (share := met_share(found[rule])) is not None]
    low = sum(share < LOW for share in shares)
    return KeyFigures((
        KeyFigure(_("items answered from data"), len(answered), note=_("of {count}", count=len(asks.items))),
        KeyFigure(_("coefficients"), len(shares)),
        KeyFigure(_("below {limit}", limit=LOW), low, mark="critical" if low else "good", note=_("to be confirmed")),
    ))  # fmt: skip


def _coefficients(asked: Asked, asks: Evaluation, answered: list[Item], found: Counted) -> DataTable:
    rows = tuple(
        (
            item.number, item.part.spoken(asked.language), item.name.spoken(asked.language),
            *_by_aspect(asks, item, found), max(found[rule].of for rule in asks.of(item)),
        )
        for item in answered
    )  # fmt: skip
    told = columns(
        (_("no."), "text"), (_("part"), "text"), (_("item"), "text"), *((phrase(one), "text") for one in ASPECTS),
        (_("rows"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, _("Coefficients"))


def _by_aspect(asks: Evaluation, item: Item, found: Counted) -> list[Cell | Label]:
    by_aspect = {rule.aspect: rule for rule in asks.of(item)}
    return [shown_share(met_share(found[by_aspect[one]])) if one in by_aspect else None for one in ASPECTS]
