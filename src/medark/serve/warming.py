"""What a server does once before anybody asks, so that the first who does need not wait for it"""

from __future__ import annotations

from medark.govern.levels import sensitivity
from medark.serve.console.frame import environment


def warm() -> None:
    """Read all templates, and work out how sensitive each column is."""
    sensitivity("person", "person_id")
    templates = environment()
    for name in templates.list_templates():
        templates.get_template(name)
