"""The language that a request is answered in"""

from __future__ import annotations

from starlette.requests import Request

from medark.messages import LANGUAGES


def language_of(request: Request) -> str:
    """The first of Accept-Language that there are messages in, else English."""
    return preferred(request.headers.get("accept-language", ""))


def preferred(told: str) -> str:
    """
    >>> preferred("zh-CN,zh;q=0.9,en;q=0.8"), preferred("fr, en;q=0.5, zh;q=0.9"), preferred("")
    ('zh', 'en', 'en')
    """
    for part in told[:200].split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return "en"
