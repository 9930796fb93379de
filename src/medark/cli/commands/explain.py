"""`medark explain`: why a definition answers as it does for one person"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.commands.run import Empty, File, Name
from medark.cli.console import show
from medark.cli.dates import Today, day
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.errors import UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from rich.console import Group

    from medark.define.memory import Entry, Evidence, ExplainedCandidate, ExplainedCohort, ExplainedEntry

Person = Annotated[str, typer.Option("--person", metavar="ID", help=N_("a person_id, or a number that is only theirs"))]
HELP = N_(
    "Say why a definition answers as it does for one person.\n"
    "Of a cohort: which step kept them out and why; else every variable. With the rows that decided it, by their keys."
)
EXAMPLES = "medark explain city study.py --person 4711\nmedark explain city study.py --name cohort --person 4711 --json"
_MOST = 6  # rows of evidence that are named on a line


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "explain", HELP, EXAMPLES, ASK)(explain)


def explain(
    workspace: Named = None,
    file: File = None,
    person: Person = "",
    name: Name = "",
    today: Today = "",
    empty_sets: Empty = False,
    purpose: For = "",
    json: Json = False,
) -> None:
    from medark.acquire.definitions.ask import the_definition
    from medark.define.memory import ExplainedCohort
    from medark.flows.definitions.explain import explain as explained
    from medark.flows.gate import person as governed
    from medark.flows.who import the_person

    if not person:
        raise UsageError("no person is named", fix="--person ID")
    definition = the_definition(Path(str(file)), name).definition
    with opened(workspace) as ws:
        on = day(today, ws.settings.time_zone)
        reader = who_asks(ws, purpose)
        person_id = the_person(ws, person, lambda number: bool(governed(ws, reader, number, {"person": {"person_id"}})))
        found = explained(ws, reader, definition, person_id, today=on, empty_sets=empty_sets)
    if isinstance(found, ExplainedCohort):
        show(_plain_cohort(found), json, lambda: _cohort(found))
    else:
        show([_plain_entry(one) for one in found], json, lambda: _entries(found))


def _cohort(found: ExplainedCohort) -> Group:
    from rich.console import Group
    from rich.text import Text

    from medark.cli.tables import table

    steps = [row for candidate in found.candidates for row in _steps(candidate)]
    stays = [(_day(stay.start), _day(stay.end)) for stay in found.stays]
    nobody = [] if steps else [Text(_("nothing in the record could let this person in"))]
    columns = (_("entry"), _("step"), "", _("decided by"))
    return Group(*nobody, table(_("Steps"), columns, steps), "", table(_("Stays"), (_("from"), _("to")), stays))


def _steps(candidate: ExplainedCandidate) -> Iterator[Sequence[str]]:
    entry = str(candidate.entry.start)
    for step in candidate.steps:
        yield entry, step.name, _truth(step.value) if not step.passed else _("passed"), _rows(step.evidence)
        entry = ""
    if not candidate.steps:
        yield entry, "", _("passed"), ""


def _entries(found: Sequence[ExplainedEntry]) -> Group:
    from rich.console import Group
    from rich.text import Text

    from medark.cli.tables import table

    columns = (_("variable"), _("value"), _("decided by"))
    drawn = [
        table(
            f"{one.entry.start} .. {one.entry.end}",
            columns,
            [(name, _truth(of.value), _rows(of.evidence)) for name, of in one.variables.items()],
        )
        for one in found
    ]
    return Group(*drawn) if drawn else Group(Text(_("the definition is not asked for this person")))


def _truth(value: object) -> str:
    match value:
        case None:
            return _("missing")
        case True:
            return _("true")
        case False:
            return _("false")
    return str(value)


def _rows(evidence: Sequence[Evidence]) -> str:
    named = "; ".join(f"{row.table} {row.key}" for row in evidence[:_MOST])
    more = len(evidence) - _MOST
    return named + (" " + _("and {count} more", count=more) if more > 0 else "")


def _day(moment: object) -> str:
    return str(moment).removesuffix(" 00:00:00")


def _plain_cohort(found: ExplainedCohort) -> dict[str, object]:
    candidates = [
        {
            **_plain(one.entry),
            "steps": [
                {"name": step.name, "passed": step.passed, "value": step.value, "evidence": _plain_rows(step.evidence)}
                for step in one.steps
            ],
        }
        for one in found.candidates
    ]
    return {"candidates": candidates, "stays": [_plain(stay) for stay in found.stays]}


def _plain_entry(one: ExplainedEntry) -> dict[str, object]:
    told = {name: {"value": of.value, "evidence": _plain_rows(of.evidence)} for name, of in one.variables.items()}
    return {**_plain(one.entry), "variables": told}


def _plain(entry: Entry) -> dict[str, object]:
    return {"entry_id": entry.entry_id, "start": entry.start, "end": entry.end}


def _plain_rows(evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    return [{"table": row.table, "key": row.key} for row in evidence]
