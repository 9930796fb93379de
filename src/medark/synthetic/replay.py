#!/usr/bin/env python3
"""Send the HL7 messages of a folder over MLLP, in order of their time, at their own pace or faster

python replay.py FOLDER HOST:PORT [--speed 3600]

A copy lies in every made-up city, and needs nothing but Python. `--speed 3600` sends an hour of messages in a second; 0
does not wait at all. Each message waits for its acknowledgement; the end says how many were accepted, refused or not
understood. Exit status 1 if one was not accepted.
"""

from __future__ import annotations

import argparse
import gzip
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

START, END = b"\x0b", b"\x1c\r"
_MESSAGE = re.compile(rb"MSH\|.*?(?=MSH\||\Z)", re.DOTALL)
_SENT, _ACKNOWLEDGED = 6, 1  # MSH-7 and MSA-1, counted as split by |
_PATIENCE = 30.0  # seconds for an acknowledgement


def messages(folder: Path) -> list[tuple[str, bytes]]:
    """Every message of the .hl7 and .hl7.gz files below a folder with the time it was sent, in that order."""
    found = [
        (_field(one, _SENT), one.strip(b"\x0b\x1c\r\n") + b"\r")
        for path in sorted([*folder.rglob("*.hl7"), *folder.rglob("*.hl7.gz")])
        for one in _MESSAGE.findall(_content(path))
    ]
    return sorted(found, key=lambda message: message[0])


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def paced(found: Iterable[tuple[str, bytes]], speed: float) -> Iterator[bytes]:
    """The messages, each no sooner after the first than it was sent, divided by `speed`."""
    began, first = time.monotonic(), None
    for sent, message in found:
        at = _seconds(sent)
        first = at if first is None else first
        if speed and (wait := (at - first) / speed - (time.monotonic() - began)) > 0:
            time.sleep(wait)
        yield message


def send(found: Iterable[bytes], host: str, port: int) -> Counter[str]:
    """Send messages over one connection; how many were answered by each code (AA, AE, AR …; '' for no answer)."""
    answers: Counter[str] = Counter()
    with socket.create_connection((host, port), timeout=_PATIENCE) as line, line.makefile("rb") as replies:
        for message in found:
            line.sendall(START + message + END)
            answers[_answer(_frame(replies))] += 1
    return answers


def _frame(replies: Iterable[bytes]) -> bytes:
    """Bytes up to the end of a frame."""
    read = replies.read1 if hasattr(replies, "read1") else replies.read  # type: ignore[attr-defined]
    frame = b""
    while not frame.endswith(END):
        piece = read(65536)
        if not piece:
            return b""
        frame += piece
    return frame


def _answer(frame: bytes) -> str:
    segment = next((s for s in re.split(rb"[\r\n]+", frame.strip(b"\x0b\x1c\r")) if s.startswith(b"MSA|")), b"")
    return _field(segment, _ACKNOWLEDGED)


def _field(segment: bytes, number: int) -> str:
    fields = segment.split(b"\r", 1)[0].split(b"|")
    return fields[number].decode("ascii", "replace") if len(fields) > number else ""


def _seconds(stamp: str) -> float:
    try:
        return time.mktime(time.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S"))
    except ValueError:
        return 0.0


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="a folder with .hl7 or .hl7.gz files")
    arguments.add_argument("address", help="HOST:PORT of who receives")
    arguments.add_argument("--speed", type=float, default=0.0, help="times as fast as it was; 0: without waiting")
    given = arguments.parse_args()
    host, _, port = given.address.rpartition(":")
    if not port.isdecimal():
        arguments.error("the address is HOST:PORT, as 127.0.0.1:2575")
    found = messages(given.folder)
    if not found:
        arguments.error("there is no message in .hl7 or .hl7.gz files below this folder")
    answers = send(paced(found, given.speed), host or "127.0.0.1", int(port))
    print(f"{len(found)} messages: " + ", ".join(f"{n} {code or 'without answer'}" for code, n in answers.items()))
    return 0 if answers["AA"] + answers["CA"] == len(found) else 1


if __name__ == "__main__":
    sys.exit(main())
