"""`medark vocabulary unmapped`, `coverage`, `review`, `undo` and more: what codes mean, decided by a person"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.errors import NotFoundError, UsageError
from medark.messages import N_, _, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Group

    from medark.flows.terms import Coverage, Proposed
    from medark.flows.terms.review import Lake, Waiting
    from medark.model.term import SourceTerm

Source = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of this source alone"))]
Above = Annotated[
    float, typer.Option("--above", metavar="P", help=N_("take the likeliest concept where it is at least so probable"))
]
Code = Annotated[str, typer.Argument(metavar="[CODE]", help=N_("this code; otherwise the last decisions"))]
Form = Annotated[str, typer.Option("--form", metavar="usagi|sssom|omop", help=N_("what the file looks like"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=N_("write there, not on the screen"))]
File = Annotated[Path | None, typer.Argument(metavar="FILE", help=N_("as export wrote it"), show_default=False)]

_PLACES = 4  # of a probability, as it is told and as it is asked for


def add(inner: typer.Typer) -> None:
    """Put the commands in the tree of `medark vocabulary`."""
    help_ = N_(
        "List codes that no standard concept stands for, those of most rows first.\n"
        "With each what it may mean, how probable that is, and to how many more rows of its table it gives concepts."
    )
    command(inner, "unmapped", help_, "medark vocabulary unmapped city --source north/lis")(unmapped)
    help_ = N_("Say how much of the lake has concepts, by rows and by codes.")
    command(inner, "coverage", help_, "medark vocabulary coverage city")(coverage)
    help_ = N_(
        "Decide what codes mean, one after the other or all that are probable enough.\n"
        "Rows that waited are made again at once. What is decided holds for later versions of the vocabulary too."
    )
    command(inner, "review", help_, "medark vocabulary review city\nmedark vocabulary review city --above 0.9")(review)
    help_ = N_(
        "Take decisions about codes back, the last ones or those of a code.\nTheir rows are as they were before."
    )
    command(inner, "undo", help_, "medark vocabulary undo city\nmedark vocabulary undo city ZK --source north/lis")(
        undo
    )
    help_ = N_("Write codes and what they mean for other tools.")
    command(inner, "export", help_, "medark vocabulary export city --form usagi --out codes.csv")(export)
    help_ = N_("Take what a file says that codes mean.\nUsagi, SSSOM or OMOP, as export writes them.")
    command(inner, "import", help_, "medark vocabulary import city codes.csv")(import_)


def unmapped(workspace: Named = None, source: Source = "", json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms.review import reviewed

    with opened(workspace) as ws, watched() as progress:
        found = reviewed(ws, machine_user(), source, progress)
    plain = {"coverage": _covered(found.covered), "codes": [_plain(one) for one in found.waiting]}
    show(plain, json, lambda: _view(found))


def coverage(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import coverage as counted

    with opened(workspace) as ws:
        found = counted(ws, machine_user())
    show(_covered(found), json, lambda: _coverage_view(found))


def review(workspace: Named = None, source: Source = "", above: Above = 0.0, json: Json = False) -> None:
    from medark.cli.terms_talk import asked
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import decide
    from medark.flows.terms.review import reviewed

    if not above and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask", fix="--above 0.9, or medark vocabulary export and import")
    with opened(workspace) as ws, watched() as progress:
        found = reviewed(ws, machine_user(), source, progress).waiting
        decided = _sure(found, above) if above else asked(found)
        records = decide(ws, machine_user(), decided, progress)
    _applied(len(decided), records, json)


def undo(workspace: Named = None, code: Code = "", source: Source = "", json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.terms import decide
    from medark.flows.terms.decide import opened_again
    from medark.flows.terms.review import decided

    with opened(workspace) as ws, watched() as progress:
        there = decided(ws, machine_user(), source)
        some = [one for one in there if (one.code == code if code else one.decided_ms == there[0].decided_ms)]
        if not some:
            named = {"code": code} if code else {}
            raise NotFoundError(N_("nothing of this was decided"), fix="medark vocabulary export WS", **named)
        records = decide(ws, machine_user(), [opened_again(one) for one in some], progress)
    words = plural("{count} code is open again", "{count} codes are open again", len(some))
    show({"codes": len(some), "records": records}, json, lambda: words)


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


def _view(found: Lake) -> Group:
    from rich.console import Group

    from medark.cli.tables import table

    rows = [
        (one.term.source, one.term.code, one.term.name, one.term.unit, one.rows, f"+{one.gain:.1%}",
         f"{one.reached:.0%}", *_likely(one))
        for one in found.waiting
    ]  # fmt: skip
    columns = (
        _("source"), _("code"), _("name"), _("unit"), _("rows"), _("adds"), _("then"), _("may mean"), _("probability"),
    )  # fmt: skip
    return Group(_coverage_view(found.covered), table(_("Codes without a concept"), columns, rows))


def _coverage_view(covered: Sequence[Coverage]) -> Group:
    from medark.cli.tables import table
    from medark.flows.terms.review import totals

    heads = (_("table"), _("rows"), _("with a concept"), _("codes"), _("with a concept"))
    return table(_("Coverage"), heads, map(_shares, covered), _shares(totals(covered)) if len(covered) > 1 else ())


def _shares(one: Coverage) -> tuple[str | int, ...]:
    rows, codes = one.rows_mapped / max(one.rows, 1), one.codes_mapped / max(one.codes, 1)
    return one.table or _("sum"), one.rows, f"{rows:.1%}", one.codes, f"{codes:.1%}"


def _covered(covered: Sequence[Coverage]) -> list[dict[str, object]]:
    return [
        {"table": one.table, "rows": one.rows, "rows_mapped": one.rows_mapped, "codes": one.codes,
         "codes_mapped": one.codes_mapped}
        for one in covered
    ]  # fmt: skip


def _likely(one: Waiting) -> tuple[str, str]:
    if not one.candidates:
        return "", ""
    return one.candidates[0].concept.name, f"{one.candidates[0].probability:.0%}"


def _plain(one: Waiting) -> dict[str, object]:
    candidates = [
        {"concept_id": c.concept.concept_id, "vocabulary": c.concept.vocabulary, "code": c.concept.code,
         "name": c.concept.name, "probability": round(c.probability, _PLACES), "evidence": dict(c.evidence)}
        for c in one.candidates
    ]  # fmt: skip
    term = one.term
    return {
        "source": term.source, "kind": term.kind, "system": term.system, "code": term.code, "name": term.name,
        "unit": term.unit, "rows": one.rows, "adds": round(one.gain, 6), "then": round(one.reached, 6),
        "likeness": one.likeness, "candidates": candidates,
    }  # fmt: skip


def _sure(found: Sequence[Waiting], above: float) -> list[SourceTerm]:
    from medark.flows.terms.review import likeliest

    told = (one for one in found if one.candidates)
    return likeliest([one for one in told if round(one.candidates[0].probability, _PLACES) >= above])
