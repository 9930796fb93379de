"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings

from .deadlines import report_tasks
from .desk import pages
from .published import datasets
from .signals import signals, triggers
from .systems import Labels, systems


def app(settings: Settings) -> App:
    """The application with the settings of its place."""
    return App(
        datasets=datasets(settings),
        signals=signals(settings),
        triggers=triggers(settings),
        tasks=report_tasks(settings),
        pages=pages(systems(), Labels()),
    )
