"""Units on a terminal: as they are written, doubted and decided; and the questions about them"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import typer

from medark.messages import _, phrase, plural

if TYPE_CHECKING:
    from rich.console import Group

    from medark.flows.units.own import OwnUnit
    from medark.flows.units.unjudged import Unjudged
    from medark.flows.units.written import Written
    from medark.model.unit_decision import UnitDecision
    from medark.standardise.units.suspect import Suspect

_CANDIDATES = 4
_SHOWN = 12  # tests of which nothing is said; all of them are in --json


def written_view(found: Sequence[Written], decided: Sequence[UnitDecision]) -> Group:
    """Units as written; below them, what was decided."""
    from rich.console import Group

    from medark.cli.tables import table

    rows = [(one.source, one.said or "-", one.ucum or _("nobody knows"), one.rows, one.known) for one in found]
    columns = (_("source"), _("as written"), "UCUM", _("rows"), _("with a concept"))
    return Group(table(_("Units"), columns, rows), "", decisions_view(_("Decided"), decided))


def decisions_view(heading: str, decided: Sequence[UnitDecision]) -> Group:
    """Decisions, each with its limits and who made it."""
    from medark.cli.tables import table

    rows = [
        (one.source, one.code, one.said or "-", one.ucum or _("as written"), _limits(one.low, one.high), one.decided_by)
        for one in decided
    ]
    return table(heading, (_("source"), _("code"), _("as written"), "UCUM", _("numbers"), _("by")), rows)


def suspects_view(found: Sequence[Suspect], unjudged: Sequence[Unjudged]) -> Group:
    """What is doubted, with the likeliest units; below it, how much nothing can be said of."""
    from rich.console import Group

    from medark.cli.tables import table
    from medark.flows.units.tasks import TITLES

    rows = [
        (
            one.group.source, one.group.code, one.group.name, one.group.said or "-", phrase(TITLES[one.fault]),
            one.rows, f"{one.group.middle:.4g}",
            ", ".join(f"{each.ucum} {each.probability:.0%}" for each in one.likely[:2]),
        )
        for one in found
    ]  # fmt: skip
    columns = (
        _("source"), _("code"), _("name"), _("as written"), _("what is wrong"), _("rows"), _("median"), _("may be"),
    )  # fmt: skip
    parts = [table(_("Units in doubt"), columns, rows) if rows else _("No unit is in doubt.")]
    return Group(*parts, *_unjudged_view(unjudged)) if unjudged else Group(*parts)


def _unjudged_view(found: Sequence[Unjudged]) -> list[Group | str]:
    """How many numbers nobody judged and why; of those without a unit that can be read, the tests."""
    from medark.cli.tables import table
    from medark.flows.units.unjudged import Why

    told: list[Group | str] = [""]
    for why, words in (
        (Why.NO_CONCEPT, _("Not judged, because nobody has said what the code means (medark vocabulary review WS)")),
        (Why.NO_UNITS, _("Not judged, because no unit is known of what is measured")),
    ):
        if some := [one for one in found if one.why is why]:
            tests = len({(one.source, one.code) for one in some})
            rows = plural("{count} number", "{count} numbers", sum(one.rows for one in some))
            told.append(f"{words}: {rows}, {plural('{count} test', '{count} tests', tests)}")
    if bare := [one for one in found if not one.ucum]:
        cells = [
            (one.source, one.code or "-", one.said or "-", one.rows, f"{one.middle:.4g}" if one.middle else "-",
             one.like or "")
            for one in bare[:_SHOWN]
        ]  # fmt: skip
        columns = (_("source"), _("code"), _("as written"), _("rows"), _("middle"), _("as the test's other numbers"))
        heading = _("Of these without a unit that can be read: {shown} of {all}", shown=len(cells), all=len(bare))
        told += ["", table(heading, columns, cells)]
    return told


def plain_unjudged(one: Unjudged) -> dict[str, object]:
    """For programs."""
    return {
        "source": one.source, "code": one.code, "said": one.said, "why": str(one.why), "rows": one.rows,
        "middle": one.middle, "ucum": one.ucum, "like": one.like,
    }  # fmt: skip


def own_view(found: Sequence[OwnUnit]) -> Group:
    """Units of tests and the way to the test's own."""
    from medark.cli.tables import table

    rows = [
        (one.name, one.unit, one.own, f"{one.factor:.6g}", f"{one.offset:g}" if one.offset else "", one.rows)
        for one in found
    ]
    return table(_("Units of tests"), (_("name"), _("unit"), _("own unit"), _("factor"), _("offset"), _("rows")), rows)


def own_csv(found: Sequence[OwnUnit]) -> str:
    """The same as a file, by the names of the fields."""
    out = io.StringIO()
    from medark.flows.units.own import OwnUnit as Row

    writer = csv.DictWriter(out, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in found)
    return out.getvalue()


def asked(found: Sequence[Suspect]) -> list[tuple[Suspect, int]]:
    """What a person answers: the number of a candidate from 0, or -1 where what is written is right."""
    from medark.flows.units.suspected import evidence
    from medark.flows.units.tasks import TITLES

    answers = []
    for one in found:
        typer.echo(f"\n{phrase(TITLES[one.fault])}: {one.group.source}  {one.group.code}  {one.group.name}")
        typer.echo(f"  {evidence(one)}")
        for number, each in enumerate(one.likely[:_CANDIDATES], 1):
            typer.echo(f"  {number}  {each.probability:4.0%}  {each.ucum}  ({each.middle:.4g})")
        answer = typer.prompt(_("number, w: as written, s: skip, q: end"), default="s", show_default=False)
        if answer == "q":
            break
        if answer == "w":
            answers.append((one, -1))
        elif answer.isdecimal() and 1 <= int(answer) <= min(_CANDIDATES, len(one.likely)):
            answers.append((one, int(answer) - 1))
    return answers


def plain_suspect(one: Suspect) -> dict[str, object]:
    """For programs."""
    from medark.flows.units.suspected import evidence

    group, other = one.group, one.other
    return {
        "source": group.source, "code": group.code, "said": group.said, "loinc": group.loinc, "name": group.name,
        "fault": str(one.fault), "rows": one.rows, "numbers": group.spread.total, "median": group.middle,
        "clear": one.is_clear, "from": other.low if other else None, "below": other.high if other else None,
        "evidence": evidence(one),
        "candidates": [
            {"ucum": each.ucum, "same": list(each.same), "probability": round(each.probability, 4),
             "median": each.middle}
            for each in one.likely[:_CANDIDATES]
        ],
    }  # fmt: skip


def plain_decision(one: UnitDecision) -> dict[str, object]:
    """For programs."""
    return {
        "source": one.source, "code": one.code, "said": one.said, "ucum": one.ucum, "concept_id": one.concept_id,
        "from": one.low, "below": one.high, "probability": one.probability, "rule": one.rule,
        "evidence": one.evidence, "decided_by": one.decided_by, "decided_ms": one.decided_ms,
    }  # fmt: skip


def _limits(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:.4g}'} … {'' if high is None else f'{high:.4g}'}"
