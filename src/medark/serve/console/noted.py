"""The text of a note as a page shows it: what it speaks of underlined, in the colour of its kind"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from medark.messages import N_, _
from medark.standardise.notes import Kind, Mention, read

KINDS: Final = {
    Kind.DISEASE: N_("disease"), Kind.SYMPTOM: N_("symptom"), Kind.DRUG: N_("drug"), Kind.TEST: N_("test"),
    Kind.IMAGING: N_("imaging"), Kind.OPERATION: N_("operation"),
}  # fmt: skip


def noted(text: str) -> Markup:
    """The text with its mentions as `<mark>`, each saying what it is; nothing of the text is left out or put in."""
    return Markup("").join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    at = 0
    for one in read(text).mentions:
        if one.span.kind not in KINDS:
            continue
        yield escape(text[at : one.span.start])
        kind, title = one.span.kind.value, ", ".join(_meant(one))
        is_not = "" if one.context.exists else " not"
        yield Markup('<mark class="said {}{}" title="{}">{}</mark>').format(kind, is_not, title, one.text)
        at = one.span.end
    yield escape(text[at:])


def _meant(one: Mention) -> Iterator[str]:
    context = one.context
    yield _(KINDS[one.span.kind])
    if context.subject != "patient":
        yield _("of the family")
    if context.is_negated:
        yield _("negated")
    if context.is_possible:
        yield _("possible")
    if context.is_past:
        yield _("past")
    if context.is_hypothetical:
        yield _("planned or feared")
