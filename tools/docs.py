"""The generated parts of README and docs: the tree with captions, commands, settings, errors

python tools/docs.py          bring them up to the code
python tools/docs.py check    change nothing; fail if one is behind
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from city_facts import PARTS as CITY
from manual import manual

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "medark"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def caption(module: Path) -> str:
    """The first line of a module's docstring, without its full stop."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.split("\n")[0].rstrip(".")


def tree() -> str:
    """The house: root modules, packages, and what is in them two levels down."""
    lines = ["medark/", *_lines(SOURCE, "  ", depth=0)]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _lines(folder: Path, indent: str, depth: int) -> Iterator[str]:
    modules = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    for module in modules if depth == 0 else ():
        yield f"{indent}{module.stem:<{26 - len(indent)}}{caption(module)}"
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").is_file()):
        yield f"{indent}{inner.name + '/':<{26 - len(indent)}}{caption(inner / '__init__.py')}"
        if depth < 1:
            yield from _lines(inner, indent + "  ", depth + 1)


def commands() -> str:
    """Every command with its help, arguments, options and examples."""
    from medark.cli.app import command

    return "\n".join(_command(words, found) for words, found in _leaves(command(), ("medark",)))


def _leaves(found: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(found, "commands", None)
    if inner is None:
        yield words, found
        return
    for name, child in inner.items():
        yield from _leaves(child, (*words, name))
        if (*words, name) == ("medark", "map"):
            from medark.cli.commands.of_map import of_maps

            yield from _leaves(of_maps(), (*words, name))


def _command(words: tuple[str, ...], found: Any) -> str:
    arguments = [p for p in found.params if p.param_type_name == "argument"]
    options = [p for p in found.params if p.param_type_name == "option"]
    usage = " ".join([*words, *(p.metavar for p in arguments), "[options]"])
    first, _, more = found.help.partition("\n")
    rows = [f"| `{p.metavar}` | {_cell(p.help)} |" for p in arguments]
    rows += [f"| `{_cell(_option(p))}` | {_cell(p.help)} |" for p in options]
    parts = [f"## {' '.join(words)}", "", first, "", *([more, ""] if more else []), f"`{usage}`", ""]
    parts += ["| argument or option | meaning |", "|---|---|", *rows, "", "```console"]
    return "\n".join([*parts, *(f"$ {line}" for line in found.epilog.split("\n")), "```", ""])


def _option(param: Any) -> str:
    return ", ".join(param.opts) + ("" if param.is_flag else f" {param.metavar}")


def settings() -> str:
    """Every setting with its default, variable and meaning."""
    from medark import settings as of

    rows = ["| setting | default | variable | meaning |", "|---|---|---|---|"]
    for key, known in of.KNOWN.items():
        default = of.shown(key, known.default)
        rows.append(f"| `{key}` | `{default}` | `{of.variable(key)}` | {_cell(known.meaning)} |")
    rows += ["", '| of a source, `[source."NAME"]` | default | meaning |', "|---|---|---|"]
    for key, known in of.KNOWN_OF_SOURCE.items():
        default = list(known.default) if isinstance(known.default, tuple) else known.default
        rows.append(f"| `{key}` | {f'`{default}`' if default else ''} | {_cell(known.meaning)} |")
    rows += ["", "| of anything else, `[owners]` | meaning |", "|---|---|"]
    rows.append(
        '| `measurement`, `"vte/risk"`, `vte` | who answers for a table, a dataset, an application: a department |'
    )
    return "\n".join(rows) + "\n"


def errors() -> str:
    """The error tree as `errors.py` draws it."""
    text = ast.get_docstring(ast.parse((SOURCE / "errors.py").read_text(encoding="utf-8"))) or ""
    drawn = [line for line in text.splitlines() if line.startswith(("MedarkError", "├", "│", "└"))]
    return "```text\n" + "\n".join(drawn) + "\n```\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def references() -> str:
    """The other pages of the reference, by their headings."""
    pages = sorted(path for path in (ROOT / "docs" / "reference").glob("*.md") if path.name != "README.md")
    return "".join(f"- [{_heading(page)}]({page.name})\n" for page in pages)


def _heading(page: Path) -> str:
    return page.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")


def definition_names() -> str:
    """What a definition file may import, with the first line of what each says of itself."""
    import medark.define as language

    rows = ["| name | meaning |", "|---|---|"]
    rows += [f"| `{name}` | {_cell(_meaning(getattr(language, name)))} |" for name in language.__all__]
    return "\n".join(rows) + "\n"


def _meaning(named: Any) -> str:
    """What a name of the language stands for: an object by what it is made of, anything else by its docstring."""
    import medark.define as language

    match named:
        case language.Frame():
            return f"the rows of `{named.node.root.name}`"
        case language.Row():
            return f"the one row of `{named.node.root.name}`"
        case language.Series():
            return "the day that the definition is asked for"
    return (inspect.getdoc(named) or "").split("\n")[0]


def sensitivity() -> str:
    """Every column of the lake with its class, level and why; runs of columns of a table that are alike on one line."""
    from itertools import groupby

    from medark.govern.levels import sensitivities

    rows = ["| table | columns | level | class | why |", "|---|---|---|---|---|"]
    judged = sensitivities().items()
    for (table, found), places in groupby(judged, key=lambda item: (item[0][0], item[1])):
        columns = ", ".join(f"`{column}`" for (_, column), _ in places)
        rows.append(f"| `{table}` | {columns} | {found.level} | {found.kind} | {_cell(found.reason)} |")
    return "\n".join(rows) + "\n"


def protected() -> str:
    """Conditions whose rows are hidden below a level."""
    from medark.govern.protected import conditions

    rows = ["| condition | ICD-10 | level | source |", "|---|---|---|---|"]
    rows += [
        f"| {one.name_en} ({one.name_zh}) | {one.icd10} | {one.level} | {_cell(one.source)} |" for one in conditions()
    ]
    return "\n".join(rows) + "\n"


def signs() -> str:
    """Names that tell a protected condition."""
    from medark.govern.protected import conditions
    from medark.govern.signs import signs

    names = {one.id: one.name_en for one in conditions()}
    rows = ["| condition | where | words | why | source |", "|---|---|---|---|---|"]
    rows += [
        f"| {names[one.condition]} | {one.kind} | {', '.join(one.words)} | {_cell(one.reason)} | {_cell(one.source)} |"
        for one in signs()
    ]
    return "\n".join(rows) + "\n"


def glossary() -> str:
    """The words of the platform, as the catalog has them."""
    from medark.catalog.glossary import terms

    rows = ["| word | 中文 | meaning | 含义 |", "|---|---|---|---|"]
    rows += [
        f"| {one.word.en} | {one.word.zh} | {_cell(one.meaning.en)} | {_cell(one.meaning.zh)} |" for one in terms()
    ]
    return "\n".join(rows) + "\n"


def masks() -> str:
    """What can be put in the place of a value."""
    from medark.govern.masks import MASKS

    rows = ["| mask | what is shown | on columns of type |", "|---|---|---|"]
    rows += [
        f"| `{one.name}` | {one.about} | {', '.join(sorted(kind.value for kind in one.types))} |"
        for one in MASKS.values()
    ]
    return "\n".join(rows) + "\n"


ANYWHERE = frozenset({"400", "413", "429", "500", "503", "504"})  # what any address may answer


def http() -> str:
    """Every address that is served, from the OpenAPI."""
    import tempfile

    from medark.bootstrap import init_workspace
    from medark.serve.app import create

    with tempfile.TemporaryDirectory() as folder, init_workspace(Path(folder) / "ws") as workspace:
        told = create(workspace).openapi()
    rows = ["| | address | what it is | answers |", "|---|---|---|---|"]
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            ends = ", ".join(sorted(operation["responses"].keys() - ANYWHERE))
            rows.append(f"| {method.upper()} | `{path}` | {_cell(operation['summary'])} | {ends} |")
    return "\n".join(rows) + "\n"


PARTS: dict[str, Callable[[], str]] = {
    "tree": tree,
    "commands": commands,
    "settings": settings,
    "errors": errors,
    "references": references,
    "definitions": definition_names,
    "manual": manual,
    **CITY,
    "sensitivity": sensitivity,
    "protected": protected,
    "signs": signs,
    "masks": masks,
    "glossary": glossary,
    "http": http,
}


def renewed(text: str) -> str:
    """A page with its generated parts as the code has them now."""
    return BLOCK.sub(lambda found: found[1] + PARTS[found[2]]() + found[3] if found[2] in PARTS else found[0], text)


def pages() -> list[Path]:
    """The pages that may have generated parts."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def main(arguments: list[str]) -> int:
    """Renew all pages, or say which are behind; 1 if some are."""
    behind = [page for page in pages() if renewed(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")]
    if arguments != ["check"]:
        for page in behind:
            page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    for page in behind:
        print(f"{page.relative_to(ROOT)} is behind the code; run: make docs")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
