"""`medark synth`: a made-up city, written out as its systems would write it, and what is true of it"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import START, command
from medark.cli.console import emit, out
from medark.cli.dates import a_day
from medark.cli.failure import Stopped
from medark.cli.progress import watched
from medark.cli.text import duration, number, size
from medark.cli.workspace import Json
from medark.errors import SourceError, StorageError, UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.synthetic.settings import CitySettings

Folder = Annotated[str, typer.Argument(metavar="OUT", help=N_("where to write it: a new or empty folder"))]
People = Annotated[int, typer.Option("--people", metavar="N", help=N_("how many people live there"))]
First = Annotated[str, typer.Option("--from", metavar="DATE", help=N_("the first day of its records"))]
Last = Annotated[str, typer.Option("--to", metavar="DATE", help=N_("the last day of its records"))]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=N_("the same seed gives the same city"))]
Hospitals = Annotated[
    str, typer.Option("--hospitals", metavar="NAMES", help=N_("which of north,south,county; otherwise all"))
]
Outbreak = Annotated[
    str, typer.Option("--outbreak", metavar="FILE", help=N_("how the new disease spreads; otherwise the built-in one"))
]
Dirt = Annotated[str, typer.Option("--dirt", metavar="LEVEL", help=N_("errors planted: none, low, usual or high"))]
Notes = Annotated[str, typer.Option("--notes", metavar="zh|en", help=N_("the language of notes and reports"))]
Pictures = Annotated[
    int,
    typer.Option("--pictures", metavar="N", help=N_("how many studies of the first 10,000 people have DICOM files")),
]
Workers = Annotated[int, typer.Option("--workers", metavar="N", help=N_("processes; the city is the same with any"))]

HELP = N_(
    "Make up a city with known truth.\n"
    "People, their health and care, epidemics and errors, written as hospitals, clinics, pharmacies, 120 centre and "
    "home devices would write them: OUT/raw is what a platform may see, OUT/truth what only tests may. Nobody in it "
    "is real."
)
EXAMPLES = "medark synth city\nmedark synth city --people 10000 --from 2024-01-01 --to 2025-12-31 --seed 7 --dirt high"


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "synth", HELP, EXAMPLES, START)(synth)


def synth(
    folder: Folder, people: People = 1000, first: First = "2023-01-01", last: Last = "2025-12-31", seed: Seed = 1,
    hospitals: Hospitals = "", outbreak: Outbreak = "", dirt: Dirt = "usual", notes: Notes = "zh",
    pictures: Pictures = 200, workers: Workers = 2, json: Json = False,
) -> None:  # fmt: skip
    import time

    from medark.synthetic.settings import CitySettings
    from medark.synthetic.write import write_city

    started = time.monotonic()
    settings = CitySettings(
        people=people, start=a_day(first, "--from"), end=a_day(last, "--to"), seed=seed, dirt=dirt, note_language=notes,
        pictures=pictures, outbreak=_read(outbreak),
    )  # fmt: skip
    settings = checked(_within(settings, hospitals))
    root = _new(Path(folder))
    with _said_if_it_ends_early(root), watched() as progress:
        write_city(settings, root, max(1, workers), progress)
    _tell(root, settings, time.monotonic() - started, json)


def _within(settings: CitySettings, hospitals: str) -> CitySettings:
    """The settings with the day after the last, and the hospitals that were asked for."""
    import datetime as dt

    named = tuple(name.strip() for name in hospitals.split(",") if name.strip())
    return replace(settings, end=settings.end + dt.timedelta(1), hospitals=named or settings.hospitals)


def checked(settings: CitySettings) -> CitySettings:
    """The settings, if a city can be made of them; else UsageError with what to type."""
    from medark.synthetic.settings import DIRT_LEVELS, HOSPITALS, LANGUAGES, MOST_PEOPLE

    if not 1 <= settings.people <= MOST_PEOPLE:
        raise UsageError("a city of so many people can't be made", fix="--people 1000", people=settings.people)
    if settings.pictures < 0:
        raise UsageError("there can't be so many pictures", fix="--pictures 200", pictures=settings.pictures)
    if settings.days < 1:
        raise UsageError("the last day is before the first", fix="--from 2024-01-01 --to 2024-12-31")
    for told, known, fix in (
        ((settings.dirt,), DIRT_LEVELS, "--dirt usual"),
        ((settings.note_language,), LANGUAGES, "--notes zh"),
        (settings.hospitals, HOSPITALS, "--hospitals north,south"),
    ):
        if unknown := [word for word in told if word not in known]:
            raise UsageError("there is no such choice", fix=fix, told=unknown[0])
    return settings


def _read(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SourceError("this outbreak file can't be read", fix="name a TOML file in UTF-8", path=path) from None


def _new(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceError("there is something here already", fix="name a new folder", path=str(folder))
    return folder


@contextmanager
def _said_if_it_ends_early(root: Path) -> Iterator[None]:
    """Part of a city is of no use: whoever stops it, or the disk that is full, is told where it lies."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(
            _("stopped. Part of a city is left in {folder}: remove it, and the same command begins again", folder=root)
        ) from None
    except OSError as error:
        raise StorageError(
            "the city can't be written here: the disk is full, or the folder is not yours",
            fix="make room, or name another folder",
            folder=str(root),
        ) from error


def _tell(root: Path, settings: CitySettings, seconds: float, json: bool) -> None:
    systems = [path for path in sorted((root / "raw").glob("*/*")) if path.is_dir()]
    files = [path for system in systems for path in system.rglob("*") if path.is_file()]
    written = sum(path.stat().st_size for path in files)
    if json:
        emit({
            "people": settings.people, "systems": [str(path.relative_to(root / "raw")) for path in systems],
            "files": len(files), "bytes": written, "seconds": round(seconds, 3),
        })  # fmt: skip
        return
    out().print(_(
        "{people} people, {systems} systems, {files} files, {size} in {time}: {folder}/raw and {folder}/truth",
        people=number(settings.people), systems=number(len(systems)), files=number(len(files)),
        size=size(written), time=duration(seconds), folder=root,
    ), markup=False)  # fmt: skip
