"""A proposal gone through by a person, table by table: each answer is kept at once, and the last can be taken back"""

from __future__ import annotations

import difflib
import time
from collections.abc import Collection, Mapping
from typing import Any

from medark.errors import NotFoundError, UsageError
from medark.flows.propose.approving import along, approve
from medark.flows.propose.columns import NOTHING, in_part
from medark.flows.propose.keeping import CAME_BACK, WITHDRAWN, Kept, save
from medark.flows.propose.proposing import Proposal, propose, read_again
from medark.flows.propose.standing import asked_tables, gains
from medark.flows.propose.tasks import dismiss_tasks, raise_tasks
from medark.flows.propose.values import ValuesShown, values_of
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.progress import Progress, Silent
from medark.standardise.propose.draft import Draft
from medark.standardise.propose.draft.sets import meanings
from medark.standardise.propose.draft.states import STATE
from medark.standardise.propose.kinds import kinds
from medark.standardise.propose.profile.column import LONGEST_KEPT
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.profile.states import MEANINGS
from medark.standardise.propose.reading import TableReading
from medark.standardise.propose.slots import slots

_SILENT = Silent()
_NO_TABLE = N_("there is no such table in the proposal")
_MANY_TABLES = N_("several tables of the proposal are called so")
_SEE = N_("see what is shown")
_FEW = 5  # tables that are named
_NO_KIND = N_("there is no such kind of table")
_NO_COLUMN = N_("there is no such column in the table")
_NO_MEANING = N_("a column can't mean this")
_NO_VALUE_MEANING = N_("a value of this column can't mean this")
_NO_VALUE = N_("a value is a short word")
_PERSONAL = frozenset({"id_cn", "id_us", "phone", "address", "uuid"})


class Review:
    """The tables of one source, and what is said of them. AccessError for who may not see what came in."""

    def __init__(self, workspace: Workspace, source: str, by: str) -> None:
        must_steward(workspace, by, "map reviewed", source=source)
        self._workspace, self._by = workspace, by
        self.found: Proposal = propose(workspace, source)
        if not self.found.drafts:
            raise NotFoundError(N_("nothing of this source waits for a map"), fix="medark source list", source=source)
        self.accepted: list[str] = accepted(self.found.kept)

    def waiting(self) -> list[str]:
        """Tables that have no answer yet, those first that bring most rows in; then those in effect with open columns.
        Of a head and its lines the lines alone are asked for: with them goes their head.
        """
        found, gain = self.found, gains(self.found)
        goes_along = {head for name in [*self.accepted, *asked_tables(found)] for head in along(found, [name])}
        first = sorted(asked_tables(found), key=lambda name: -gain[name])
        asked = [*(name for name in first if name not in goes_along), *in_part(found)]
        return [name for name in asked if name not in self.accepted]

    def needs(self, name: str) -> list[str]:
        """Tables without which this one takes no effect, and that are neither in effect nor accepted yet."""
        looked = dict.fromkeys(join.table for join in self.found.drafts[name].joins)
        open_ = (one for one in looked if one not in self.found.kept.approvals and one not in self.accepted)
        return [one for one in open_ if not self.found.drafts[one].every_row]

    def called(self, name: str) -> str:
        """The name of the table that somebody means: it, in letters of any size, or the one that alone has that in it.
        NotFoundError with the nearest names.
        """
        return called(name, self.found.drafts)

    def table(self, name: str) -> tuple[TableReading, Draft]:
        """What is proposed for a table. NotFoundError with the nearest name."""
        _one_of(name, self.found.drafts, _NO_TABLE)
        return self.found.readings[name], self.found.drafts[name]

    def values(self, name: str) -> list[ValuesShown]:
        """What values of its columns are read as."""
        return values_of(self._workspace, self.found, name)

    def accept(self, name: str) -> None:
        """It is as the proposal says. UsageError where it can't be made whole yet."""
        _, draft = self.table(name)
        if draft.missing:
            raise UsageError(
                N_("this table lacks what makes it whole"),
                fix=N_("say which column it is, or skip"),
                needs=draft.missing[0],
            )
        if name not in self.accepted:
            self._note({"act": "accept", "table": name, "before": None})
            self.accepted.append(name)

    def accept_above(self, least: float) -> list[str]:
        """Accept every table that waits and has no answer, whose least sure line is at least so sure."""
        drafts, waits = self.found.drafts, set(self.found.open_tables())
        sure = [
            n
            for n in self.waiting()
            if n in waits and drafts[n].chance >= least and not (drafts[n].missing or drafts[n].asks)
        ]
        for name in sure:
            self.accept(name)
        return sure

    def say_nothing(self, name: str) -> None:
        """There is nothing to load of it: its rows are counted as left out, with that reason."""
        self.say_kind(name, "other")
        self.accept(name)

    def skip(self, name: str) -> None:
        """Put it off: its rows wait, and nothing is to be done about it until the table changes."""
        self.table(name)
        self._note({"act": "skip", "table": name, "before": None})
        self.found.kept.skipped.append(name)
        self._saved()
        dismiss_tasks(self._workspace, self.found, [name], self._by)

    def say_kind(self, name: str, kind: str) -> None:
        """What the table is."""
        self.table(name)
        _one_of(kind, kinds(), _NO_KIND)
        self._note({"act": "kind", "table": name, "before": self.found.kept.kinds.get(name)})
        self.found.kept.kinds[name] = kind
        self._again()

    def say_slot(self, name: str, column: str, slot: str) -> None:
        """What a column of it is; `NOTHING` for one of which nothing is made."""
        self.say_slots(name, {column: slot})

    def say_slots(self, name: str, said: Mapping[str, str]) -> None:
        """The same of several columns, all of them or none."""
        reading, _ = self.table(name)
        own = {one.name.lower(): one.name for one in reading.columns}
        for column, slot in said.items():
            _one_of(column.lower(), own, _NO_COLUMN)
            if slot != NOTHING:
                _one_of(slot, slots(), _NO_MEANING)
        held = self.found.kept.slots.setdefault(name, {})
        for column, slot in said.items():
            column = own[column.lower()]
            self._noted({"act": "slot", "table": name, "column": column, "before": held.get(column)})
            held[column] = "" if slot == NOTHING else slot
        if said:
            self._again()

    def say_values(self, name: str, column: str, said: Mapping[str, str]) -> None:
        """What values of a column mean, all of them or none; `NOTHING` takes a word back. NotFoundError for what is no
        column of short words, or no meaning of it; UsageError for an empty value.
        """
        reading, draft = self.table(name)
        own = {one.name.lower(): one.name for one in reading.columns}
        _one_of(column.lower(), own, _NO_COLUMN)
        column = own[column.lower()]
        known = meanings_of(draft, column)
        for value, means in said.items():
            _one_of(means, {*known, NOTHING}, _NO_VALUE_MEANING)
            if not value or len(value) > LONGEST_KEPT or not _PERSONAL.isdisjoint(forms(value)):
                raise UsageError(_NO_VALUE, fix="VALUE = MEANING", column=column)
        held = self.found.kept.values.setdefault(name, {}).setdefault(column, {})
        for value, means in said.items():
            self._noted({"act": "value", "table": name, "column": column, "value": value, "before": held.get(value)})
            _put_back(held, value, None if means == NOTHING else means)
        if said:
            told = {"table": name, "column": column, "values": str(len(said))}
            must_steward(self._workspace, self._by, "values explained", source=self.found.source, **told)
            self._again()
            raise_tasks(self._workspace, self.found)

    def take_up(self, name: str) -> None:
        """A table that was put off waits for an answer again."""
        self.table(name)
        if name in self.found.kept.skipped:
            self._noted({"act": "taken up", "table": name, "before": None})
            self.found.kept.skipped.remove(name)
            self._saved()
            raise_tasks(self._workspace, self.found)

    def undo(self) -> str:
        """Take the last answer back. Returns whose table it was of, "" if there is none."""
        open_ = [one for one in self.found.kept.said if is_open(self.found.kept, one)]
        if not open_:
            return ""
        last = open_[-1]
        self.found.kept.said.remove(last)
        self._taken_back(last)
        self._again()
        if last["act"] in ("skip", "taken up"):
            raise_tasks(self._workspace, self.found)
            dismiss_tasks(self._workspace, self.found, self.found.kept.skipped, self._by)
        return str(last["table"])

    def finish(self, progress: Progress = _SILENT) -> list[str]:
        """Put what is accepted in effect, and bring its rows in. Returns those tables."""
        names, self.accepted = self.accepted, []
        return approve(self._workspace, self.found.source, self._by, names, progress) if names else []

    def _taken_back(self, last: dict[str, Any]) -> None:
        kept, name, before = self.found.kept, last["table"], last["before"]
        if last["act"] == "accept" and name in self.accepted:
            self.accepted.remove(name)
        elif last["act"] == "skip" and name in kept.skipped:
            kept.skipped.remove(name)
        elif last["act"] == "taken up":
            kept.skipped.append(name)
        elif last["act"] == "kind":
            _put_back(kept.kinds, name, before)
        elif last["act"] == "slot":
            _put_back(kept.slots[name], last["column"], before)
        elif last["act"] == "value":
            _put_back(kept.values[name][last["column"]], last["value"], before)

    def _note(self, said: dict[str, Any]) -> None:
        self._noted(said)
        self._saved()

    def _noted(self, said: dict[str, Any]) -> None:
        self.found.kept.said.append({**said, "by": self._by, "at_ms": int(time.time() * 1000)})

    def _again(self) -> None:
        self._saved()
        self.found = read_again(self._workspace, self.found.kept)

    def _saved(self) -> None:
        save(self._workspace, self.found.kept)


def called(name: str, names: Collection[str]) -> str:
    """The table that somebody means. NotFoundError with the nearest names.

    >>> called("MS_CF02", ["ms_cf01", "ms_cf02"]), called("scores", ["nursing_scores", "nursing"])
    ('ms_cf02', 'nursing_scores')
    """
    said = name.strip().lower()
    same = [one for one in names if one == name] or [one for one in names if one.lower() == said]
    having = [one for one in names if said and said in one.lower()]
    if len(same or having) == 1:
        return (same or having)[0]
    if len(having) > 1:
        raise NotFoundError(_MANY_TABLES, fix=", ".join(having[:_FEW]), named=name)
    _one_of(said, names, _NO_TABLE)
    return said


def meanings_of(draft: Draft, column: str) -> tuple[str, ...]:
    """What a value of a column may mean; nothing where its values are no short words that are read."""
    told = next((one for one in draft.read if one.column == column), None)
    if told is None:
        return ()
    return MEANINGS if told.field == STATE else meanings(told.field)


def is_open(kept: Kept, said: Mapping[str, Any]) -> bool:
    """Was it said of a table that nobody has approved or withdrawn since, so that it can be taken back?"""
    name = said["table"]
    ends = [one["at_ms"] for one in kept.said if one["act"] in (WITHDRAWN, CAME_BACK) and one["table"] == name]
    ends += [kept.approvals[name].at_ms] if name in kept.approvals else []
    return bool(said["act"] not in (WITHDRAWN, CAME_BACK) and said["at_ms"] > max(ends, default=-1))


def accepted(kept: Kept) -> list[str]:
    """Tables that somebody accepted and that are not in effect so yet, in order."""
    found: dict[str, None] = {}
    for one in kept.said:
        if one["act"] == "accept" and is_open(kept, one):
            found[one["table"]] = None
        elif one["act"] in (WITHDRAWN, "taken up", CAME_BACK):
            found.pop(one["table"], None)
    return [name for name in found if name not in kept.skipped]


def _put_back(held: dict[str, str], key: str, before: str | None) -> None:
    if before is None:
        held.pop(key, None)
    else:
        held[key] = before


def _one_of(name: str, known: Collection[str], what: str) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, list(known), 3)
    raise NotFoundError(what, fix=", ".join(near) or _SEE, named=name)
