"""Help pages: usage, arguments, options and examples, in the user's language, without loading anything heavy"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence

from typer._click import Context, HelpFormatter  # typer has no public name for these two
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from medark.cli.text import cells, padded, wrapped
from medark.messages import N_, _, phrase

_WIDEST = 100
_HELP = N_("Show this message and exit.")  # typer's own words for --help

Line = tuple[str, str]


class Page:
    """Lines of help under headings."""

    def __init__(self) -> None:
        self._width = min(_WIDEST, shutil.get_terminal_size().columns)
        self._lines: list[str] = []

    def text(self, text: str) -> None:
        """A paragraph."""
        for paragraph in text.split("\n"):
            self._lines += wrapped(paragraph, self._width)
        self._lines.append("")

    def section(self, heading: str, lines: Sequence[Line], least: int = 0) -> None:
        """A heading and what stands under it, in two columns, the first at least so wide; no lines, no heading."""
        if not lines:
            return
        self._lines.append(f"\033[1m{heading}\033[0m")
        left = max(least, *(cells(name) for name, _meaning in lines)) + 4
        for name, meaning in lines:
            first, *rest = wrapped(meaning, max(20, self._width - left)) or [""]
            self._lines.append(padded(f"  {name}", left) + first)
            self._lines += [" " * left + more for more in rest]
        self._lines.append("")

    def examples(self, lines: Iterable[str]) -> None:
        """Lines to type, as they are."""
        self._lines += [f"\033[1m{_('Examples')}\033[0m", *(f"  {line}" for line in lines), ""]

    def __str__(self) -> str:
        return "\n".join(self._lines).rstrip() + "\n"


class Command(TyperCommand):
    """A command whose first argument, the workspace, may be left out inside one.

    Its arguments are all optional to the parser, and given from the right: `ingest FOLDER`, `ingest WS FOLDER`.
    One that must be there has a metavar without brackets.
    """

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        arguments = [param for param in self.params if isinstance(param, TyperArgument)]
        names = [str(param.name) for param in arguments]
        if names and arguments[0].metavar == "[WS]":
            _fill_from_the_right(ctx.params, names, arguments)
        for param in arguments:
            if _needed(param) and ctx.params[str(param.name)] is None and not ctx.resilient_parsing:
                ctx.fail(_("{name} is missing", name=param.metavar))
        return rest

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        page = Page()
        page.text(_usage(ctx, [_metavar(p) for p in self.params if isinstance(p, TyperArgument)]))
        page.text(_(self.help or ""))
        page.section(_("Arguments"), [_line(p) for p in self.params if isinstance(p, TyperArgument)])
        page.section(_("Options"), [_line(p) for p in self.get_params(ctx) if isinstance(p, TyperOption)])
        if self.epilog:
            page.examples(self.epilog.split("\n"))
        formatter.write(str(page))


class Group(TyperGroup):
    """Commands under headings, in the order they were added."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(self.commands)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        page = Page()
        page.text(_usage(ctx, [_("COMMAND"), "…"]))
        page.text(_(self.help or ""))
        visible = [command for command in self.commands.values() if not command.hidden]
        options = [_line(p) for p in self.get_params(ctx) if isinstance(p, TyperOption)]
        widest = max(cells(name) for name in [*self.commands, *(name for name, _meaning in options)])
        for panel in dict.fromkeys(_panel(command) for command in visible):
            inside = [c for c in visible if _panel(c) == panel]
            page.section(_(panel), [(c.name or "", _first_line(c.short_help or c.help)) for c in inside], widest)
        page.section(_("Options"), options, widest)
        if self.epilog:
            page.examples(self.epilog.split("\n"))
        formatter.write(str(page))


def _fill_from_the_right(given: dict[str, object], names: list[str], arguments: list[TyperArgument]) -> None:
    """Move what was given so that needed arguments are filled before the workspace is."""
    short = sum(1 for param in arguments if _needed(param) and given[str(param.name)] is None)
    if short != 1 or given[names[0]] is None:
        return
    values = [given[name] for name in names]
    place = next(i for i, param in enumerate(arguments) if given[str(param.name)] is None)
    values[1 : place + 1], values[0] = values[:place], None
    given.update(zip(names, values, strict=True))


def _needed(param: TyperArgument) -> bool:
    return not (param.metavar or "").startswith("[")


def _usage(ctx: Context, arguments: list[str]) -> str:
    return " ".join([_("Usage:"), ctx.command_path, *arguments, _("[options]")])


def _metavar(param: TyperArgument) -> str:
    return param.metavar or str(param.name).upper()


def _line(param: TyperArgument | TyperOption) -> Line:
    if isinstance(param, TyperArgument):
        return _metavar(param).strip("[]"), _(param.help or "")
    names = ", ".join([*param.opts, *param.secondary_opts])
    default = "" if param.is_flag or param.default in (None, "") else f" [{_('default')}: {param.default}]"
    meaning = phrase(param.help or "") + default
    return (names if param.is_flag else f"{names} {param.metavar or str(param.name).upper()}"), meaning


def _panel(command: object) -> str:
    return str(getattr(command, "rich_help_panel", None) or N_("Commands"))


def _first_line(text: str | None) -> str:
    return _(text or "").split("\n")[0].rstrip(".。")
