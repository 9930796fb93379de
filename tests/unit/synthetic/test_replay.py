"""Messages replayed to a receiver on loopback."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from medark.synthetic import replay


class Receiver(socketserver.ThreadingTCPServer):
    """Keeps what it is sent; accepts all but messages that say BAD."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.got: list[bytes] = []


class Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        frame = b""
        while piece := self.request.recv(4096):
            frame += piece
            if frame.endswith(replay.END):
                self.server.got.append(frame)
                code = b"AE" if b"BAD" in frame else b"AA"
                self.wfile.write(b"\x0bMSH|^~\\&|||||||ACK|1|P|2.4\rMSA|" + code + b"|1\r" + replay.END)
                frame = b""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def message(at: str, text: str = "") -> bytes:
    return b"MSH|^~\\&|LIS|N|P|C|" + at.encode() + b"||ORU^R01|1|P|2.4\rPID|1||1\rOBX|1|ST|||" + text.encode() + b"\r"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.hl7").write_bytes(message("20240102000000") + b"\x0b" + message("20240101000000") + replay.END)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.hl7").write_bytes(message("20240101120000", "BAD"))
    return tmp_path


def test_messages_come_in_order_of_time_from_frames_and_plain_files(folder):
    assert [at for at, _ in replay.messages(folder)] == ["20240101000000", "20240101120000", "20240102000000"]
    assert all(m.startswith(b"MSH|") and m.endswith(b"\r") and b"\x1c" not in m for _, m in replay.messages(folder))


def test_each_is_sent_in_a_frame_and_its_answer_counted(folder, receiver):
    found = [m for _, m in replay.messages(folder)]
    assert replay.send(found, *receiver.server_address) == Counter(AA=2, AE=1)
    assert receiver.got == [replay.START + m + replay.END for m in found]


def test_the_pace_is_that_of_the_messages(folder, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(replay.time, "monotonic", lambda: 0.0)
    monkeypatch.setattr(replay.time, "sleep", slept.append)
    assert len(list(replay.paced(replay.messages(folder), 3600))) == 3
    assert slept == [12.0, 24.0]
    slept.clear()
    list(replay.paced(replay.messages(folder), 0))
    assert slept == []


def test_the_command_says_how_it_went_and_fails_when_one_was_refused(folder, receiver):
    address = f"127.0.0.1:{receiver.server_address[1]}"
    done = subprocess.run([sys.executable, replay.__file__, folder, address], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == "3 messages: 2 AA, 1 AE\n"
    assert subprocess.run([sys.executable, replay.__file__, folder, "nowhere"], capture_output=True).returncode == 2
