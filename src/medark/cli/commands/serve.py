"""`medark serve`: the HTTP edge of a workspace"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medark.cli.commands import START, command
from medark.cli.console import say
from medark.cli.extras import serving
from medark.cli.workspace import Named, opened, place
from medark.errors import UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from fastapi import FastAPI

    from medark.flows.workspace import Workspace

Port = Annotated[int, typer.Option("--port", metavar="N", help=N_("where it listens; 0: any that is free"))]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help=N_("on which address of this machine"))]
Workers = Annotated[int, typer.Option("--workers", metavar="N", help=N_("processes that answer"))]
Certificate = Annotated[str, typer.Option("--certificate", metavar="FILE", help=N_("TLS: the certificate, as PEM"))]
Key = Annotated[str, typer.Option("--key", metavar="FILE", help=N_("TLS: its key, as PEM"))]

HELP = N_(
    "Serve a workspace over HTTP.\n"
    "CDS Hooks, administration, and its OpenAPI at /openapi.json. Every read goes through its grants. Users sign in by "
    "a password (medark user password) or with tokens of the issuers in WS/issuers.toml."
)
EXAMPLES = "medark serve city\nmedark serve city --port 8443 --certificate tls.pem --key tls.key"
_PLACE, _BASE = "_MEDARK_SERVED", "_MEDARK_BASE"  # how processes that answer are told
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "serve", HELP, EXAMPLES, START)(serve)


def serve(
    workspace: Named = None,
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Workers = 1,
    certificate: Certificate = "",
    key: Key = "",
) -> None:
    if bool(certificate) != bool(key):
        raise UsageError("TLS wants a certificate and its key", fix="--certificate tls.pem --key tls.key")
    with serving():
        import uvicorn
    scheme = "https" if certificate else "http"
    base = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    options: dict[str, Any] = {
        "host": host, "port": port, "log_config": None, "access_log": False, "server_header": False,
        "proxy_headers": False, "ssl_certfile": certificate or None, "ssl_keyfile": key or None,
        "timeout_graceful_shutdown": 10, "h11_max_incomplete_event_size": 32_768,
    }  # fmt: skip
    _log()
    if workers > 1:
        os.environ[_PLACE], os.environ[_BASE] = str(place(workspace)), base
        opened(workspace).close()  # what is wrong with it is said once, here
        _told(base, host, certificate)
        uvicorn.run(f"{__name__}:application", factory=True, workers=workers, **options)
        return
    with opened(workspace) as ws:
        app = _application(ws, base)
        _told(base, host, certificate)
        try:
            uvicorn.Server(uvicorn.Config(app, **options)).run()
        except KeyboardInterrupt:  # how a server ends: what was under way has its answer
            say(_("stopped"))


def application() -> FastAPI:
    """What each of several processes answers with."""
    from medark.bootstrap import open_workspace

    _log()
    return _application(open_workspace(Path(os.environ[_PLACE])), os.environ[_BASE])


def _application(workspace: Workspace, base: str) -> FastAPI:
    from medark.serve.app import create

    return create(workspace, base=base)


def _told(base: str, host: str, certificate: str) -> None:
    say(_("serving at {base}; Ctrl-C ends it", base=base))
    if host not in _LOOPBACK and not certificate:
        say(_("without TLS passwords and patients' data cross the network open: give --certificate and --key"))


def _log() -> None:
    """Lines on standard error: one a request, without addresses as they were asked."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    for name in ("medark.access", "medark.serve", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO if name == "medark.access" else logging.WARNING)
