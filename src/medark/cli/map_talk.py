"""A proposal gone through at the terminal: a table at a time, answers of a key or two, or read from a file"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from medark.cli.console import out, say
from medark.errors import MedarkError, UsageError
from medark.messages import N_, _, phrase

if TYPE_CHECKING:
    from medark.flows.propose.review import Review

_NUMBERED: Final = re.compile(r"(\d+)\s*=\s*(\S+)")
_SHORT: Final = {"v": "value", "a": "accept", "s": "skip", "u": "undo", "k": "kind", "t": "table"}
HELP: Final = N_(
    "Enter or a: accept the table   s: later   u: take the last answer back   q: end\n"
    "6=2: column 6 is the second of what it may be   6=-: nothing is made of it   6=diag.code: it is this\n"
    "value 9 已退费=void: what a value of column 9 means, by name or number (- takes a word back)\n"
    "kind lab, kind 2: what the table is   all: every column   above 0.95: accept all that are so sure\n"
    "table NAME: go there"
)


class Talk:
    """Questions and answers. `is_asked`: there is somebody to ask, who may try again after an error."""

    def __init__(self, one: Review, *, is_asked: bool) -> None:
        self._one, self._is_asked, self._at, self._total = one, is_asked, "", len(one.waiting())

    def through(self, answers: Iterable[str] | None) -> None:
        """Ask of one table after the other, until there is none left or no more answer."""
        self._next()
        for line in self._typed() if answers is None else answers:
            word = line.strip()
            if word in ("quit", "q"):
                return
            if self._is_asked or (word and not word.startswith("#")):
                self._tried(word)
            if self._is_asked and not self._at:
                return

    def _typed(self) -> Iterator[str]:
        """Lines of the keyboard, or of what is piped in."""
        while self._is_asked:
            try:
                yield input(_("{table} (? helps) > ", table=self._at))
            except EOFError:
                return
        yield from (line.rstrip("\n") for line in sys.stdin)

    def _tried(self, word: str) -> None:
        try:
            self._answered(word)
        except MedarkError as error:
            if not self._is_asked:
                raise
            needs = self._lacking(str(error.where.get("needs", "")))
            say(f"{phrase(error.what)}{needs}: {phrase(str(error.fix))}")

    def _lacking(self, slot: str) -> str:
        from medark.flows.propose.words import meaning

        if not slot:
            return ""
        said = phrase(slot) if " " in slot else meaning(slot, self._one.found.drafts[self._at].kind)
        return f" ({said})"

    def _answered(self, word: str) -> None:
        head, _space, rest = word.partition(" ")
        head = _SHORT.get(head, head)
        if word in ("?", "help"):
            say(_(HELP))
        elif head == "table":
            self._shown(self._one.called(rest))
        elif word in ("undo", "u"):
            self._shown(self._one.undo() or self._at)
        elif head == "above":
            say(_("accepted: {tables}", tables=", ".join(self._one.accept_above(_number(rest))) or "-"))
            self._next()
        elif not self._at:
            raise UsageError(N_("no table is open"), fix="table NAME")
        else:
            self._of_table(word, head, rest)

    def _of_table(self, word: str, head: str, rest: str) -> None:
        """An answer about the table that is open."""
        one, name = self._one, self._at
        if word in ("accept", "a"):
            self._accept()
        elif not word:
            self._accept_if_sure()
        elif word in ("skip", "s"):
            one.skip(name)
            self._next()
        elif head == "kind":
            one.say_kind(name, self._kind(rest))
            self._shown(name)
        elif word == "all":
            self._shown(name, whole=True)
        elif head == "value":
            one.say_values(name, *self._value(rest))
            self._shown(name)
        elif _NUMBERED.sub("", word).strip() == "":
            one.say_slots(name, dict(map(self._numbered, _NUMBERED.findall(word))))
            self._shown(name)
        else:
            column, mark, slot = word.rpartition("=")
            if not mark:
                raise UsageError(N_("this is no answer"), fix=N_("? tells which there are"))
            one.say_slot(name, column.strip(), slot.strip())
            self._shown(name)

    def _accept(self) -> None:
        """As it stands: what was open is confirmed by that, where somebody looked at it."""
        from medark.flows.propose.columns import confirmed

        if self._is_asked and not self._one.found.drafts[self._at].missing:
            self._one.say_slots(self._at, confirmed(self._one.found, self._at))
        self._one.accept(self._at)
        self._next()

    def _accept_if_sure(self) -> None:
        from medark.flows.propose.columns import LEAST

        _reading, draft = self._one.table(self._at)
        if draft.chance < LEAST or draft.asks:
            raise UsageError(N_("not all of it is sure"), fix=N_("a: accept it all the same, s: later"))
        self._accept()

    def _kind(self, said: str) -> str:
        """A kind of tables by its name, in any language, or by its place among what this table may be."""
        from medark.cli.proposals import kinds_shown
        from medark.flows.propose.words import kind_choices

        shown = kinds_shown(self._one.found, self._at)
        if said.isdigit() and 1 <= int(said) <= len(shown):
            return shown[int(said) - 1][0]
        return next((kind for kind, named in kind_choices() if said == named), said)

    def _numbered(self, told: tuple[str, str]) -> tuple[str, str]:
        """A column by its number, and a meaning by its place among what it may be."""
        from medark.flows.propose.columns import choices, columns

        number, said = int(told[0]), told[1]
        there = columns(self._one.found, self._at)
        if not 1 <= number <= len(there):
            raise UsageError(N_("there is no column of this number"), fix="all")
        likely = choices(there[number - 1])
        if said.isdigit():
            if not 1 <= int(said) <= len(likely):
                raise UsageError(N_("there is no meaning of this number"), fix=f"{number}=1")
            said = likely[int(said) - 1].slot
        return there[number - 1].name, said

    def _value(self, told: str) -> tuple[str, dict[str, str]]:
        """A column by name or number, and its value with what it means, by name or by its place among what it may."""
        from medark.flows.propose.columns import columns
        from medark.flows.propose.review import meanings_of

        left, mark, means = told.rpartition("=")
        column, space, value = left.strip().partition(" ")
        if not (mark and space):
            raise UsageError(N_("this is no answer"), fix="value COLUMN VALUE = MEANING")
        there = [one.name for one in columns(self._one.found, self._at)]
        if column.isdigit() and column not in there and 1 <= int(column) <= len(there):
            column = there[int(column) - 1]
        known, means = meanings_of(self._one.found.drafts[self._at], column), means.strip()
        if means.isdigit() and means not in known and 1 <= int(means) <= len(known):
            means = known[int(means) - 1]
        return column, {value.strip(): means}

    def _next(self) -> None:
        waiting = self._one.waiting()
        self._shown(waiting[0] if waiting else "")

    def _shown(self, name: str, *, whole: bool = False) -> None:
        from medark.cli.proposals import table_view, values_view

        self._at = name
        if name and self._is_asked:
            nth = self._total - len(self._one.waiting()) + 1
            place = _("table {place} of {total}", place=nth, total=self._total)
            say("")
            out().print(table_view(self._one.found, name, place, whole))
            shown = self._one.values(name)
            if shown:
                out().print(values_view(shown))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(N_("this is no number"), fix="above 0.95") from None
