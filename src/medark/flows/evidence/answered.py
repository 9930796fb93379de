"""The tables that reports on evaluations have in common: what can't be answered, the numbers, and the rules behind"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medark.check.counting import Count
from medark.flows.documents.nouns import DocumentForm
from medark.flows.evidence.asked import Asked
from medark.flows.evidence.counting import query_of
from medark.flows.evidence.rules import UNCONFIRMED, Evaluation, Item, Rule, source_words
from medark.messages import _, phrase
from medark.model.page import Cell, DataTable, Label, TableColumn, Text

LOW = 0.5  # a coefficient below it is marked
Counted = Mapping[Rule, Count]


def columns(*told: tuple[str, str]) -> tuple[TableColumn, ...]:
    """Columns by title and kind."""
    return tuple(TableColumn(f"c{at}", title, kind) for at, (title, kind) in enumerate(told))


def met_share(count: Count) -> float | None:
    """The share of rows that meet a rule, 0 to 1; None where there is no row."""
    return (count.of - count.violating) / count.of if count.of else None


def shown_share(share: float | None) -> Cell | Label:
    """A share as per cent, with one digit behind the point; a low one is marked."""
    if share is None:
        return None
    text = f"{share:.1%}"
    return Label(text, mark="critical") if share < LOW else text


def numbered(evaluation: Evaluation) -> Mapping[Rule, str]:
    """Each rule's number, by which its numbers name it: item, and place among its rules."""
    return {rule: f"{item.number}-{at}" for item in evaluation.items for at, rule in enumerate(evaluation.of(item), 1)}


def numbers(asked: Asked, evaluation: Evaluation, found: Counted) -> DataTable:
    """Numerator, denominator and share of each rule, with the table, the day and the version that they are of."""
    names = {item.number: item.name for item in evaluation.items}
    rows = tuple(
        (
            number, names[rule.item].spoken(asked.language), phrase(rule.aspect), rule.table,
            found[rule].of - found[rule].violating, found[rule].of, shown_share(met_share(found[rule])),
            str(asked.day), asked.snapshot.version,
        )
        for rule, number in numbered(evaluation).items()
    )  # fmt: skip
    told = columns(
        (_("rule"), "text"), (_("item"), "text"), (_("dimension"), "text"), (_("table"), "text"),
        (_("numerator"), "number"), (_("denominator"), "number"), (_("share"), "text"), (_("day"), "date"),
        (_("version"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, _("Numbers"))


def rules_table(asked: Asked, evaluation: Evaluation) -> DataTable:
    """The rules: in words, as SQL over the row t, its person p and its visit v, and whether they are confirmed.

    A workbook has room for the whole query, too, which anybody may run.
    """
    is_wide = asked.form is DocumentForm.XLSX
    rows = tuple(
        (
            number, rule.words.spoken(asked.language), rule.table, rule.among, rule.meets, _confirmed(rule.source),
            *([query_of(rule), source_words(rule.source).spoken(asked.language)] if is_wide else []),
        )
        for rule, number in numbered(evaluation).items()
    )  # fmt: skip
    wide = ((_("query"), "text"), (_("source"), "text")) if is_wide else ()
    told = columns(
        (_("rule"), "text"), (_("what meets it"), "text"), (_("table"), "text"), (_("among which rows"), "text"),
        (_("which of them"), "text"), ("", "text"), *wide,
    )  # fmt: skip
    return DataTable(told, rows, _("Rules"))


def sources(asked: Asked, evaluation: Evaluation) -> Text:
    """Where items and rules are from, each source once."""
    told = [item.source for item in evaluation.items] + [rule.source for rule in evaluation.rules]
    found = dict.fromkeys(source_words(source).spoken(asked.language) for source in told)
    return Text("\n".join([_("Sources of items and rules:"), "", *(f"- {source}" for source in found)]))


def unanswered(asked: Asked, items: Sequence[Item], found: Counted, evaluation: Evaluation) -> DataTable:
    """Items that the lake can't answer, with what is needed; and those of which it has no row."""
    rows: list[tuple[Cell | Label, ...]] = []
    for item in items:
        if item.needs.en:
            rows.append(
                (*_named(asked, item), Label(_("not answerable from data"), mark="warning"), _needs(asked, item))
            )
        elif not any(found[rule].of for rule in evaluation.of(item)):
            tables = ", ".join(dict.fromkeys(rule.table for rule in evaluation.of(item)))
            rows.append((*_named(asked, item), _("no rows"), _("rows of this kind in {tables}", tables=tables)))
    told = columns((_("no."), "text"), (_("part"), "text"), (_("item"), "text"), ("", "text"), (_("needed"), "text"))
    return DataTable(told, tuple(rows), _("Not answerable from data"))


def _named(asked: Asked, item: Item) -> tuple[str, str, str]:
    return item.number, item.part.spoken(asked.language), item.name.spoken(asked.language)


def _needs(asked: Asked, item: Item) -> str:
    return item.needs.spoken(asked.language)


def _confirmed(source: str) -> Cell | Label:
    return Label(_("to be confirmed"), mark="warning") if UNCONFIRMED in source else ""
