"""What only a server can say no to: nobody known asks, too much at once, too often, too slow"""

from __future__ import annotations

from medark.errors import AccessError, BusyError, MedarkError, RefusedInput, UsageError


class NotSignedInError(MedarkError):
    """It can't be told who asks. What is wrong with a token is never said: it would help whoever forges one."""

    exit_code = 7
    http_status = 401


class ScopeError(AccessError):
    """The token's scopes do not cover what was asked for."""


class MalformedError(UsageError):
    """The request is not what this address takes: it names the place, never what stood there."""

    http_status = 422


class TooLargeError(RefusedInput):
    """The body is larger than this server takes."""

    http_status = 413


class TooManyError(BusyError):
    """Too many requests for now; `wait_s` seconds later there is room again."""

    http_status = 429

    def __init__(self, what: str, *, fix: str = "", wait_s: int = 1, **where: str | int) -> None:
        super().__init__(what, fix=fix, **where)
        self.wait_s = wait_s


class TooSlowError(BusyError):
    """The answer took longer than this server waits."""

    http_status = 504


class MissingDataError(UsageError):
    """What is asked for can't be worked out from what there is. Source: CDS Hooks 2.0, "Prefetch Template": 412."""

    http_status = 412
