"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings

from .cards import cards


def app(settings: Settings) -> App:
    """The application with the limits of its place."""
    return App(cards=cards(settings))
