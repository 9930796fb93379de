"""A worker process that dies takes nothing with it but what killed it"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import hospital
from faults.real_cli import descendants, ends, lake, leftovers, new_workspace, run, start

PATIENTS = [hospital.Patient(f"Qzx{n:03}x", n) for n in range(1, 6)]


def test_one_that_is_killed_is_replaced_and_nothing_is_missing(tmp_path: Path) -> None:
    folder = hospital.write(tmp_path / "in", PATIENTS)
    path = new_workspace(tmp_path / "ws")
    whole = shutil.copytree(path, tmp_path / "whole")
    run("ingest", whole, folder, "--source", hospital.SOURCE)
    process = start("ingest", path, folder, "--source", hospital.SOURCE)
    os.kill(first_worker(process), signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["adds_up"]
    assert lake(path) == lake(whole)
    assert ends(path) == ends(whole)
    assert not leftovers(path)


def first_worker(process: subprocess.Popen[str]) -> int:
    """A process that the server of workers has made, as soon as there is one."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        for child in descendants(process.pid):
            if workers := descendants(child):
                return workers[0]
        time.sleep(0.002)
    raise AssertionError("there was no worker process")
