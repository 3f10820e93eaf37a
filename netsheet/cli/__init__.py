"""The command line: a thin door to what the other packages do.

Exit status: 0 fine; 1 the answer is "no" (a failed check); 2 the input is at fault, said on
standard error, with nothing written.
"""

import gc
import os
import sys
from collections.abc import Sequence

from netsheet.cli.parser import parser
from netsheet.core.errors import NetsheetError, TableError

__all__ = ["main", "parser"]


EXTRAS = {"numpy": "filter", "PIL": "filter"}
"""What brings a library that is missing, where it isn't the extra of torch."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    given = sys.argv[1:] if argv is None else argv
    top = parser(given)
    asked = top.parse_args(given)
    if asked.version:
        from netsheet import __version__

        sys.stdout.write(f"netsheet {__version__}\n")
        return 0
    if asked.command is None:
        top.print_help()
        return 0
    gc.disable()  # a command is over before collecting would pay
    from netsheet.cli.commands import find

    try:
        status = find(asked.command).run(asked)
        sys.stdout.flush()
    except NetsheetError as error:
        sys.stdout.flush()
        sys.stderr.write(f"{error}\n" if isinstance(error, TableError) else f"netsheet: {error}\n")
        status = 2
    except ModuleNotFoundError as error:
        name = error.name or ""
        if name.startswith("netsheet"):
            raise
        extra = EXTRAS.get(name.partition(".")[0], "torch")
        sys.stderr.write(
            f"netsheet: this needs {name}, which is not installed; "
            f"pip install 'netsheet[{extra}]' brings it\n"
        )
        status = 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        status = 130
    return status
