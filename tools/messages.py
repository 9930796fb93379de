"""The message catalogues: collected from the code, merged into each language's .po, compiled to .mo

python tools/messages.py          bring .po and .mo up to the code; say what has no translation yet
python tools/messages.py check    change nothing; fail if they are behind or something has no translation
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

SOURCE = Path(__file__).resolve().parents[1] / "src" / "medark"
FOLDER = SOURCE / "messages"
LANGUAGES = ("zh",)
TEMPLATES: Any = Environment(extensions=["jinja2.ext.i18n"])

Message = str | tuple[str, str]

# Calls whose words a person sees: which argument by place, which by name. Errors are added by their classes' names.
CALLS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "_": ((0,), ()),
    "N_": ((0,), ()),
    "stage": ((0, 2), ("name", "unit")),
    "Reason": ((0,), ("phrase",)),
    "_setting": ((2,), ("meaning",)),
}
ERRORS = ("Error", "RefusedInput")
NO_ERRORS = ("KeyError", "TypeError")  # a programmer's, never shown
# Calls in which any argument may be a reason, and names of arguments that are one.
VERDICTS = {
    "quarantined",
    "excluded",
    "not_understood",
    "issue",
    "issue_now",
    "refuse",
    "refused",
    "refusal",
    "unitissue",
}
REASONS = {"reason", "excluded", "fault", "not_understood"}
# Where a constant that reads like words of ours is a reason.
TELLING = ("acquire", "standardise/formats", "flows/ingest")
CODES = ("formats/fhir/status.py",)  # its constants are the standard's codes
_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?,?(?: [a-zA-Z0-9'():;/,-]+)+")

# A hint that is only something to type needs no translation; one that speaks of it does.
_SPEAKING = r"""(?!.* (?:or|and|shows|with|takes|newer|is of) )"""
_TYPED = re.compile(
    _SPEAKING + r"""(?:"""
    r"""medark |pip |--|[A-Z]{3}-[0-9]|\[\w+\] |SELECT |\{"|\(a - b\)|index\.|\.\{"""
    r"""|[\w{}]+ = |[\w.]+\([^ ]|\w+=\w+\()"""
)


def messages(source: Path = SOURCE) -> Iterator[tuple[Message, str, int]]:
    """Every message in the code, with its file and line."""
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source.parents[1]).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from ((message, name, node.lineno) for message in _of_call(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                yield from ((message, name, node.lineno) for message in _of_constant(node, name))
    for path in sorted(source.rglob("templates/*.html")):
        name = path.relative_to(source.parents[1]).as_posix()
        yield from ((message, name, line) for message, line in _of_template(path.read_text(encoding="utf-8")))
    for path in sorted(source.rglob("*.toml")):
        reasons = re.findall(r'^reason = "([^"]+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        yield from ((reason, path.relative_to(source.parents[1]).as_posix(), 1) for reason in reasons)
    for levels in source.glob("govern/levels.csv"):  # why a column is as sensitive as it is
        for row in csv.DictReader(levels.read_text(encoding="utf-8").splitlines()):
            yield row["reason"], levels.relative_to(source.parents[1]).as_posix(), 1


def _of_template(text: str) -> Iterator[tuple[Message, int]]:
    """What a page's template says: its calls of `_` and `plural`."""
    for line, name, told in TEMPLATES.extract_translations(text, ("_", "plural")):
        words = [word for word in ((told,) if isinstance(told, str) else told or ()) if word]
        if name == "plural" and len(words) == 2:
            yield (words[0], words[1]), line
        elif name == "_" and words:
            yield words[0], line


def _of_constant(node: ast.Assign | ast.AnnAssign, file: str) -> Iterator[str]:
    """Words that people see in a constant: all of PHRASES; where reasons are told, what reads like one."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    telling = any(f"/{folder}/" in file for folder in TELLING) and not file.endswith(CODES)
    telling = telling and any(name.isupper() for name in names)
    for part in ast.walk(node.value) if node.value else ():
        text = part.value if isinstance(part, ast.Constant) else None
        if isinstance(text, str) and ("PHRASES" in names or (telling and _WORDS.fullmatch(text))):
            yield text


def _of_call(call: ast.Call) -> Iterator[Message]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name == "plural":
        one, many = (_text(argument) for argument in call.args[:2])
        if one and many:
            yield one, many
    elif name.strip("_").lower() in VERDICTS:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        yield from (text for argument in given if " " in (text := _text(argument)))
    elif name in CALLS or (name.endswith(ERRORS) and name not in NO_ERRORS):
        places, names = CALLS.get(name, ((0,), ("fix",)))
        wanted = [call.args[place] for place in places if place < len(call.args)]
        wanted += [keyword.value for keyword in call.keywords if keyword.arg in names]
        yield from filter(None, map(_text, wanted))
    told = (keyword.value for keyword in call.keywords if keyword.arg in REASONS)
    yield from (text for value in told if " " in (text := _text(value)))


def _text(node: ast.expr) -> str:
    """A literal, or an f-string with its places named; "" for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, place = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = part.value.id.strip("_") if isinstance(part.value, ast.Name) else f"v{place}"
            parts.append("{" + name + "}")
            place += 1
    return "".join(parts) if any(isinstance(part, ast.Constant) for part in node.values) else ""


def template() -> Catalog:
    """All messages, without translations."""
    catalogue = Catalog(project="medark", charset="utf-8")
    for message, file, _line in messages():
        if isinstance(message, str) and (_TYPED.match(message) or not re.search(r"[A-Za-z]{2}", _bare(message))):
            continue
        catalogue.add(message, locations=[(file, 1)])
    return catalogue


def _bare(message: str) -> str:
    """A message without its places."""
    return re.sub(r"\{\w*\}", "", message)


def updated(language: str) -> Catalog:
    """A language's catalogue brought up to the code; what the code no longer says is gone."""
    path = po(language)
    before = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(language)
    before.update(template(), no_fuzzy_matching=True)
    before.obsolete.clear()
    return before


def po(language: str) -> Path:
    """Where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / "medark.po"


def written(catalogue: Catalog) -> bytes:
    """A catalogue as text, the same for the same content."""
    buffer = io.BytesIO()
    entries = Catalog(catalogue.locale, project="medark", charset="utf-8", header_comment="# Messages of medark.")
    for message in catalogue:
        if message.id:  # without places: they move with every edit, and the words don't
            entries.add(message.id, message.string)
    write_po(buffer, entries, width=110, sort_output=True, omit_header=True)
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {catalogue.locale}\\n"\n'
    return (head + f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n').encode() + buffer.getvalue()


class _Dateless(Catalog):
    """A catalogue whose header has no dates and no versions: the same content gives the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
        ]


def compiled(text: bytes, language: str) -> bytes:
    """A catalogue's text as gettext reads it."""
    dateless, buffer = _Dateless(language, fuzzy=False), io.BytesIO()
    for message in read_po(io.BytesIO(text), locale=language):
        if message.id:
            dateless.add(message.id, message.string)
    write_mo(buffer, dateless)
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[Message]:
    """Messages without a translation."""
    return [m.id for m in catalogue if m.id and not all(m.string if isinstance(m.string, tuple) else [m.string])]


def behind(language: str) -> list[str]:
    """What is wrong with a language's files: nothing, or lines that say so."""
    catalogue, path = updated(language), po(language)
    text = written(catalogue)
    wrong = [f"{language}: no translation of {message!r}" for message in untranslated(catalogue)]
    if not path.exists() or path.read_bytes() != text:
        wrong.append(f"{language}: {path.name} is behind the code; run: make messages")
    elif path.with_suffix(".mo").read_bytes() != compiled(text, language):
        wrong.append(f"{language}: the .mo file is behind the .po file; run: make messages")
    return wrong


def main(arguments: list[str]) -> int:
    """Update or check all languages; 1 if something is missing."""
    for language in LANGUAGES if arguments != ["check"] else ():
        text, path = written(updated(language)), po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        path.with_suffix(".mo").write_bytes(compiled(text, language))
    wrong = [line for language in LANGUAGES for line in behind(language)]
    print("\n".join(wrong) or "messages are complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
