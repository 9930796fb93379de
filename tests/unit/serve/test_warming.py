"""What is done when a server starts: the first who asks for a page waits for none of it."""

from __future__ import annotations

from medark.serve.console.frame import environment
from medark.serve.warming import warm


def test_all_templates_are_read_before_anybody_asks() -> None:
    environment.cache_clear()
    warm()
    found = environment()
    assert found.cache is not None
    assert {name for _, name in found.cache} == set(found.list_templates())
