"""What a demonstration found, as a page of Markdown, on the terminal and for programs; in English or Chinese"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compared import Compared
from rich.console import Group
from rich.text import Text

from medark.cli.console import out
from medark.cli.tables import table
from medark.cli.text import duration
from medark.messages import phrase, spoken

_CHINESE = tomllib.loads((Path(__file__).parent / "zh.toml").read_text(encoding="utf-8"))
_ENDS = ("units", "loaded", "quarantined", "not_understood", "excluded")

Row = tuple[str | int, ...]


def _(text: str) -> str:
    return str(_CHINESE.get(text, text)) if spoken().startswith("zh") else text


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made, how it was taken in, and how true it is.

    `planted`: kind, how it must end, how many, how many did. `held`: source, outcome, reason, OMOP table, how many.
    """

    people: int
    accounts: tuple[dict[str, Any], ...]
    compared: tuple[Compared, ...]
    planted: tuple[tuple[str, str, int, int], ...]
    rows: Mapping[str, int]
    held: tuple[tuple[str, str, str, str, int], ...]
    seconds: float

    @property
    def is_true(self) -> bool:
        """Sums add up, the lake holds what is true and nothing else, and every planted error ended as it must."""
        sound = all(account["adds_up"] for account in self.accounts) and all(answer.agrees for answer in self.compared)
        return sound and all(found == planted for _, _, planted, found in self.planted)

    @property
    def plain(self) -> dict[str, object]:
        """For programs."""
        return {
            "people": self.people,
            "accounts": list(self.accounts),
            "compared": [
                {"what": c.name, "true": c.true, "lake": c.lake, "same": c.same, "agrees": c.agrees}
                for c in self.compared
            ],
            "planted": [
                {"kind": kind, "expected": end, "planted": planted, "found": found}
                for kind, end, planted, found in self.planted
            ],
            "rows": dict(self.rows),
            "held": [
                dict(zip(("source", "outcome", "reason", "table", "count"), row, strict=True)) for row in self.held
            ],
            "seconds": round(self.seconds, 3),
            "is_true": self.is_true,
        }

    @property
    def systems(self) -> list[Row]:
        return [
            (a["source"], a["files"]["found"], *(int(a["total"][end]) for end in _ENDS)) for a in self.accounts
        ]  # fmt: skip

    @property
    def answers(self) -> list[Row]:
        return [(_(c.name), c.true, c.lake, c.same, "✓" if c.agrees else "✗") for c in self.compared]

    @property
    def errors(self) -> list[Row]:
        return [
            (_(kind.replace("_", " ")), _(end), planted, found, "✓" if found == planted else "✗")
            for kind, end, planted, found in self.planted
        ]

    @property
    def kept(self) -> list[Row]:
        return [
            (source, phrase(outcome.replace("_", " ")), phrase(reason), omop, count)
            for source, outcome, reason, omop, count in self.held
        ]

    @property
    def parts(self) -> list[tuple[str, tuple[str, ...], list[Row]]]:
        """Headings, columns and rows of the tables that both pages have."""
        ends = tuple(_(word.replace("_", " ")) for word in _ENDS)
        return [
            (_("Its systems, and how what they sent ended"), (_("source"), _("files"), *ends), self.systems),
            (_("What is true, and what the lake holds"), (_("what"), _("true"), _("in the lake"), _("the same"), ""),
             self.answers),
            (_("Errors that were planted"), (_("error"), _("must end"), _("planted"), _("ended so"), ""), self.errors),
            (_("What is held back"), (_("source"), _("outcome"), _("why"), _("OMOP table"), _("count")), self.kept),
        ]  # fmt: skip


def shown(found: Demonstration, folder: Path) -> None:
    """The page on the terminal."""
    title = Text.assemble((_("A made-up city, taken in"), "bold"), "  ", (duration(found.seconds), "dim"))
    tables = [table(heading, columns, rows) for heading, columns, rows in found.parts]
    lake = table(_("The lake"), (_("OMOP table"), _("rows")), list(found.rows.items()))
    verdict = (
        Text("✓ " + _("the lake is as true as the city's systems were"), "green")
        if found.is_true
        else Text("✗ " + _("something is not as it must be: see the tables above"), "bold red")
    )
    lines = [
        (f"{folder}/map.html", _("open in a browser: every source, table and column")),
        (f"{folder}/summary.md", _("this page")),
        (f'medark query {folder}/workspace "SELECT count(*) FROM measurement"', _("ask the lake")),
        (f"medark quarantine list {folder}/workspace", _("see what is held back, and where it is")),
    ]
    parts = [title, *tables, lake, verdict, table(_("Next"), ("", ""), lines)]
    out().print(Group(*(piece for part in parts for piece in (part, ""))))


def written(found: Demonstration) -> str:
    """summary.md."""
    return "\n".join(_lines(found))


def _lines(found: Demonstration) -> Iterator[str]:
    yield from ("# " + _("A made-up city, taken in"), "")
    yield from (_("Nobody in it is real. Everything can be made again, byte for byte."), "")
    for heading, columns, rows in found.parts:
        yield from ("## " + heading, "", *_table(columns, rows), "")
    yield from ("## " + _("The lake"), "", *_table((_("OMOP table"), _("rows")), found.rows.items()), "")


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |"
