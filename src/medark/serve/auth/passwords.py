"""Passwords of local users: argon2, the same time for who exists and who does not, and few tries"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from medark.errors import UsageError
from medark.messages import N_
from medark.serve.http.errors import NotSignedInError, TooManyError

LEAST: Final = 12  # characters; a passphrase, not a puzzle of signs. Source: NIST SP 800-63B, 5.1.1 asks for 8
MOST: Final = 256
WRONG: Final = N_("this name and password do not go together")
_TRIES: Final = 5  # that may fail before one has to wait
_PAUSE: Final = 2.0  # seconds, doubled with each failure more
_LONGEST_PAUSE: Final = 900.0
_REMEMBERED: Final = 10_000  # names and addresses
_AT_ONCE: Final = 2  # each takes 64 MiB: many sign-ins at once must not take the machine's memory


class Passwords:
    """Hashes and checks, a few at a time. The parameters are RFC 9106's second choice, the library's own."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody has this password")
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """The hash to keep. UsageError for a password that is too short, too long, or all one sign."""
        if not LEAST <= len(password) <= MOST or len(set(password)) < 4:
            raise UsageError("this is no good password", fix=f"{LEAST} to {MOST} characters: four words, say")
        with self._room:
            return self._hasher.hash(password)

    def check(self, kept: str | None, password: str) -> bool:
        """Does a password fit what is kept? Where nothing is kept it takes as long, and does not."""
        with self._room:
            try:
                self._hasher.verify(kept or self._nobodys, password[: MOST + 1])
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Was it hashed with parameters that are not today's?"""
        return self._hasher.check_needs_rehash(kept)


class Tries:
    """Failed sign-ins by key (a name, an address): past a few, one waits, longer each time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how often, and free again when

    def admit(self, *keys: str) -> None:
        """TooManyError if any of the keys has to wait."""
        now = self._clock()
        with self._lock:
            wait = max((self._failed.get(key, (0, 0.0))[1] - now for key in keys), default=0.0)
        if wait > 0:
            raise TooManyError("too many failed sign-ins", fix="wait, then try again", wait_s=int(wait) + 1)

    def failed(self, *keys: str) -> NotSignedInError:
        """Note a failure; gives the error to raise."""
        now = self._clock()
        with self._lock:
            for key in keys:
                count = self._failed.pop(key, (0, 0.0))[0] + 1
                pause = min(_LONGEST_PAUSE, _PAUSE * 2.0 ** min(count - _TRIES, 20)) if count >= _TRIES else 0.0
                self._failed[key] = (count, now + pause)
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)
        return NotSignedInError(WRONG, fix="ask for another password: medark user password NAME")

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of some keys."""
        with self._lock:
            for key in keys:
                self._failed.pop(key, None)
