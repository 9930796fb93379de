"""What is around every page: navigation, who reads for what, language and theme; and the templates' environment"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

import medark
from medark import messages
from medark.flows.identity.permission import SEERS
from medark.flows.pages import pages
from medark.flows.raw import STEWARDS
from medark.messages import N_
from medark.model.access import Purpose, Rows
from medark.serve.auth.caller import Caller
from medark.serve.console import assets, filters
from medark.serve.console.addresses import PREFIX, asked
from medark.serve.console.blocks import aligned
from medark.serve.console.drawing import drawing
from medark.serve.console.markdown import markdown
from medark.serve.console.noted import noted
from medark.serve.http.parts import Parts

OWNER: Final = "owner"
THEMES: Final = {"system": N_("as the system"), "light": N_("light"), "dark": N_("dark")}
LANGUAGES: Final = {"en": "English", "zh": "中文"}
PURPOSES: Final = {
    Purpose.CARE: N_("care"),
    Purpose.PUBLIC_HEALTH: N_("public health"),
    Purpose.RESEARCH: N_("research"),
    Purpose.OPERATIONS: N_("operations"),
    Purpose.PAYMENT: N_("payment"),
}
ROWS: Final = {
    Rows.ALL: N_("everybody's rows"),
    Rows.ORGANISATION: N_("rows of your organisation"),
    Rows.CARE: N_("people in your organisation's care"),
}
THEME_COOKIE: Final = "medark_theme"
LANGUAGE_COOKIE: Final = "medark_language"


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. `key` follows `g` on the keyboard; `roles`: of whom one must be, none: anybody."""

    path: str
    label: str
    icon: str
    key: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """Where it leads."""
        return PREFIX + self.path


NAVIGATION: Final = (
    Place("", N_("Home"), "home", "h"),
    Place("/worklist", N_("Worklist"), "worklist", "w"),
    Place("/people", N_("People"), "people", "p"),
    Place("/datasets", N_("Datasets"), "datasets", "d"),
    Place("/map", N_("Data map"), "map", "m"),
    Place("/find", N_("Find data"), "find", "f"),
    Place("/quality", N_("Quality"), "quality", "q", STEWARDS),
    Place("/import", N_("Import"), "import", "i", STEWARDS),
    Place("/terms", N_("Codes"), "terms", "t", STEWARDS),
    Place("/units", N_("Units"), "units", "n", STEWARDS),
    Place("/identity", N_("Who is who"), "people", "o", SEERS),
    Place("/apps", N_("Applications"), "apps", "a", frozenset({OWNER})),
    Place("/access", N_("Access"), "access", "c", frozenset({OWNER})),
    Place("/audit", N_("Audit"), "audit", "u"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What frame.html is made of. `pages`: address and title of each page of a running application."""

    here: str
    path: str
    language: str
    theme: str
    zone: ZoneInfo
    now_ms: int
    workspace: str
    version: str = medark.__version__
    user: str = ""
    organisation: str = ""
    roles: tuple[str, ...] = ()
    purpose: Purpose | None = None
    csrf: str = field(default="", repr=False)
    places: tuple[Place, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()

    @property
    def twin(self) -> str:
        """The address of this page's data."""
        return self.as_file("json")

    def as_file(self, form: str) -> str:
        """The address of this page in another form."""
        path, mark, query = self.here.partition("?")
        return f"{path}.{form}{mark}{query}"

    def leads_here(self, address: str) -> str:
        """What `aria-current` says of a link: this very page, something above it, or ""."""
        if self.path == address:
            return "page"
        return "true" if address != PREFIX and self.path.startswith(f"{address}/") else ""


def drawn(request: Request, parts: Parts, title: str, template: str, data: Mapping[str, Any]) -> str:
    """A page as HTML. `data` are the template's variables; `title` and `frame` are there as well."""
    told = {**data, "title": title, "frame": frame_of(request, parts)}
    return environment().get_template(template).render(told)


def frame_of(request: Request, parts: Parts) -> Frame:
    """The frame of a request; of one by nobody who is signed in, without navigation."""
    language, workspace = messages.spoken(), parts.workspace
    plain: dict[str, Any] = {
        "here": asked(request),
        "path": request.url.path,
        "language": language,
        "theme": theme_of(request),
        "zone": ZoneInfo(workspace.settings.time_zone),
        "now_ms": int(parts.clock() * 1000),
        "workspace": workspace.path.name,
    }
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        return Frame(**plain)
    reader = caller.reader
    shown = [
        (f"{PREFIX}/app/{one.app}/{one.path}", one.title.get(language) or one.title["en"])
        for one in pages(workspace)
        if one.is_listed
    ]
    return Frame(
        **plain,
        user=reader.user,
        organisation=reader.organisation,
        roles=tuple(sorted(reader.roles)),
        purpose=reader.purpose,
        csrf=caller.csrf,
        places=tuple(one for one in NAVIGATION if not one.roles or one.roles & reader.roles),
        pages=tuple(shown),
    )


def theme_of(request: Request) -> str:
    """The theme that the reader chose."""
    told = request.cookies.get(THEME_COOKIE, "")
    return told if told in THEMES else "system"


def language_chosen(request: Request) -> str:
    """The language that the reader chose; "" for none."""
    told = request.cookies.get(LANGUAGE_COOKIE, "")
    return told if told in LANGUAGES else ""


@cache
def environment() -> Environment:
    """The templates. Everything that is put into them is escaped, and a name that is not there is an error."""
    found = Environment(
        loader=PackageLoader("medark.serve.console"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "_": messages._, "plural": messages.plural, "phrase": messages.phrase, "asset": assets.address,
        "LANGUAGES": LANGUAGES, "THEMES": THEMES, "PURPOSES": PURPOSES, "ROWS": ROWS, "CONSOLE": PREFIX,
    }  # fmt: skip
    for name in ("number", "share", "size", "sentence", "day", "moment", "ago"):
        found.filters[name] = getattr(filters, name)
    found.filters |= {"phrase": messages.phrase, "markdown": markdown}
    found.filters |= {"drawing": drawing, "aligned": aligned, "noted": noted}
    return found
