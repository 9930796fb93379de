"""What one file of the folder has used of its limits"""

from __future__ import annotations

from medark.acquire.files.limits import Limits


class Refusal(Exception):  # noqa: N818  a verdict, told as `Refused`
    """One file or member is refused; `reason` is a fixed phrase. `whole`: so is the rest of the file it came in."""

    def __init__(self, reason: str, *, whole: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.whole = reason, whole


class Budget:
    """Shared by all archives inside one file of `packed` bytes."""

    def __init__(self, limits: Limits, packed: int) -> None:
        self.limits, self._packed = limits, packed
        self._unpacked = self._entries = 0

    def entry(self) -> None:
        """One more member. Refusal when there are too many."""
        self._entries += 1
        if self._entries > self.limits.entries:
            raise Refusal(f"more than {self.limits.entries:,} members: the rest is not read", whole=True)

    def spend(self, count: int) -> None:
        """`count` more bytes have been unpacked. Refusal when it gets too much."""
        self._unpacked += count
        if self._unpacked > self.limits.bytes_unpacked:
            raise Refusal(f"more than {self.limits.bytes_unpacked:,} bytes unpacked: the rest is not read", whole=True)
        if self.swells(self._unpacked, self._packed):
            raise Refusal(f"unpacks to more than {self.limits.ratio} times its size: the rest is not read", whole=True)

    def swells(self, unpacked: int, packed: int) -> bool:
        """Is this more than honest data swell?"""
        return unpacked > self.limits.ratio_free and unpacked > self.limits.ratio * packed
