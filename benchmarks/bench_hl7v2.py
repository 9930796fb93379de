"""HL7 v2 messages to staging tables on one core, beside a bare split of the same bytes.

Run: .venv/bin/python benchmarks/bench_hl7v2.py [--megabytes 64]
Best of three runs, CPU seconds. Three inputs: reports of ten results, a feed of single results and admissions, and
(where the archive is there) the 139 real messages over and over. "medark" is bytes to Arrow staging tables; "bare
split" only takes every message apart into segments, fields and components and keeps nothing: the limit of what Python
can do. hl7lw and hl7 run if installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import platform
import random
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from medark.flows.staging.memory import collect_seldom
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "hl7v2_messages.zip"
TESTS = [  # LOINC code, name, unit, range
    ("6690-2", "WBC", "10*9/L", "4.0-10.0"), ("789-8", "RBC", "10*12/L", "3.8-5.8"), ("718-7", "HGB", "g/L", "115-175"),
    ("4544-3", "HCT", "%", "35-50"), ("787-2", "MCV", "fL", "82-100"), ("785-6", "MCH", "pg", "27-34"),
    ("786-4", "MCHC", "g/L", "316-354"), ("777-3", "PLT", "10*9/L", "125-350"), ("2160-0", "CREA", "umol/L", "57-111"),
    ("2823-3", "K", "mmol/L", "3.5-5.3"),
]  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=64)
    size = arguments.parse_args().megabytes << 20
    dice = random.Random(7)
    inputs = {
        "reports of ten results": filled(lambda n: report(n, dice, TESTS), size),
        "single results and admissions": filled(lambda n: feed(n, dice), size),
    }
    if REAL.is_file():
        real = list(real_messages(REAL))
        inputs["139 real messages, repeated"] = filled(lambda n: real[n % len(real)], size)
    collect_seldom()  # as the workers of an ingest do
    for name, messages in inputs.items():
        bench(name, messages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory {peak:,.0f} MB (inputs included); Python {platform.python_version()}; ", end="")
    print(f"pyarrow {version('pyarrow')}; {platform.machine()}")


def bench(name: str, messages: list[bytes]) -> None:
    content = b"".join(messages)
    print(f"\n{name}: {len(messages):,} messages, {len(content) / 1e6:,.0f} MB")
    record = RawRecord(1, "0" * 64, "bench", "bench.hl7", len(content), Format.HL7V2, 1)
    rows = 0

    def medark() -> None:
        nonlocal rows
        rows = 0
        source = Source("bench")
        for chunk in READER.chunks(record, io.BytesIO(content)):
            rows += sum(table.num_rows for table in READER.stage(chunk, source).tables().values())

    took = measured("medark, to staging tables", medark, messages, content)
    print(f"    {rows:,} staging rows")
    limit = measured("bare split", lambda: bare_split(messages), messages, content)
    print(f"    medark takes {took / limit:.2f} times the bare split")
    for library, parse in (("hl7lw", hl7lw), ("hl7", hl7)):
        sample = messages[: 20_000 if library == "hl7lw" else 1_000]
        if importlib.util.find_spec(library) is None:
            print(f"  {library}: not installed")
        else:
            measured(f"{library} {version(library)}", lambda p=parse, s=sample: p(s), sample, b"".join(sample))


def measured(what: str, work: Callable[[], None], messages: list[bytes], content: bytes) -> float:
    """Print the rates of the best of three runs; the CPU seconds a message come back."""
    took = min(cpu_seconds(work) for _ in range(3))
    rate = len(messages) / took
    print(f"  {what}: {rate:,.0f} messages/s/core, {len(content) / took / 1e6:,.1f} MB/s, {took:.2f} CPU-s", flush=True)
    return took / len(messages)


def cpu_seconds(work: Callable[[], None]) -> float:
    cpu = time.process_time()
    work()
    return time.process_time() - cpu


def bare_split(messages: list[bytes]) -> None:
    for raw in messages:
        for segment in raw.decode().split("\r"):
            for field in segment.split("|"):
                field.split("^")


def hl7lw(messages: list[bytes]) -> None:
    parser = importlib.import_module("hl7lw").Hl7Parser()
    for raw in messages:
        parser.parse_message(raw.decode())


def hl7(messages: list[bytes]) -> None:
    parse = importlib.import_module("hl7").parse
    for raw in messages:
        parse(raw.decode())


def filled(make: Callable[[int], bytes], size: int) -> list[bytes]:
    messages: list[bytes] = []
    while size > 0:
        messages.append(make(len(messages)))
        size -= len(messages[-1])
    return messages


def real_messages(archive: Path) -> Iterator[bytes]:
    """Each with segments ended by carriage returns, as on the wire."""
    with zipfile.ZipFile(archive) as members:
        for name in sorted(members.namelist()):
            if name.endswith(".hl7"):
                text = members.read(name).removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
                yield text.rstrip(b"\r") + b"\r"


def feed(n: int, dice: random.Random) -> bytes:
    return report(n, dice, [dice.choice(TESTS)]) if dice.random() < 0.7 else admission(n, dice)


def report(n: int, dice: random.Random, tests: list[tuple[str, str, str, str]]) -> bytes:
    """An ORU^R01 as a laboratory sends it; one patient in five messages is new."""
    at = stamp(n)
    lines = [
        header("LIS", "ORU^R01^ORU_R01", n, at), *patient(dice.randrange(1, n // 5 + 2)),
        f"ORC|RE|P{n}^HIS|F{n}^LIS|||||||||1044^Chen^Wei^^^^^^HIS",
        f"OBR|1|P{n}^HIS|F{n}^LIS|58410-2^CBC panel^LN|||{at}|||||||{at}||1044^Chen^Wei^^^^^^HIS||||||{at}||HM|F",
        *(
            f"OBX|{i}|NM|{code}^{name}^LN||{dice.uniform(1, 200):.1f}|{unit}^^UCUM|{within}|N|||F|||{at}"
            for i, (code, name, unit, within) in enumerate(tests, 1)
        ),
    ]  # fmt: skip
    return "\r".join([*lines, ""]).encode()


def admission(n: int, dice: random.Random) -> bytes:
    at = stamp(n)
    event = dice.choice(("A01", "A02", "A03", "A08"))
    lines = [
        header("HIS", f"ADT^{event}", n, at), f"EVN|{event}|{at}", *patient(dice.randrange(1, n // 5 + 2)),
        "DG1|1||I21.9^Acute myocardial infarction^I10||20260101|A", "AL1|1|DA|7980^Penicillin^RXNORM|SV",
    ]  # fmt: skip
    return "\r".join([*lines, ""]).encode()


def header(system: str, kind: str, n: int, at: str) -> str:
    return rf"MSH|^~\&|{system}|NORTH|HUB|CITY|{at}||{kind}|{n}|P|2.5.1|||AL|NE||UNICODE UTF-8"


def patient(number: int) -> tuple[str, str]:
    person = (
        f"PID|1||{number}^^^HIS^MR||Family{number}^Given^M||19{number % 90 + 10}0412|{'MF'[number % 2]}|||"
        f"{number} Long Street^^Springfield^IL^62{number % 900 + 100}^USA||(217)555{number % 10000:04}||||||{number}"
    )
    visit = (
        f"PV1|1|I|W{number % 40}^{number % 9}^1^NORTH||||1044^Chen^Wei^^^^^^HIS|||MED||||7|||||V{number}^^^HIS|"
        f"||||||||||||||||||||||||202601{number % 28 + 1:02}1015"
    )
    return person, visit


def stamp(n: int) -> str:
    return f"202602{n // 86400 % 28 + 1:02}{n // 3600 % 24:02}{n // 60 % 60:02}{n % 60:02}"


if __name__ == "__main__":
    main()
