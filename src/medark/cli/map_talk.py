"""A proposal gone through at the terminal: a table at a time, answers of a key or two, or read from a file"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from medark.cli.console import out, say
from medark.errors import MedarkError, UsageError
from medark.messages import N_, _, phrase, plural

if TYPE_CHECKING:
    from medark.flows.propose.review import Review

_NUMBERED: Final = re.compile(r"(\d+)\s*=\s*(\S+)")
_SHORT: Final = {"v": "value", "a": "accept", "s": "skip", "u": "undo", "k": "kind", "t": "table", "n": "nothing"}
_PACE: Final = 3  # tables answered for, from which on the pace is told
_FEW: Final = 12  # meanings that are shown
HELP: Final = N_(
    "Enter or a: accept the table   s: later   u: take the last answer back   q: end\n"
    "6=2: column 6 is the second of what it may be   6=-: nothing is made of it   6=diag.code: it is this\n"
    "means WORD: what a column may mean, by a word of it   n: nothing of the table is to be loaded\n"
    "value 9 已退费=void: what a value of column 9 means, by name or number (- takes a word back)\n"
    "kind lab, kind 2: what the table is   all: every column   above 0.95: accept all that are so sure\n"
    "table NAME: go there"
)


class Talk:
    """Questions and answers. `is_asked`: there is somebody to ask, who may try again after an error."""

    def __init__(self, one: Review, *, is_asked: bool) -> None:
        self._one, self._is_asked, self._at, self._total = one, is_asked, "", len(one.waiting())
        self._since = time.monotonic()

    def through(self, answers: Iterable[str] | None) -> None:
        """Ask of one table after the other, until there is none left or no more answer."""
        self._next()
        if self._is_asked and not self._at:
            say(_("nothing waits for an answer"))
            return
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
        elif word in ("nothing", "n"):
            one.say_nothing(name)
            self._next()
        elif head == "means":
            self._tell_meanings(rest)
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
            one.say_slot(name, column.strip(), self._slot(slot.strip()))
            self._shown(name)

    def _accept(self) -> None:
        """As it stands: what was open is confirmed by that, where somebody looked at it."""
        from medark.flows.propose.columns import confirmed

        if self._is_asked and not self._one.found.drafts[self._at].missing:
            self._one.say_slots(self._at, confirmed(self._one.found, self._at))
        self._one.accept(self._at)
        self._tell_others(self._at)
        self._next()

    def _tell_others(self, name: str) -> None:
        """What takes effect with a table, and what it waits for."""
        from medark.flows.propose.approving import along

        if self._is_asked and (others := along(self._one.found, [name])):
            say(_("accepted with it: {tables}", tables=", ".join(others)))
        if self._is_asked and (needs := self._one.needs(name)):
            say(_("{table} takes effect with {tables}, which wait", table=name, tables=", ".join(needs)))

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
        return there[number - 1].name, self._slot(said)

    def _slot(self, said: str) -> str:
        """What a column means, by its name, the beginning of that (`wide:8310-5`), or its words in the reader's
        language where they are those of one meaning alone.
        """
        from medark.flows.propose.words import meanings
        from medark.standardise.propose.slots import slots

        if said in slots():
            return said
        kind = self._one.found.drafts[self._at].kind
        called = {slot for slot, words in meanings(kind) if words.casefold() == said.casefold()}
        called = called or {slot for slot in slots() if slot.startswith(f"{said}|")}
        return called.pop() if len(called) == 1 else said

    def _tell_meanings(self, word: str) -> None:
        """Meanings that have a word in what they are called."""
        from medark.flows.propose.words import meanings

        kind = self._one.found.drafts[self._at].kind
        found = [
            f"{words} = {slot}" for slot, words in meanings(kind) if word.casefold() in f"{words} {slot}".casefold()
        ]
        say("\n".join(found[:_FEW]) or _("there is no such meaning"))

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
            place = self._place()
            say("")
            out().print(table_view(self._one.found, name, place, whole))
            shown = self._one.values(name)
            if shown:
                out().print(values_view(shown))

    def _place(self) -> str:
        """How many tables there are, and how long the rest takes at this pace."""
        left = len(self._one.waiting())
        done = max(self._total - left, 0)
        place = _("table {place} of {total}", place=done + 1, total=self._total)
        minutes = round((time.monotonic() - self._since) / done * left / 60) if done >= _PACE else 0
        more = plural("about {count} minute left", "about {count} minutes left", minutes) if minutes else ""
        return " · ".join(filter(None, (place, more)))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(N_("this is no number"), fix="above 0.95") from None
