"""`medark completion`: what makes the Tab key finish commands"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import KEEP, command
from medark.errors import UsageError
from medark.messages import N_

SHELLS = ("bash", "zsh", "fish", "powershell")
Shell = Annotated[
    str | None, typer.Argument(metavar="SHELL", help=N_("bash, zsh, fish or powershell"), show_default=False)
]
EXAMPLES = """\
medark completion bash >> ~/.bashrc
medark completion zsh >> ~/.zshrc
medark completion fish > ~/.config/fish/completions/medark.fish"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "completion", N_("Print what a shell needs to complete commands with the Tab key."), EXAMPLES, KEEP)(
        completion
    )


def completion(shell: Shell = None) -> None:
    from typer._completion_shared import get_completion_script  # typer prints it under an option's name only

    if shell not in SHELLS:
        raise UsageError("no completion for this shell", fix=f"name one of {', '.join(SHELLS)}")
    print(get_completion_script(prog_name="medark", complete_var="_MEDARK_COMPLETE", shell=shell))
