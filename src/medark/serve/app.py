"""The application that is served: a workspace's parts, plugged together behind one HTTP edge"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

import medark
from medark.errors import MedarkError
from medark.flows.hooks import Hooks
from medark.flows.quality.schedule import Schedule
from medark.flows.queries import Queries
from medark.flows.workspace import Workspace
from medark.serve.admin import access, apps, audit, health, tasks
from medark.serve.auth import routes as auth
from medark.serve.auth.issuers import by_issuer, read_issuers
from medark.serve.auth.own_tokens import own_key
from medark.serve.auth.sign_in import SignIn
from medark.serve.cds_hooks import routes as cds_hooks
from medark.serve.cds_hooks.layer import HooksAtHand
from medark.serve.console import routes as console
from medark.serve.console.errors import Pages
from medark.serve.datasets import routes as datasets
from medark.serve.datasets import signals
from medark.serve.fhir import routes as fhir
from medark.serve.http.limits import AddressLimit, BodyLimit, Limits, TimeLimit
from medark.serve.http.metrics import Metrics
from medark.serve.http.openapi import openapi
from medark.serve.http.parts import Parts
from medark.serve.http.problems import Problems, of_form, of_http, of_ours
from medark.serve.http.requests import Requests
from medark.serve.sql import routes as sql
from medark.serve.warming import warm
from medark.settings import ServeSettings

# Each makes the routes of one subject. A new subject is one more line here.
ROUTERS: Final[tuple[Callable[[Parts], APIRouter], ...]] = (
    health.router, auth.router, cds_hooks.router, apps.router, access.router, tasks.router, audit.router,
    fhir.router, datasets.router, signals.router, sql.router, console.router,
)  # fmt: skip
_TURN_S: Final = 0.001  # how long a thread that computes keeps the interpreter from the one that answers
_WAITING: Final = 64  # calls that wait for the disk at once; each is a thread that does nothing
_ABOUT: Final = "Decision support, administration and data of one medark workspace. Every read goes through its grants."


def create(
    workspace: Workspace,
    settings: ServeSettings | None = None,
    *,
    base: str = "http://127.0.0.1:8000",
    clock: Callable[[], float] = time.time,
    routers: tuple[Callable[[Parts], APIRouter], ...] = ROUTERS,
) -> FastAPI:
    """The application, ready to be served. `base`: the address that it is reached by, if the settings say none."""
    parts = parts_of(workspace, settings or workspace.settings.serve, base, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = 4 * parts.settings.threads
        sys.setswitchinterval(_TURN_S)
        parts.waiting.submit(warm)
        with Schedule(workspace):
            yield
        for pool in (parts.working, parts.waiting):
            pool.shutdown(wait=False, cancel_futures=True)
        parts.queries.close()

    app = FastAPI(
        title="medark", version=medark.__version__, description=_ABOUT, lifespan=lifespan,
        docs_url=None, redoc_url=None, redirect_slashes=False,  # pages of the docs would fetch scripts from elsewhere
        middleware=_layers(parts),
        exception_handlers={MedarkError: of_ours, HTTPException: of_http, RequestValidationError: of_form},
    )  # fmt: skip
    app.state.parts = parts
    for made in routers:
        app.include_router(made(parts))
    app.openapi = openapi(app)  # type: ignore[method-assign]
    return app


def parts_of(workspace: Workspace, settings: ServeSettings, base: str, clock: Callable[[], float]) -> Parts:
    """The parts of a server for a workspace."""
    ledger = workspace.ledger
    issuers = by_issuer(read_issuers(workspace.path))
    sign_in = SignIn(
        ledger.users, ledger.tokens, own_key(workspace.places.salt.with_name("token.jwk")), issuers, clock=clock
    )
    return Parts(
        workspace=workspace,
        settings=settings,
        base=(settings.base or base).rstrip("/"),
        sign_in=sign_in,
        hooks=Hooks(workspace, clock),
        queries=Queries(workspace, settings),
        limits=Limits(settings.a_second),
        metrics=Metrics(),
        working=ThreadPoolExecutor(settings.threads, "working"),
        waiting=ThreadPoolExecutor(_WAITING, "waiting"),
        clock=clock,
    )


def _layers(parts: Parts) -> list[Middleware]:
    """From the outside in: what a request passes before its route."""
    return [
        Middleware(Requests, metrics=parts.metrics, is_secure=parts.is_secure),
        Middleware(Pages, parts=parts),
        Middleware(Problems),
        Middleware(AddressLimit, limits=parts.limits),
        Middleware(BodyLimit, most=parts.settings.body_bytes),
        Middleware(TimeLimit, seconds=parts.settings.seconds),
        Middleware(HooksAtHand, parts=parts),
    ]
