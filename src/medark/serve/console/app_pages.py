"""The pages of applications, as their blocks; what one of them does wrong stays on its own page"""

from __future__ import annotations

from fastapi import APIRouter

from medark.flows.documents.nouns import titled
from medark.flows.pages import page
from medark.serve.console import blocks, figures, kept_forms
from medark.serve.console.addresses import PREFIX
from medark.serve.console.figures import query, today
from medark.serve.console.frame import OWNER
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.console.task_panels import with_tasks
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """Each page of each application that runs, and its figures as files."""
    found = Screens(parts)
    found.page("/app/{app}/{path}", app_page, summary="A page of an application")
    found.form("/app/{app}/{path}", kept_forms.sent, summary="A form of a page is kept")
    found.router.include_router(figures.screens(parts))
    return found.router


def app_page(visit: Visit) -> Screen:
    """One page, drawn now for this reader. NotFoundError; AccessError; AppError where the application fails."""
    app, path = visit.path["app"], visit.path["path"]
    asked, language = kept_forms.without_saved(query(visit)), visit.language
    shown = page(visit.workspace, visit.reader, app, path, asked, language=language, today=today(visit))
    title, below = titled(shown.blocks, shown.title)
    data = {
        "app": app,
        "path": path,
        "fresh": shown.fresh,
        "unpublished": list(shown.unpublished),
        **kept_forms.said(visit),
        "may_publish": OWNER in visit.reader.roles,
        "blocks": with_tasks(visit, app, blocks.told(below, f"{PREFIX}/app/{app}/{path}", asked)),
    }
    return Screen(title, "app_page.html", data)
