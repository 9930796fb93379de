"""Somebody who is signed in to the console, over real HTTP: pages as text and data, forms as a browser sends them"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import httpx


class Visitor:
    """One person's session. `purpose`: what they read for."""

    def __init__(self, base: str, name: str, password: str, purpose: str = "operations") -> None:
        self.client = httpx.Client(base_url=base, timeout=60, trust_env=False)
        told = self.client.post("/session", json={"name": name, "password": password, "purpose": purpose})
        assert told.status_code == 200, told.text
        self.csrf = told.json()["csrf"]

    def page(self, path: str, status: int = 200, **query: str | int) -> str:
        """A page as text without its tags."""
        answer = self.client.get(f"/console{path}", params=query or None)
        assert answer.status_code == status, shown(answer)
        return shown(answer)

    def data(self, path: str, **query: str | int) -> Any:
        """The same as data."""
        answer = self.client.get(f"/console{path}.json", params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, status: int = 303, *, csrf: str | None = None, **fields: str) -> str:
        """Send a form; where it leads to, or, if it goes wrong, what the page says."""
        told = {**fields, "csrf": self.csrf if csrf is None else csrf}
        answer = self.client.post(f"/console{path}", data=told)
        assert answer.status_code == status, shown(answer)
        place = urlsplit(answer.headers.get("location", ""))
        return f"{place.path}?{place.query}".rstrip("?") if status == 303 else shown(answer)

    def close(self) -> None:
        """Let go of the connection."""
        self.client.close()


def shown(answer: httpx.Response) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
