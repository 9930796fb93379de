"""How a table stands before a person: whether anything is to be said of it, and what its columns are shown as"""

from __future__ import annotations

from typing import Final

from medark.flows.propose.columns import LEAST, ColumnShown, choices
from medark.flows.propose.proposing import Proposal
from medark.flows.propose.words import bare

_OF_PEOPLE: Final = frozenset({"patient", "visit", "stay"})  # kinds of tables whose keys are people or visits


def would_be(found: Proposal, name: str, one: ColumnShown) -> str:
    """The slot that a column fills. In a table that lacks something no column fills any yet: then the one that it
    surely would, so that nobody says by accident that it is nothing. "" for none.
    """
    if one.slot or one.state != "open" or not found.drafts[name].missing:
        return bare(one.slot)
    likely = choices(one)
    return likely[0].slot if likely and likely[0].chance >= LEAST else ""


def is_kind_open(found: Proposal, name: str) -> bool:
    """Is it not sure what a table is, so that this is the first thing to say?"""
    answered = name in found.kept.approvals or name in found.kept.kinds
    return not answered and found.drafts[name].kind_chance < LEAST


def is_idle(found: Proposal, name: str) -> bool:
    """Has nobody to say anything of a table: has it no rows, or is it surely a dictionary into which no table looks?
    A table whose rows name patients or visits is none, whatever it looks like.
    """
    draft = found.drafts[name]
    is_dictionary = bool(draft.every_row) and draft.kind_chance >= LEAST and not _names_people(found, name)
    return name not in found.kept.kinds and (is_dictionary or not found.kept.profiles[name].rows)


def _names_people(found: Proposal, name: str) -> bool:
    return any(
        one.table == name and one.key_table in found.drafts and found.drafts[one.key_table].kind in _OF_PEOPLE
        for one in found.links
    )


def asked_tables(found: Proposal) -> list[str]:
    """Tables that wait for a person's answer, those with most rows first."""
    return [name for name in found.open_tables() if not is_idle(found, name)]


def gains(found: Proposal) -> dict[str, int]:
    """Of each table the rows that an answer may bring in: its own, and those of tables that wait for it."""
    rows = {name: profile.rows for name, profile in found.kept.profiles.items() if name in found.drafts}
    gain = dict(rows)
    for name in found.open_tables():
        for table in {join.table for join in found.drafts[name].joins} - found.kept.approvals.keys():
            gain[table] = gain.get(table, 0) + rows[name]
    return gain
