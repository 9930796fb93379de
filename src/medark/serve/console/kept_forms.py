"""Forms of applications' pages that are kept: as they are sent, and what is said of it then"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from medark.flows.answers.save import Saved, Sent, save
from medark.messages import _, plural
from medark.serve.console.addresses import PREFIX, own_address
from medark.serve.console.fields import text, whole
from medark.serve.console.screens import Visit

OURS: Final = ("csrf", "back", "form", "person_id")  # fields that are the platform's own
SAVED: Final = ("saved", "waits")  # of the query, once a form was kept
_LONGEST: Final = 64  # characters of a form's own number


def sent(visit: Visit, told: Mapping[str, str]) -> str:
    """What is filled in is kept; back to the page, which says so. Errors as of `save`."""
    app, path = visit.path["app"], visit.path["path"]
    fields = {name: value for name, value in told.items() if name not in OURS}
    whose, number = whole(told, "person_id"), text(told, "form", _LONGEST)
    saved = save(visit.workspace, visit.reader, Sent(app, path, whose, fields, number, visit.language))
    return _back(own_address(told.get("back", ""), f"{PREFIX}/app/{app}/{path}"), saved)


def said(visit: Visit) -> dict[str, str]:
    """What a page says of a form that was just kept: in `done`, and in `waits` if its rows are still to come."""
    count = visit.number("saved")
    done = plural("{count} answer is kept", "{count} answers are kept", count) if count else ""
    waits = _("The platform is taking in other data; the answers show as soon as that is done.")
    return {"done": done, "waits": waits if visit.text("waits") else ""}


def without_saved(query: Mapping[str, str]) -> dict[str, str]:
    """A query without what only says that something was kept."""
    return {name: value for name, value in query.items() if name not in SAVED}


def _back(address: str, saved: Saved) -> str:
    path, _mark, query = address.partition("?")
    asked = without_saved(dict(parse_qsl(query))) | {"saved": str(saved.answers)}
    return f"{path}?{urlencode(asked if saved.is_in else asked | {'waits': 'yes'})}"
