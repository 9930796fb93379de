"""`medark refusal`: people who said no, at the desk or in a FHIR Consent"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.commands.grant import Until, _end_of
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened, purpose_of
from medark.errors import NotFoundError, SourceError, UsageError
from medark.messages import N_, _, plural

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace
    from medark.govern.consent import Consent

Person = Annotated[
    str | None,
    typer.Argument(metavar="[PERSON]", help=N_("the person_id, or a number that is only theirs"), show_default=False),
]
Whom = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help=N_("the person_id, or a number that is only theirs"), show_default=False),
]
Purpose = Annotated[str, typer.Option("--purpose", metavar="PURPOSE", help=N_("the use they refuse; else any"))]
Organisation = Annotated[
    str, typer.Option("--organisation", metavar="NAME", help=N_("the organisation they refuse; else any"))
]
File = Annotated[
    str,
    typer.Option("--consent", metavar="FILE", help=N_("FHIR Consents: JSON, a Bundle or NDJSON; instead of a person")),
]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "refusal", N_("People who said no to a use of their data."), KEEP)
    help_ = N_("Note a person's no. From now on nobody sees their rows for that purpose, or in that organisation.")
    examples = "medark refusal add city 4711 --purpose research\nmedark refusal add city --consent consents.ndjson"
    command(inner, "add", help_, examples)(add_refusal)
    command(inner, "list", N_("List refusals."), "medark refusal list city")(list_)
    command(inner, "end", N_("A person said no and no longer does."), "medark refusal end city 4711")(end)


def add_refusal(
    workspace: Named = None,
    person: Person = None,
    purpose: Purpose = "",
    organisation: Organisation = "",
    until: Until = "",
    consent: File = "",
    json: Json = False,
) -> None:
    import time

    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.refusing import refuse
    from medark.model.access import Refusal

    workspace, person = _placed(workspace, person, consent)
    with opened(workspace) as ws:
        if consent:
            return _hear(ws, _read(Path(consent)), json)
        if not person:
            raise UsageError("nobody is named", fix="medark refusal add WS PERSON, or --consent FILE")
        ends = _end_of(until, ws.settings.time_zone) if until else None
        told = Refusal(
            _who(ws, person),
            purpose_of(purpose) if purpose else None,
            organisation or None,
            int(time.time() * 1000),
            ends,
        )
        refuse(ws, machine_user(), told)
    return show({"noted": 1}, json, lambda: _("it is noted; it holds from now on"))


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.commands.grant import _when
    from medark.cli.tables import table

    with opened(workspace) as ws:
        refusals = ws.ledger.refusals.all()
    rows = [
        (str(r.person_id), r.purpose or _("any"), r.organisation or _("any"), _when(r.starts_ms), _when(r.ends_ms))
        for r in refusals
    ]
    plain = [
        {
            "person_id": r.person_id, "purpose": r.purpose, "organisation": r.organisation,
            "from": _when(r.starts_ms), "until": _when(r.ends_ms),
        }
        for r in refusals
    ]  # fmt: skip
    columns = (_("person"), _("purpose"), _("organisation"), _("from"), _("until"))
    show(plain, json, lambda: table(_("Refusals"), columns, rows))


def end(workspace: Named = None, person: Whom = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.refusing import end_refusals

    with opened(workspace) as ws:
        ended = end_refusals(ws, machine_user(), _who(ws, str(person)))
    show({"ended": ended}, json, lambda: plural("{count} refusal is over", "{count} refusals are over", ended))


def _placed(workspace: str | None, person: str | None, consent: str) -> tuple[str | None, str | None]:
    """One argument alone is the person, unless a file is given: then it is the workspace."""
    if workspace is not None and person is None and not consent:
        return None, workspace
    return workspace, person


def _who(workspace: Workspace, named: str) -> int:
    from medark.flows.who import the_person

    return the_person(workspace, named, lambda _number: True)  # a no may come before the first row does


def _hear(workspace: Workspace, found: list[Consent], json: bool) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.refusing import hear

    def who(key: str) -> int | None:
        try:
            return _who(workspace, key)
        except NotFoundError:
            return None

    heard = hear(workspace, machine_user(), found, who)
    told = {"consents": heard.consents, "refusals": heard.refusals, "unknown": heard.unknown}
    show(told, json, lambda: _(
        "{consents} consents, {refusals} refusals; of {unknown} nobody is known here", **told
    ))  # fmt: skip


def _read(path: Path) -> list[Consent]:
    import orjson

    from medark.govern.consent import consents

    try:
        text = path.read_bytes()
    except OSError as error:
        raise SourceError("the file can't be read", fix="check its name and rights", errno=error.errno or 0) from None
    try:
        resources = [orjson.loads(text)]
    except orjson.JSONDecodeError:
        try:
            resources = [orjson.loads(line) for line in text.splitlines() if line.strip()]
        except orjson.JSONDecodeError:
            raise SourceError("this is no FHIR JSON", fix="a Consent, a Bundle or NDJSON") from None
    return [consent for resource in resources if isinstance(resource, dict) for consent in consents(resource)]
