"""How the tools that people quote count, one file a tool, found by folder in sorted order.

Requirements met here: a tool's rule is a `Convention`, counted and explained by the same code as
our own; each is checked against values measured with the tool (tests/golden/tools.toml), and
against the tool itself where it is installed; two rules of one name are refused.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.core.convention import TRAINED, Convention
from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import key, suggestion


@cache
def tools() -> dict[str, Convention]:
    """The rules of every tool by name, in the order of files."""
    found: list[Convention] = []
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            found += import_module(f"{__name__}.{path.stem}").CONVENTIONS
    return gather(found)


def gather(known: Iterable[Convention]) -> dict[str, Convention]:
    """Rules by name; ChoiceError if two have one name."""
    found: dict[str, Convention] = {}
    for convention in known:
        if found.setdefault(convention.name, convention) is not convention:
            message = f'two conventions are called "{convention.name}"'
            raise ChoiceError(message)
    return found


def tool(name: str, network: str = "") -> Convention:
    """A tool's rule by its name; ChoiceError with the nearest names otherwise.

    network: the network's name, for a tool that ships networks of its own and counts those.
    """
    names = {key(known): convention for known, convention in tools().items()}
    found = names.get(key(name))
    if found is None:
        known = ", ".join(tools())
        hint = suggestion(name, tools()) or f"; there are {known}"
        message = f'there is no tool "{name[:60]}"{hint}'
        raise ChoiceError(message)
    module = import_module(f"{__name__}.{_file(found.name)}")
    choose: Callable[[Convention, str], Convention] | None = getattr(module, "choose", None)
    return choose(found, network) if choose is not None and network else found


def counting_parameters(network: str) -> list[Convention]:
    """The rules of tools that count parameters in their own way, as they count this network."""
    own = (name for name, rule in tools().items() if rule.params != TRAINED)
    return [tool(name, network) for name in own if name == _file(name)]


@cache
def _file(name: str) -> str:
    """The file that holds a rule: the longest name that the rule's begins with."""
    stems = [path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__"]
    fitting = [stem for stem in stems if name.replace("-", "_").startswith(stem)]
    return max(fitting, key=len)


def convention(text: str, network: str = "") -> Convention:
    """What counts: macs or flops with parts, or a tool's name; ChoiceError for neither."""
    if key(text) in {key(name) for name in tools()}:
        return tool(text, network)
    try:
        return Convention.parse(text)
    except ChoiceError as error:
        message = f"{error}; or a tool: {', '.join(tools())}"
        raise ChoiceError(message) from error
