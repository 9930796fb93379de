"""Tables of the made-up city's page that follow from the code and its facts alone"""

from __future__ import annotations

from importlib.resources import files

from medark.synthetic.facts import rows
from medark.synthetic.feeds.systems import PACKAGES
from medark.synthetic.health.effects import true_effects
from medark.synthetic.settings import DIRT_LEVELS
from medark.synthetic.tables import TABLES

# What each table of truth/ says. Those of TABLES have their columns there.
TRUTH = {
    "person": "everybody who ever lives there",
    "registration": "person ↔ patient number, by organisation, as it was registered, typos and second numbers and all",
    "onset": "when each chronic disease began, before the city's first day too",
    "death": "when and of what, in hospital or not",
    "exposure": "what true effects rest on: prophylaxis given or not, the risk that it was given for",
    "infection": "every case of an epidemic or cluster: by whom, where, exposed and ill when, how badly",
    "encounter": "every visit and stay, why, and which event caused it",
    "diagnosis": "true diagnoses; `written_code` where another code was written",
    "lab_order": "orders with their true times",
    "lab_result": "true values in SI units; what was written instead; what was reported before a correction",
    "prescription": "drugs; `excessive` where they were not called for",
    "operation": "operations", "transfer": "wards of a stay", "observation": "vital signs and nurses' scores",
    "imaging": "studies with their true findings, the report, and where in it names, numbers, dates and places stand",
    "pathology": "specimens with diagnosis, grade, stage, and the same of their reports",
    "note": "notes, with the place and kind of each protected word (PHI spans, in characters)",
    "fee": "items of bills", "claim": "claims; `fraud` where it is false, and how",
    "ems_call": "120 calls", "nucleic_test": "nucleic-acid tests",
    "pharmacy_sale": "sales, with the buyer whom no till knows",
    "report_card": "cards of notifiable diseases", "device_reading": "what home devices measured",
    "planted": "every error: kind, where, what is true, what was written, how a platform should end it",
    "record": "person ↔ every record: source, file, row in it from 0, what the system calls it",
    "drg_input": "of each stay what a grouper must be given: age, sex, days, way out, diagnoses, operations, cost",
    "course": "epidemics as they ran: infections by event, day of the city and district",
    "course_parameter": "what the outbreak was made from: R0, intervals, delays, first day, day on which it was known",
    "effect": "every true effect: cause, outcome, hazard ratio or change of a value, source",
    "local_code": "what each local code means: organisation, kind, code, name, key, vocabulary, concept code",
    "written_unit": "in which unit each organisation writes what, and what one of it is in the unit of the truth",
    "staff": "who works where",
    "facts": "a file a fact table, as it was used",
}  # fmt: skip


def systems() -> str:
    """Every system, and what its package says of it."""
    lines = ["| system | what it writes |", "|---|---|"]
    for package in PACKAGES:
        names = ", ".join(f"`{system.name}`" for system in package.SYSTEMS)
        lines.append(f"| {names} | {package.__doc__} |")
    return "\n".join(lines) + "\n"


def truth() -> str:
    """Every table of truth/."""
    lines = ["| truth/ | what it says | columns |", "|---|---|---|"]
    for name, meaning in TRUTH.items():
        columns = ", ".join(f"`{column}`" for column in TABLES[name].names) if name in TABLES else ""
        lines.append(f"| `{name}` | {meaning} | {columns} |")
    return "\n".join(lines) + "\n"


def dirt() -> str:
    """Every kind of error with its share at the usual level, and how a platform should end the record."""
    lines = ["| error | what it is | of | share | should be |", "|---|---|---|---|---|"]
    kinds = [*rows("dirt"), *({**row, "expected": "linked"} for row in rows("registration_dirt"))]
    lines += [
        f"| `{kind['key']}` | {kind['what']} | {kind['of']} | {_percent(kind['share'])} | {kind['expected']} |"
        for kind in kinds
    ]
    levels = ", ".join(f"`{name}` {factor:g}" for name, factor in DIRT_LEVELS.items())
    return (
        "\n".join(lines)
        + f"\n\nTimes, by `--dirt`: {levels}. In a city's first part each kind happens at least once.\n"
    )


def effects() -> str:
    """The effects that the city was asked for; how many more there are."""
    found = true_effects().to_pylist()
    lines = ["| planted | cause | outcome | measure | size | source |", "|---|---|---|---|---|---|"]
    for row in found:
        if row["planted"]:
            size = f"{row['size']:g}" + (f" in {row['days']:g} days" if row["days"] else "")
            cells = (row["planted"], f"`{row['cause']}`", f"`{row['outcome']}`", row["measure"].replace("_", " "), size)
            lines.append(f"| {' | '.join(cells)} | {row['source']} |")
    risks = sum(row["measure"] == "hazard_ratio" and not row["planted"] for row in found)
    values = sum(row["measure"] != "hazard_ratio" and not row["planted"] for row in found)
    more = (
        f"Beside them {risks} hazard ratios of risk factors, and {values} effects of drugs on results and vital signs."
    )
    return "\n".join(lines) + f"\n\n{more}\n"


def outbreak() -> str:
    """The built-in outbreak file."""
    text = files("medark.synthetic.events").joinpath("outbreak.toml").read_text(encoding="utf-8")
    return f"```toml\n{text.rstrip()}\n```\n"


def _percent(share: str) -> str:
    return f"{100 * float(share):g} %"


PARTS = {
    "city_systems": systems,
    "city_truth": truth,
    "city_dirt": dirt,
    "city_effects": effects,
    "city_outbreak": outbreak,
}
