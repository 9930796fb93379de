"""One query of a run, what its answer says, and how the answers over parts of the lake go together"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from medark.check.counting.counts import Counts
from medark.sql.query import parse

FILE_NO = "file_no"  # of a line: which data file it is of, where files are told apart
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A row's `column` refers to what `facts` (a relation of unique `id`) says of another table."""

    column: str
    facts: str


@dataclass(frozen=True, slots=True)
class Linked:
    """What is true of a row whose `link` leads to something (`is_lost`: to nothing, though there is something in its
    column), and that has a value in `column`, if one is named; and whose day lies before the one that is told as
    `below`, or after that told as `above`, if they are named.
    """

    link: Link
    column: str = ""
    below: str = ""
    above: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What a scan asks of one column of each file. If no row has a value in it, the answer is `nothing` for each file,
    and n: how many rows there are, or (`is_of_values`) none. `of`: where a scan that is asked before says it more
    finely, that scan's name, its column that is this one's `value`, and its sum that is n. `rest`: what is left to ask
    where it is known how many rows have a value, which is what `nothing` then has that many of. `ahead`: where that is
    how many days lie after tomorrow, each with the last day on which it does: the name of that day.
    """

    column: str
    sql: str
    nothing: Mapping[str, Any]
    is_of_values: bool = False
    value: str = ""
    of: tuple[str, str, str] | None = None
    rest: str = ""
    ahead: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of an answer's lines."""
        return *self.nothing, "n"


@dataclass(frozen=True, slots=True)
class Rest:
    """What a scan of rows need ask where it is known how many rows of each file have a value in each column.

    `filled`: of its sums `names`, in order, those that tell of a column (of none: of all rows) how many have a value
    (or lack one). `linked`: of those that ask of nothing but what rows refer to, what they ask. `sql`: the query of
    the others and its links, but for those that are 0 because some columns are empty, and those that are told anyway;
    None where nothing is left. `lost`: of links of which nothing is asked but where they lead, the sum of rows whose
    link leads nowhere.
    """

    names: tuple[str, ...]
    filled: Mapping[str, tuple[str, bool]]
    linked: Mapping[str, Linked]
    sql: Callable[[Collection[str], Collection[str]], tuple[str, tuple[Link, ...]] | None]
    lost: Mapping[Link, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """A portable query, what it is about, and how to take its rows. Its one parameter, if any, is `:today`.

    How its answers are brought forward, `sums`:
      rows    sums over the rows of `over`: `by_file` is the query with a line (lines) for each FILE_NO; columns named
              n, n0, n1 … are sums, all others say of what. What is joined, by `links`, may change: `of_links` is,
              for each, the same query of the sums that depend on it alone. `lost` has, for some links, what is true
              of a row whose link leads nowhere. `values`: of columns, the sum of rows with a value. `pieces`: what
              `by_file` is a union of, a column each.
      people  sums over people: asked of some people alone, the query says their share.
      without people who have no row in `over`, of the rows of `among`; of its people, if that is not `person`.
      keys    rows of `over` whose `key` is there twice.
      nothing asked again whenever a file of what it reads changes.
    `rest`: what `by_file` need not ask of rows whose files tell it.
    `of_concepts`: `by_file` tells a concept_id where `sql` tells what the vocabulary says of it.
    """

    name: str
    sql: str
    take: Callable[[Iterable[Row]], Counts]
    sums: Literal["rows", "people", "without", "keys", "nothing"] = "nothing"
    over: str = ""
    by_file: str = ""
    links: tuple[Link, ...] = ()
    of_links: Mapping[Link, str] = field(default_factory=dict)
    lost: Mapping[Link, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    key: str = ""
    among: str = ""
    of_concepts: bool = False
    rest: Rest | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The relations that it reads: of the lake, the vocabulary, and facts of them."""
        return parse(self.sql).tables


def of_one_file(sql: str) -> str | None:
    """A query by file, asked of the rows of one alone: told nothing apart, it is a quicker one. None where it can't be.

    >>> of_one_file("select t.a, count(*) as n, t.file_no from death as t group by t.a, t.file_no")
    'select t.a, count(*) as n from death as t group by t.a'
    """
    alone = re.sub(rf" group by t\.{FILE_NO}(?! ?,)", "", sql)
    alone = re.sub(rf"t\.{FILE_NO}, |, t\.{FILE_NO}", "", alone)
    return None if FILE_NO in alone else alone


def is_sum(name: str) -> bool:
    """Is a column of a scan of rows a sum?

    >>> is_sum("n"), is_sum("n12"), is_sum("concept_id")
    (True, True, False)
    """
    return name == "n" or (name.startswith("n") and name[1:].isdigit())
