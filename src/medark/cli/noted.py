"""What was found in a text, as JSON and as coloured text"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medark.messages import N_, _, spoken

if TYPE_CHECKING:
    from rich.console import Group

    from medark.standardise.notes import Mention, Reading

_STYLES = {
    "disease": "bold red", "symptom": "yellow", "drug": "green", "test": "cyan", "imaging": "blue", "body": "dim",
    "operation": "magenta",
}  # fmt: skip
_KINDS = {
    "disease": N_("disease"), "symptom": N_("symptom"), "drug": N_("drug"), "test": N_("test"),
    "imaging": N_("imaging"), "body": N_("body part"), "operation": N_("operation"),
}  # fmt: skip
_DETAILS = {
    "value": N_("value"), "unit": N_("unit"), "flag": N_("flag"), "dose": N_("dose"), "route": N_("route"),
    "frequency": N_("frequency"), "site": N_("site"), "allergy": N_("allergy"),
}  # fmt: skip


def plain_of(reading: Reading) -> dict[str, Any]:
    """For programs: offsets count characters."""
    return {
        "language": reading.language,
        "sections": [{"section": s.key, "start": s.start, "end": s.end} for s in reading.sections],
        "mentions": [
            {
                "start": one.span.start, "end": one.span.end, "text": one.text, "kind": one.span.kind.value,
                "section": one.section, "exists": one.context.exists, "negated": one.context.is_negated,
                "possible": one.context.is_possible, "past": one.context.is_past,
                "planned": one.context.is_hypothetical, "subject": one.context.subject, "name": one.span.name,
                "details": dict(one.details),
            }
            for one in reading.mentions
        ],
    }  # fmt: skip


def view_of(text: str, reading: Reading) -> Group:
    """For people: the text with its mentions in colours, what is not so struck through, then a line for each."""
    from rich.console import Group
    from rich.text import Text

    marked = Text(text)
    for one in reading.mentions:
        style = _STYLES[one.span.kind.value]
        style += " strike" if one.context.is_negated else " italic" if not one.context.exists else ""
        marked.stylize(style, one.span.start, one.span.end)
    return Group(marked, Text(), _table(reading))


def _table(reading: Reading) -> Group:
    from medark.cli.tables import table
    from medark.standardise.notes import section_kinds

    kinds = section_kinds()
    rows = []
    for one in reading.mentions:
        section = kinds.get(one.section)
        name = "" if section is None else section.name_zh if spoken() == "zh" else section.name_en
        rows.append((one.span.start, one.text, _(_KINDS[one.span.kind.value]), name, _meant(one), _beside(one)))
    columns = (_("at"), _("words"), _("kind"), _("section"), _("meant as"), _("with"))
    return table(_("{count} mentions", count=len(rows)), columns, rows)


def _meant(one: Mention) -> str:
    context = one.context
    told = (
        (context.subject == "family", _("of the family")),
        (context.is_negated, _("negated")),
        (context.is_possible, _("possible")),
        (context.is_past, _("past")),
        (context.is_hypothetical, _("planned or feared")),
    )
    return _(", ").join(words for is_so, words in told if is_so)


def _beside(one: Mention) -> str:
    return "  ".join(f"{_(_DETAILS[name])} {value}" for name, value in one.details.items())
