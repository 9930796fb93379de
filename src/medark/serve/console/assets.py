"""Styles and scripts: kept in memory, under an address that changes with them, so that browsers may keep them"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medark.serve.console.addresses import STATIC

_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER: Final = {"cache-control": "public, max-age=31536000, immutable"}


@cache
def assets() -> Mapping[str, bytes]:
    """Every file of `static`, by name."""
    there = files("medark.serve.console").joinpath("static").iterdir()
    return {one.name: one.read_bytes() for one in there if one.name.rpartition(".")[2] in _KINDS}


@cache
def digest() -> str:
    """What changes when any of them does."""
    told = hashlib.sha256()
    for name, content in sorted(assets().items()):
        told.update(b"%s\0%d\0%s" % (name.encode(), len(content), content))
    return told.hexdigest()[:16]


def address(name: str) -> str:
    """Where a file of `static` is served."""
    return f"{STATIC}/{digest()}/{name}"


def router() -> APIRouter:
    """The one address of all of them."""
    found = APIRouter(include_in_schema=False)

    @found.get(f"{STATIC}/{{version}}/{{name}}")
    async def asset(request: Request, version: str, name: str) -> Response:
        content = assets().get(name)
        if content is None or version != digest():
            raise HTTPException(404)
        return Response(content, headers=_FOREVER, media_type=_KINDS[name.rpartition(".")[2]])

    return found
