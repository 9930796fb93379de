"""Files of the console: for a session, which is asked for where there is none; or, for programs, by a token"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from medark.serve.auth.who import caller_of, session_of
from medark.serve.console.addresses import asked, to_sign_in
from medark.serve.console.screens import Visit
from medark.serve.http.errors import NotSignedInError
from medark.serve.http.parts import Parts


def file_for(request: Request, parts: Parts, made: Callable[[Visit], Response]) -> Response:
    """What is made for whoever asks. ScopeError for a token that does not open everything of its user's."""
    if is_program(request):
        caller = caller_of(request, parts)
        caller.needs_resource("*", "s")
    else:
        try:
            caller = session_of(request, parts, "")
        except NotSignedInError:
            return to_sign_in(asked(request))
    request.state.caller = caller
    return made(Visit(request, parts, caller))


def is_program(request: Request) -> bool:
    """Does it come with a token? A browser never sends one by itself."""
    return "authorization" in request.headers


def sent(body: bytes, name: str, media_type: str, *, inline: bool = True) -> Response:
    """A file by name, which nobody on the way keeps."""
    place = "inline" if inline else "attachment"
    headers = {"content-disposition": f'{place}; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers=headers, media_type=media_type)
