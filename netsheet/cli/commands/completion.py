"""`netsheet completion`: a script that completes commands in a shell."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import put


def arguments(command: argparse.ArgumentParser) -> None:
    """For which shell."""
    command.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(asked: argparse.Namespace) -> int:
    """Print a shell's completion script."""
    from netsheet.cli.completion import script
    from netsheet.cli.parser import parser

    put(script(asked.shell, parser()))
    return 0


COMMAND = Command(
    "completion",
    99,
    "a script that completes commands in a shell",
    arguments,
    run,
    (
        (
            "netsheet completion bash > ~/.local/share/bash-completion/completions/netsheet",
            "",
        ),
    ),
)
