"""What handlers work with: the workspace, who signs in, the limits, the counts"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from starlette.requests import Request

from medark.flows.hooks import Hooks
from medark.flows.queries import Queries
from medark.flows.workspace import Workspace
from medark.serve.http.limits import Limits
from medark.serve.http.metrics import Metrics
from medark.settings import ServeSettings

if TYPE_CHECKING:
    from medark.serve.auth.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Parts:
    """One server's. `base`: the address under which it is known, without a slash at its end."""

    workspace: Workspace
    settings: ServeSettings
    base: str
    sign_in: SignIn
    hooks: Hooks
    queries: Queries
    limits: Limits
    metrics: Metrics
    working: ThreadPoolExecutor  # what hot routes compute in: few threads, since they share one interpreter
    waiting: ThreadPoolExecutor  # where they wait for the disk
    clock: Callable[[], float] = time.time

    @property
    def is_secure(self) -> bool:
        """Is it reached by https?"""
        return self.base.startswith("https://")


def parts_of(request: Request) -> Parts:
    """The server's parts."""
    return cast(Parts, request.app.state.parts)
