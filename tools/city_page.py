"""The page of the made-up city: its measured tables, its example lines and its pictures made anew

python tools/city_page.py     a minute or two; `make docs` keeps the parts that follow from the code alone
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import re
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineWorkbook

from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city

ROOT = Path(__file__).resolve().parents[1]
PAGE, PICTURES = ROOT / "docs" / "reference" / "city.md", ROOT / "docs" / "reference" / "city"
MEASURED = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
WRITTEN = CitySettings(people=1000, start=dt.date(2024, 1, 1), end=dt.date(2025, 1, 1), pictures=4)
_LINE = 240  # characters of an example that are shown
# How far a subject is from being drawn from what it is held against.
FITTED = {
    "sex": "fitted", "age": "fitted", "household size": "fitted", "generations": "fitted", "district": "drawn from it",
    "nation": "drawn from it", "smoker": "drawn by age from a table with that total",
    "body mass index": "follows from the table of bodies", "blood group": "follows from alleles of parents",
    "births": "follows from fertility by age and the city's women",
}  # fmt: skip


def main() -> int:
    """Draw the pictures and renew the measured parts of the page."""
    from city_measured import measured

    found = measured()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, drawn in pictures(found).items():
        (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        write_city(WRITTEN, Path(folder) / "city")
        parts = {**tables(found), "examples": examples(Path(folder) / "city" / "raw")}
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")
    return 0


def renewed(page: str, parts: Mapping[str, str]) -> str:
    """The page with its measured parts as they are now."""
    return MEASURED.sub(lambda found: found[1] + parts[found[2]] + found[3], page)


def pictures(found: Any) -> dict[str, str]:
    """SVG by name."""
    import city_pictures as draw
    from city_measured import day_of, pyramid
    from city_person import somebody

    prevalences = [
        {"published": 100 * row["published"], "made": 100 * row["made"], "people": row["people"]}
        for row in found.health.to_pylist()
        if row["figure"] == "prevalence" and row["published"] > 0 and row["made"] > 0
    ]
    days = [
        {
            "channel": one.key,
            "date": day_of(found, n).isoformat(),
            "count": round(float(a), 2),
            "usual": round(float(b), 2),
        }
        for one in found.channels
        for n, (a, b) in enumerate(zip(one.counts, one.usual, strict=True))
    ]
    signals = [(one.key, one.title, _date(found, one.signal)) for one in found.channels]
    settings, who = found.city.settings, somebody(found.city.settings, found.somebody)
    span = (settings.start.isoformat(), settings.end.isoformat())
    return {
        "age-pyramid": draw.svg(draw.age_pyramid(pyramid(found)), "Age pyramid of the made-up city and of the census"),
        "prevalence": draw.svg(draw.prevalence(prevalences), "Prevalence made and published, by disease, sex and age"),
        "outbreak": draw.svg(draw.outbreak(days, signals), "An outbreak in the true cases and in five channels"),
        "timeline": draw.svg(
            draw.timeline(who.visits, who.labs, who.limits, who.drugs, span), "Three years of one patient"
        ),
    }


def _date(found: Any, signal: int | None) -> str | None:
    return None if signal is None else (found.first_case + dt.timedelta(signal)).isoformat()


# -- tables ------------------------------------------------------------------------------------------------------------


def tables(found: Any) -> dict[str, str]:
    """The measured tables by name."""
    from city_person import somebody

    settings = found.city.settings
    return {
        "people": people(found.people),
        "health": health(found.health),
        "channels": channels(found),
        "volumes": volumes(found.volumes, found.kinds, found.person_years),
        "somebody": somebody(settings, found.somebody).told + ":\n",
    }


def people(marginals: pa.Table) -> str:
    """Subjects with their largest difference, and every key of them below."""
    rows, by_subject = marginals.to_pylist(), defaultdict(list)
    for row in rows:
        by_subject[row["subject"]].append(row)
    lines = ["| subject | what it is to its source | largest difference | source |", "|---|---|---|---|"]
    for subject, held in by_subject.items():
        worst = max(held, key=lambda row: abs(row["difference"]))
        off, made, published = _points(worst["difference"]), _share(worst["made"]), _share(worst["published"])
        cells = (subject, FITTED[subject], f"{off} ({worst['key']}: {made}, published {published})", held[0]["source"])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\n" + _folded("Every share", _shares(rows))


def _shares(rows: list[dict[str, Any]]) -> str:
    lines = ["| subject | | published | made | difference |", "|---|---|---|---|---|"]
    for row in rows:
        made, published = _share(row["made"]), _share(row["published"])
        lines.append(f"| {row['subject']} | {row['key']} | {published} | {made} | {_points(row['difference'])} |")
    return "\n".join(lines) + "\n"


def health(marginals: pa.Table) -> str:
    """Of each disease prevalence and incidence of all its sexes and ages together, and deaths."""
    held: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in marginals.to_pylist():
        if row["people"]:
            held[row["figure"], row["of"]].append(row)
    lines = [
        "| figure | of | published | made | difference in standard errors | sources |",
        "|---|---|---|---|---|---|",
    ]
    for (figure, of), rows in held.items():
        weight = sum(row["people"] for row in rows)
        published, made = (sum(row[name] * row["people"] for row in rows) / weight for name in ("published", "made"))
        error = (sum((row["error"] * row["people"]) ** 2 for row in rows)) ** 0.5 / weight
        sources = "; ".join(dict.fromkeys(_first(row["source"]) for row in rows))
        off = f"{(made - published) / error:+.1f}" if error else ""
        lines.append(f"| {figure} | {of.replace('_', ' ')} | {_rate(published)} | {_rate(made)} | {off} | {sources} |")
    return _folded("Every disease", "\n".join(lines) + "\n")


def _first(source: str) -> str:
    return source.split(";")[0].replace("|", "/")


def channels(found: Any) -> str:
    """When each channel first shows the outbreak."""
    lines = [
        "| channel | usual in that week | signal, days after the first case | at the height |",
        "|---|---|---|---|",
    ]
    for one in found.channels[1:]:
        place = min(60, found.city.courses.outbreak_start) + (one.signal or 0)
        usual = f"{7 * one.usual[place]:,.0f} a week"
        lines.append(f"| {one.title} | {usual} | {one.signal} | {7 * one.counts.max():,.0f} a week |")
    return "\n".join(lines) + "\n"


def volumes(counts: Mapping[str, int], kinds: Mapping[str, int], years: float) -> str:
    """What happens in a person-year."""
    lines = ["| of a person-year | |", "|---|---|"]
    lines += [f"| encounters: {kind} | {count / years:.3f} |" for kind, count in kinds.items()]
    lines += [f"| {name.replace('_', ' ')} | {n / years:.3f} |" for name, n in counts.items() if name != "encounter"]
    return "\n".join(lines) + "\n"


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"


def _points(value: float) -> str:
    return f"{100 * value:+.2f}"


def _rate(value: float) -> str:
    return f"{100 * value:.3g} %"


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n</details>\n"


# -- example lines -----------------------------------------------------------------------------------------------------


def examples(raw: Path) -> str:
    """Of each system its files, and the first lines of its largest."""
    return "\n".join(_system(raw, folder) for folder in sorted(path for path in raw.glob("*/*") if path.is_dir()))


def _system(raw: Path, folder: Path) -> str:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    shapes = Counter(re.sub(r"\d{2,}", "…", str(path.relative_to(folder))) for path in paths)
    size = sum(path.stat().st_size for path in paths)
    listed = ", ".join(f"`{name}`" + (f" ({count})" if count > 1 else "") for name, count in shapes.most_common(6))
    largest = max((path for path in paths if path.suffix != ".dcm"), key=lambda path: path.stat().st_size)
    lines = [
        line if len(line) <= _LINE else line[:_LINE] + " …"
        for line in first_lines(largest, 2 if "json" in largest.name else 4)
    ]
    title = f"**{folder.relative_to(raw)}**: {len(paths)} files, {size / 1e6:.1f} MB: {listed}"
    return f"{title}{', …' if len(shapes) > 6 else ''}\n\n" + "\n".join(["```text", *lines, "```", ""])


def first_lines(path: Path, count: int = 4) -> list[str]:
    """The first lines of what is in a file, as they are read by people."""
    return [line for line in OPENED.get(path.suffix, _text)(path.read_bytes(), path.name) if line.strip()][:count]


def _text(content: bytes, name: str) -> Iterator[str]:
    if name.endswith(".gz"):
        return _text(gzip.decompress(content), name.removesuffix(".gz"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    lines = re.split(r"[\r\n]+", text.replace("\x0b", "").replace("\x1c", ""))
    start = next(
        (n for n, line in enumerate(lines) if line.startswith(("COPY public.BRJBXX", "COPY public.MZJZJL"))), 0
    )
    return iter(lines[start : start + 40])


def _zip(content: bytes, _name: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _text(archive.read(archive.namelist()[0]), "")


def _xlsx(content: bytes, _name: str) -> Iterator[str]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return iter([" | ".join(str(cell) for cell in row) for row in sheet.to_python()[:3]])


OPENED: dict[str, Callable[[bytes, str], Iterator[str]]] = {".zip": _zip, ".xlsx": _xlsx}

if __name__ == "__main__":
    sys.exit(main())
