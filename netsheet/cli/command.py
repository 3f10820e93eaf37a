"""What a command is: its name, help, arguments and examples, and what it does."""

import argparse
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """One command of the command line.

    place: where it stands in the help. arguments: adds them to its parser. run: does it, prints
    its answer and gives the exit status: 0 fine, 1 the answer is "no". examples: command lines,
    each with what it shows, which may be left out; the first stands in the help of netsheet too.
    """

    name: str
    place: int
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    examples: tuple[tuple[str, str], ...]
