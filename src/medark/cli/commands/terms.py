"""`medark vocabulary unmapped`, `review`, `export`, `import`: what sources' own codes mean, decided by a person"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.terms import Coverage, Proposed, Unmapped
    from medark.model.term import SourceTerm

Source = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of this source alone"))]
Above = Annotated[
    float, typer.Option("--above", metavar="P", help=N_("take the likeliest concept where it is at least so probable"))
]
Form = Annotated[str, typer.Option("--form", metavar="usagi|sssom|omop", help=N_("what the file looks like"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=N_("write there, not on the screen"))]
File = Annotated[Path | None, typer.Argument(metavar="FILE", help=N_("as export wrote it"), show_default=False)]


def add(inner: typer.Typer) -> None:
    """Put the commands in the tree of `medark vocabulary`."""
    help_ = N_(
        "List codes that no standard concept stands for, those of most rows first.\n"
        "With each what it may mean, and how probable that is; and how much of the lake has concepts."
    )
    command(inner, "unmapped", help_, "medark vocabulary unmapped city --source north/lis")(unmapped)
    help_ = N_(
        "Decide what codes mean, one after the other or all that are probable enough.\n"
        "Rows that waited are made again at once. What is decided holds for later versions of the vocabulary too."
    )
    command(inner, "review", help_, "medark vocabulary review city\nmedark vocabulary review city --above 0.9")(review)
    help_ = N_("Write codes and what they mean for other tools.")
    command(inner, "export", help_, "medark vocabulary export city --form usagi --out codes.csv")(export)
    help_ = N_("Take what a file says that codes mean.\nUsagi, SSSOM or OMOP, as export writes them.")
    command(inner, "import", help_, "medark vocabulary import city codes.csv")(import_)


def unmapped(workspace: Named = None, source: Source = "", json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import coverage, proposed
    from medark.flows.terms import unmapped as waiting

    with opened(workspace) as ws:
        found = waiting(ws, machine_user(), source)
        told = proposed(ws, (one.term for one in found))
        covered = coverage(ws, machine_user())
    plain = {
        "coverage": [{"table": c.table, "rows": c.rows, "rows_mapped": c.rows_mapped, "codes": c.codes,
                      "codes_mapped": c.codes_mapped} for c in covered],
        "codes": [_plain(one, likely) for one, likely in zip(found, told, strict=True)],
    }  # fmt: skip
    show(plain, json, lambda: _view(found, told, covered))


def review(workspace: Named = None, source: Source = "", above: Above = 0.0, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import decide, proposed
    from medark.flows.terms import unmapped as waiting

    if not above and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask", fix="--above 0.9, or medark vocabulary export and import")
    with opened(workspace) as ws, watched() as progress:
        found = waiting(ws, machine_user(), source)
        told = proposed(ws, (one.term for one in found))
        decided = _sure(told, above) if above else _asked(found, told)
        records = decide(ws, machine_user(), decided, progress)
    _applied(len(decided), records, json)


def export(workspace: Named = None, form: Form = "usagi", out: Out = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.raw import must_steward
    from medark.flows.terms import proposed
    from medark.flows.terms.exchange import FORMS

    if form not in FORMS:
        raise UsageError("there is no such form", fix="--form usagi, --form sssom, --form omop")
    with opened(workspace) as ws:
        must_steward(ws, machine_user(), "codes written", form=form)
        told = proposed(ws, ws.ledger.terms.all())
    text = FORMS[form](told)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if out is None or json:
        show([_decided(one) for one in told], json, lambda: typer.echo(text, nl=False))


def import_(workspace: Named = None, file: File = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import decide
    from medark.flows.terms.exchange import read

    if file is None or not file.is_file():
        raise UsageError("there is no such file", fix="medark vocabulary export WS --out codes.csv writes one")
    with opened(workspace) as ws, watched() as progress:
        decided = read(ws, machine_user(), file.read_text(encoding="utf-8", errors="replace"))
        records = decide(ws, machine_user(), decided, progress)
    _applied(len(decided), records, json)


def _applied(codes: int, records: int, json: bool) -> None:
    words = _("{codes} codes decided, {records} records made again", codes=codes, records=records)
    show({"codes": codes, "records": records}, json, lambda: words)


def _decided(one: Proposed) -> dict[str, object]:
    term = one.term
    return {
        "source": term.source, "kind": term.kind, "system": term.system, "code": term.code, "name": term.name,
        "unit": term.unit, "state": str(term.state), "concept_id": term.concept_id, "decided_by": term.decided_by,
    }  # fmt: skip


def _view(found: list[Unmapped], told: list[Proposed], covered: list[Coverage]) -> object:
    from rich.console import Group

    from medark.cli.tables import table

    shares = [
        (c.table, c.rows, f"{c.rows_mapped / c.rows:.1%}", c.codes, f"{c.codes_mapped / c.codes:.1%}") for c in covered
    ]
    heads = (_("table"), _("rows"), _("with a concept"), _("codes"), _("with a concept"))
    rows = [
        (one.term.source, one.term.code, one.term.name, one.term.unit, one.rows, *_likely(likely))
        for one, likely in zip(found, told, strict=True)
    ]
    columns = (_("source"), _("code"), _("name"), _("unit"), _("rows"), _("may mean"), _("probability"))
    return Group(table(_("Coverage"), heads, shares), table(_("Codes without a concept"), columns, rows))


def _likely(one: Proposed) -> tuple[str, str]:
    if not one.candidates:
        return "", ""
    return one.candidates[0].concept.name, f"{one.candidates[0].probability:.0%}"


def _plain(one: Unmapped, likely: Proposed) -> dict[str, object]:
    candidates = [
        {"concept_id": c.concept.concept_id, "vocabulary": c.concept.vocabulary, "code": c.concept.code,
         "name": c.concept.name, "probability": round(c.probability, 4), "evidence": dict(c.evidence)}
        for c in likely.candidates
    ]  # fmt: skip
    term = one.term
    return {
        "source": term.source, "kind": term.kind, "system": term.system, "code": term.code, "name": term.name,
        "unit": term.unit, "rows": one.rows, "candidates": candidates,
    }  # fmt: skip


def _sure(told: list[Proposed], above: float) -> list[SourceTerm]:
    from medark.flows.terms.choice import chosen

    return [chosen(one, 0) for one in told if one.candidates and one.candidates[0].probability >= above]


def _asked(found: list[Unmapped], told: list[Proposed]) -> list[SourceTerm]:
    from medark.flows.terms.choice import chosen, none_of_them

    decided = []
    for one, likely in zip(found, told, strict=True):
        typer.echo(f"\n{one.term.source}  {one.term.code}  {one.term.name}  {one.term.unit}  ({one.rows})")
        for number, each in enumerate(likely.candidates, 1):
            typer.echo(f"  {number}  {each.probability:4.0%}  {each.concept.name}  [{each.concept.code}]")
        answer = typer.prompt(_("number, n: none of them, s: skip, q: end"), default="s", show_default=False)
        if answer == "q":
            break
        if answer == "n":
            decided.append(none_of_them(likely))
        elif answer.isdecimal() and 1 <= int(answer) <= len(likely.candidates):
            decided.append(chosen(likely, int(answer) - 1))
    return decided
