"""A whole city connected: made up, taken in system by system, and what the lake holds held against what is true

    python examples/city/demo.py FOLDER

leaves in FOLDER: city/ (what its systems export, and the truth), workspace/ (to look into with `medark`), summary.md
and map.html. Everything goes through the commands that any user has; only `compared.py` knows the truth.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from compared import Comparison
from page import Demonstration, _, shown, written

from medark.bootstrap import open_workspace
from medark.cli.accounts import ingest_json
from medark.cli.language import choose
from medark.cli.progress import watched
from medark.errors import MedarkError
from medark.flows.ingest import ingest
from medark.flows.quarantine import retry
from medark.messages import spoken
from medark.model.progress import Silent

HERE = Path(__file__).parent
TIME_ZONE = "Asia/Shanghai"


def main() -> int:
    """Make, connect, compare, tell. 0 if the lake is as true as the systems were, 1 if not, 2 if it can't begin."""
    asked = _asked()
    folder, started = Path(asked.folder), time.monotonic()
    if folder.exists() and any(folder.iterdir()):
        print(f"there is something in {folder} already: name a new folder, or take that away", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    _city(folder / "city", asked)
    medark("init", folder / "workspace", "--time-zone", TIME_ZONE)
    _described(folder / "workspace")
    accounts = _connected(folder)
    medark("map", folder / "workspace", "--html", folder / "map.html")
    with Comparison(folder / "workspace", folder / "city" / "truth") as comparison:
        answers = tuple(comparison.ask(name) for name in comparison.names())
        found = Demonstration(
            people=asked.people,
            accounts=accounts,
            compared=answers,
            planted=comparison.planted(),
            rows=comparison.rows(),
            held=comparison.held(),
            seconds=time.monotonic() - started,
        )
    (folder / "summary.md").write_text(written(found), encoding="utf-8")
    print(json.dumps(found.plain, ensure_ascii=False)) if asked.json else shown(found, folder)
    return 0 if found.is_true else 1


def medark(*words: str | Path) -> Any:
    """A command as a user types it, with --json: what it says. Stops where it fails, with its own words."""
    command = [sys.executable, "-m", "medark", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def _asked() -> argparse.Namespace:
    about = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    about.add_argument("folder", nargs="?", default="demo", help="a new or empty folder")
    about.add_argument("--people", type=int, default=400)
    about.add_argument("--from", dest="first", default="2024-01-01")
    about.add_argument("--to", dest="last", default="2024-12-31")
    about.add_argument("--seed", type=int, default=19)
    about.add_argument("--dirt", default="usual", help="how dirty: none, low, usual or high")
    about.add_argument("--json", action="store_true", help="what was found, for programs")
    asked = about.parse_args(choose(sys.argv[1:], os.environ))
    os.environ["MEDARK_LANGUAGE"] = spoken()  # of the commands that are called, too
    return asked


def _city(folder: Path, asked: argparse.Namespace) -> None:
    """`medark synth`, with its own progress."""
    words = [
        "--people",
        asked.people,
        "--from",
        asked.first,
        "--to",
        asked.last,
        "--seed",
        asked.seed,
        "--dirt",
        asked.dirt,
        "--pictures",
        60,
    ]
    command = [sys.executable, "-m", "medark", "synth", str(folder), *map(str, words), "--json"]
    if done := subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise SystemExit(done)


def _described(folder: Path) -> None:
    """The workspace is told the city's systems, and what their tables mean."""
    shutil.copytree(HERE / "maps", folder / "maps", dirs_exist_ok=True)
    with (folder / "medark.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n" + (HERE / "systems.toml").read_text(encoding="utf-8"))


def _connected(folder: Path) -> tuple[dict[str, Any], ...]:
    """Each system taken in, as by `medark ingest`; then, as by `medark quarantine retry`, what waited for somebody whom
    another system came to tell of.
    """
    accounts = []
    with open_workspace(folder / "workspace") as workspace, watched() as progress:
        raw = folder / "city" / "raw"
        systems = [name for name in workspace.settings.sources if (raw / name).is_dir()]
        with progress.stage(_("connecting its systems"), len(systems) + 1, "systems") as stage:
            for name in systems:
                accounts.append(ingest_json(ingest(workspace, raw / name, name)))
                stage.advance(1)
            retry(workspace, Silent())
            stage.advance(1)
    return tuple(accounts)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MedarkError as error:
        sys.exit(str(error))
