"""The parts of one definition in words; a long part that is used more than once is told once, under a mark"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from unicodedata import east_asian_width

from medark.define.answers.describe.frames import pick_words, rows_words
from medark.define.answers.describe.phrases import Phrases
from medark.define.answers.describe.terms import binding
from medark.define.answers.describe.values import value_words
from medark.define.nodes import AtEach, Call, Column, Frame, Literal, Node, Pick, Value

# Letters from which on a part is told under a mark; a Chinese one counts two. A value is better read where it stands.
_LONG_ROWS, _LONG_VALUE = 48, 100


class Teller:
    """Tells the parts of a definition. The words of `frames` and `values` ask it in turn for the parts inside theirs.

    `index` is the noun of the rows that are the index (inside at_each), '' where that is the entry; `among` the frame
    whose rows a condition is told of.
    """

    def __init__(self, phrases: Phrases, top: Node) -> None:
        self.phrases, self.say = phrases, phrases.say
        self.index = ""
        self.among: Frame | None = None
        self._uses = _uses(top)
        self._told: dict[tuple[Node, str, str], str] = {}
        self._marks: dict[tuple[Node, str], tuple[str, str]] = {}

    @property
    def marks(self) -> Mapping[str, str]:
        """What each mark stands for, those first that others are told by."""
        return dict(self._marks.values())

    def value(self, value: Value, beside: int | None = None) -> str:
        """A value; in brackets where its parts hold together no tighter than what it is told beside."""
        text = self._once(value, "", lambda: value_words(self, value))
        if mark := self._mark(value, text):
            return mark
        return text if beside is None or binding(self, value) > beside else self.say("value.bracketed", text)

    def rows(self, frame: Frame, form: str) -> str:
        """The rows of a frame: `bare` (after "the last" or "no"), `one` of them, or `many`."""
        if mark := self.frame_mark(frame):
            return self.say(f"rows.mark.{form}", mark=mark)
        return self._once(frame, form, lambda: rows_words(self, frame, form))

    def frame_mark(self, frame: Frame) -> str:
        """The mark that a frame is told under; '' for one that is told where it stands."""
        if self._uses[frame] < 2:
            return ""
        return self._mark(frame, self._once(frame, "many", lambda: rows_words(self, frame, "many")))

    def addends(self, total: Value) -> list[Value]:
        """What a sum is of, in order, however it is bracketed; a sum that is used elsewhere too stays one number."""
        found: list[Value] = []
        pending = [total]
        while pending:
            one = pending.pop()
            if isinstance(one, Call) and one.operator == "add" and (one is total or self._uses[one] < 2):
                pending.extend(one.arguments)
            else:
                found.append(one)
        return found[::-1]

    def is_marked(self, node: Node) -> bool:
        """Is it told under a mark?"""
        return (node, self.index) in self._marks

    def row(self, pick: Pick) -> str:
        """The one row that a pick takes."""
        text = self._once(pick, "", lambda: pick_words(self, pick))
        return self._mark(pick, text) or text

    @contextmanager
    def at(self, noun: str) -> Iterator[None]:
        """Within, the index is a row of this noun."""
        outer, self.index = self.index, noun
        yield
        self.index = outer

    @contextmanager
    def of(self, frame: Frame) -> Iterator[None]:
        """Within, conditions are told of rows of this frame."""
        outer, self.among = self.among, frame
        yield
        self.among = outer

    def _once(self, node: Node, form: str, words: Callable[[], str]) -> str:
        key = (node, form, self.index)
        if key not in self._told:
            self._told[key] = words()
        return self._told[key]

    def _mark(self, node: Node, text: str) -> str:
        if self._uses[node] < 2 or _width(text) <= (_LONG_VALUE if isinstance(node, Value) else _LONG_ROWS):
            return ""
        key = (node, self.index)
        if key not in self._marks:
            self._marks[key] = (f"[{len(self._marks) + 1}]", text)
        return self._marks[key][0]


def _uses(top: Node) -> Counter[Node]:
    """How many parts each part is used by. A column is no use of its table, nor at_each of the frame it stands in."""
    uses: Counter[Node] = Counter()
    for node in top.walk():
        match node:
            case Column() | Literal():
                continue
            case AtEach(frame=frame):
                uses.update(child for child in node.children() if child is not frame)
            case _:
                uses.update(node.children())
    return uses


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
