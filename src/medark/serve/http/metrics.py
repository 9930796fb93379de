"""Counts and times as Prometheus reads them: by route and status, never by address, person or user"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_Labels = tuple[tuple[str, str], ...]
MEANINGS: Final[Mapping[str, str]] = {
    "medark_requests_total": "requests by route and status",
    "medark_cards_total": "cards shown, by service and indicator",
    "medark_feedback_total": "outcomes of cards, by service",
    "medark_app_failures_total": "times that an application's own code failed, by application",
}


class Metrics:
    """Counters and one histogram of this process. A scraper that asks several workers sees each of them by turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[_Labels, int]] = {name: defaultdict(int) for name in MEANINGS}
        self._times: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: dict[str, float] = defaultdict(float)
        self.in_flight = 0

    def count(self, name: str, times: int = 1, **labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[name][tuple(sorted(labels.items()))] += times

    def total(self, name: str, **labels: str) -> int:
        """What a counter came to since this process began, over all that has these labels."""
        wanted = set(labels.items())
        with self._lock:
            return sum(times for told, times in self._counts[name].items() if wanted <= set(told))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request that is over. `route` is the template of its address."""
        with self._lock:
            labels = (("method", method), ("route", route), ("status", str(status)))
            self._counts["medark_requests_total"][labels] += 1
            self._times[route][bisect_left(_BOUNDS, seconds)] += 1
            self._sums[route] += seconds

    def text(self) -> str:
        """All of it, in Prometheus' text format 0.0.4."""
        with self._lock:
            return "\n".join([*self._counters(), *self._histogram(), *self._gauge()]) + "\n"

    def _counters(self) -> Iterator[str]:
        for name, meaning in MEANINGS.items():
            yield from (f"# HELP {name} {meaning}", f"# TYPE {name} counter")
            yield from (f"{name}{_written(labels)} {n}" for labels, n in sorted(self._counts[name].items()))

    def _histogram(self) -> Iterator[str]:
        name = "medark_request_seconds"
        yield from (f"# HELP {name} seconds until a request was answered, by route", f"# TYPE {name} histogram")
        for route, counts in sorted(self._times.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, "+Inf"), counts, strict=True):
                total += count
                yield f"{name}_bucket{_written((('route', route), ('le', str(bound))))} {total}"
            yield f"{name}_sum{_written((('route', route),))} {self._sums[route]:.6f}"
            yield f"{name}_count{_written((('route', route),))} {total}"

    def _gauge(self) -> Iterator[str]:
        name = "medark_requests_in_flight"
        yield from (
            f"# HELP {name} requests that are being answered",
            f"# TYPE {name} gauge",
            f"{name} {self.in_flight}",
        )


def _written(labels: _Labels) -> str:
    """
    >>> _written((("route", "/fhir/{type}"), ("status", "200")))
    '{route="/fhir/{type}",status="200"}'
    """
    cells = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{cells}}}" if cells else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
