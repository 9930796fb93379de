"""A process that writes to the landing store until it is killed, saying on its output what was acknowledged"""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

from medark.model.record import Format
from medark.store.landing import Arrival, Landing
from medark.store.landing.pack import INLINE_BYTES

SHARED = 40  # contents that every writer sends


def content(seed: int) -> bytes:
    """What seed stands for: mostly small, one in six too large to lie in the journal."""
    noise = random.Random(seed)
    size = INLINE_BYTES + noise.randrange(50_000) if seed % 6 == 0 else noise.randrange(1, 3000)
    return b"<%d>" % seed + noise.randbytes(size)


def canary(seed: int) -> bytes:
    """Bytes that only the original of `seed` has: its end."""
    return content(seed)[-24:]


def write(root: Path, worker: int) -> None:
    """Put groups for ever; one line `put SEED RECORD_NO` for each acknowledged content."""
    seeds = random.Random(worker)
    with Landing(root, patience=30) as landing:
        number = worker * 1_000_000
        while True:
            number += 100
            group = [number + n for n in range(seeds.randrange(1, 8))] + [seeds.randrange(SHARED)]
            arrivals = [Arrival(str(seed), content(seed), Format.HL7V2) for seed in group]
            landed = landing.put("lis", 1, arrivals)
            say(*(f"put {seed} {x.record.record_no}" for seed, x in zip(group, landed, strict=True)))


def erase(root: Path, worker: int) -> None:
    """Replace one record after another; `begin SEED RECORD_NO` before, `done SEED RECORD_NO` after each."""
    with Landing(root, patience=30) as landing:
        for seed in range(worker * 1_000_000, worker * 1_000_000 + 10_000):
            record = landing.put("lis", 1, [Arrival("x", content(seed), Format.HL7V2)])[0].record
            say(f"begin {seed} {record.record_no}")
            landing.replace(record, blanked(seed), [0])
            say(f"done {seed} {record.record_no}")


def blanked(seed: int) -> bytes | None:
    """What takes the place of `seed`: nothing, little, or much."""
    return (None, b"blanked", content(seed)[:-40] + hashlib.sha256(b"%d" % seed).digest())[seed % 3]


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    {"write": write, "erase": erase}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
