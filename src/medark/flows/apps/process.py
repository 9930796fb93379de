"""The platform's end of an untrusted application's process: asked with a deadline, killed past it"""

from __future__ import annotations

import json
import math
import pickle
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.flows.apps.failing import AppError
from medark.flows.worker import WorkerProcess
from medark.messages import N_
from medark.sdk import Settings

_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
_MODULE: Final = "medark.flows.apps.worker"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an untrusted application may take. A process that has worked for `cpu_seconds` is replaced."""

    load_seconds: float = 20.0
    answer_seconds: float = 2.0
    memory_bytes: int = 768 << 20
    answer_bytes: int = 8 << 20
    cpu_seconds: int = 600
    failures: int = 3  # so many one after another, and it rests
    rest_seconds: float = 60.0


class AppProcess:
    """One application in its process, which is started again after it ended; where it ends too often, it rests.

    One question at a time: others wait for their turn, and no longer than the answer may take.
    """

    def __init__(
        self, name: str, version: str, files: Mapping[str, str], settings: Settings, limits: Limits | None = None
    ) -> None:
        self._name, self._version, self._limits = name, version, limits or Limits()
        told = {"name": name, "files": dict(files), "settings": settings}
        bounds = {"cpu_seconds": self._limits.cpu_seconds, "memory_bytes": self._limits.memory_bytes}
        self._told = pickle.dumps({**told, **bounds})
        self._turn = threading.Lock()
        self._process = WorkerProcess(_MODULE, self._limits.answer_bytes, _ENVIRONMENT)
        self._failures, self._rests_until, self._worked = 0, 0.0, 0.0
        self._closed = False

    def load(self) -> object:
        """What the application says that it hands over. AppError if it fails, hangs or takes too much."""
        with self._turn:
            return self._start()

    def ask(self, kind: str, name: str, told: object) -> object:
        """The answer of its code to one question. AppError if it fails, hangs, takes too much, or rests."""
        if not self._turn.acquire(timeout=self._limits.answer_seconds):
            raise self._error(N_("the application is busy"), N_("try again"))
        try:
            self._awake()
            begun = time.monotonic()
            answer = self._exchange(pickle.dumps((kind, name, told)), self._limits.answer_seconds)
            self._worked += time.monotonic() - begun
            if self._worked > self._limits.cpu_seconds / 2:
                self._process.end()
            return self._heard(answer, "answer")
        finally:
            self._turn.release()

    @property
    def is_resting(self) -> bool:
        """Did it fail so often that it is not asked for a while?"""
        return time.monotonic() < self._rests_until

    @property
    def pid(self) -> int | None:
        """The number of its process, if it has one now."""
        return self._process.pid

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._closed = True
            self._process.end()

    def _awake(self) -> None:
        if self._closed:
            raise self._error(N_("the application was taken out"), "medark app list")
        if self.is_resting:
            raise self._error(N_("the application failed too often and rests"), "medark app list")
        if not self._process.is_alive:
            self._start()

    def _start(self) -> object:
        self._worked = 0.0
        self._process.start()
        return self._heard(self._exchange(self._told, self._limits.load_seconds), "app")

    def _heard(self, answer: Mapping[str, Any], wanted: str) -> object:
        if wanted in answer:
            self._failures = self._failures if wanted == "app" else 0  # started again is not yet mended
            return answer[wanted]
        told = answer.get("error")
        told = told if isinstance(told, dict) else {}
        where: dict[str, str | int] = {"file": str(told["file"]), "line": int(told["line"])} if told.get("file") else {}
        raise self._error(
            str(told.get("what", N_("the application answered nothing"))), str(told.get("fix", "")), **where
        )

    def _exchange(self, content: bytes, seconds: float) -> Mapping[str, Any]:
        """Send and receive within the deadline; a process that breaks it, or ends, is killed."""
        try:
            answer = plain_json(self._process.ask(content, seconds))
            if not isinstance(answer, dict):
                raise ValueError
            return answer
        except TimeoutError:
            self._fail()
            raise self._error(N_("the application took too long"), N_("look for a loop that does not end")) from None
        except (EOFError, OSError):
            self._fail()
            raise self._error(
                N_("the application's process ended: it crashed or took too much memory"),
                N_("look for a loop that grows"),
            ) from None
        except (ValueError, RecursionError):
            self._fail()
            raise self._error(N_("the application's answer is too large, or is none"), N_("show fewer rows")) from None

    def _fail(self) -> None:
        self._process.end()
        self._failures += 1
        if self._failures >= self._limits.failures:
            self._failures, self._rests_until = 0, time.monotonic() + self._limits.rest_seconds

    def _error(self, what: str, fix: str, **where: str | int) -> AppError:
        return AppError(what, fix=fix, app=self._name, version=self._version, **where)


def plain_json(content: bytes) -> object:
    """JSON as the standard says it, with numbers that others can hold. ValueError otherwise."""
    return json.loads(content, parse_int=_whole, parse_float=_finite, parse_constant=_whole)


def _whole(text: str) -> int:
    number = int(text) if len(text) < 20 else 1 << 64
    if abs(number) >= 1 << 63:
        raise ValueError
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number
