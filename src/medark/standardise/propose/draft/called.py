"""What other tables call the codes of a table: dictionaries, and lists of codes"""

from __future__ import annotations

from collections.abc import Mapping

from medark.standardise.propose.draft.filled import Filled
from medark.standardise.propose.draft.joins import Joins
from medark.standardise.propose.draft.listed import Fit
from medark.standardise.propose.draft.parts import Line
from medark.standardise.propose.draft.values import LISTED, UNITS
from medark.standardise.propose.draft.ways import Ways

_CODES = ("diag.code", "proc.code", "drug.code", "meas.code", "exam.code")
_NAMES = ("dict.name", "care_site_name", "drug.name", "meas.name", "diag.name", "proc.name")
_MOSTLY_UNITS = 0.5  # of values: with more of them that are units, no list has to tell which


def by_dictionary(mine: Filled, ways: Ways, joins: Joins) -> Mapping[str, Line]:
    """Of columns of codes that have no name beside them: what a dictionary calls them."""
    found: dict[str, Line] = {}
    for slot in _CODES:
        choice = mine.get(slot)
        for link in joins.of(choice):
            if choice and (there := ways.slots[link.key_table].get(*_NAMES)):
                found[choice.column.name] = joins.through("item", link, choice, there, "code_text")
                break
    return found


def by_list(mine: Filled, ways: Ways, joins: Joins, fits: Mapping[str, Fit]) -> Mapping[str, Line]:
    """Of columns: what a list in another table calls their values. `fits`: of columns, the list that has them."""
    found: dict[str, Line] = {}
    for slot in LISTED:
        choice = mine.get(slot)
        if choice is None or (slot in UNITS and choice.column.share("unit") >= _MOSTLY_UNITS):
            continue
        name = f"{slot.partition('.')[2] or slot}_list"
        fit = fits.get(choice.column.name)
        link = next((one for one in joins.of(choice) if ways.is_dictionary(one.key_table)), None)
        there = ways.slots[link.key_table].get("dict.name") if link else None
        if fit is not None and (fit.codes.name or there is None):
            found[choice.column.name] = joins.in_list(name, fit, choice)
        elif link is not None and there is not None:
            found[choice.column.name] = joins.through(name, link, choice, there, "code_text")
    return found
