"""Completion scripts for shells, made from the command line's own parser.

Requirements met here: commands, options and choices come from the parser, so that a script
can't disagree with it; names of the zoo are asked of `netsheet zoo --names` when they are needed.
"""

import argparse
from typing import NamedTuple


class Offered(NamedTuple):
    """One command as a shell sees it."""

    name: str
    help: str
    options: dict[str, str]
    choices: dict[str, tuple[str, ...]]
    takes_net: bool


def commands(top: argparse.ArgumentParser) -> list[Offered]:
    """The commands of a parser, in order."""
    found = []
    for action in top._actions:  # noqa: SLF001 argparse offers no other way to look inside
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 as above
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001 as above
        for name, sub in action.choices.items():
            options = {
                flag: item.help or ""
                for item in sub._actions  # noqa: SLF001 as above
                for flag in item.option_strings
            }
            choices = {
                (item.option_strings or [""])[-1]: tuple(str(c) for c in item.choices)
                for item in sub._actions  # noqa: SLF001 as above
                if item.choices
            }
            takes = any("NET" in {item.metavar, item.help} for item in sub._actions)  # noqa: SLF001 as above
            found.append(Offered(name, helps.get(name, ""), options, choices, takes))
    return found


def script(shell: str, top: argparse.ArgumentParser) -> str:
    """The script for bash, zsh or fish."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands(top))


def _bash(found: list[Offered]) -> str:
    cases = []
    for command in found:
        given = [
            f"      {flag}) COMPREPLY=($(compgen -W '{' '.join(values)}' -- \"$word\")); return ;;"
            for flag, values in command.choices.items()
            if flag
        ]
        words = " ".join([*command.options, *command.choices.get("", ())])
        names = " $(netsheet zoo --names 2>/dev/null)" if command.takes_net else ""
        cases.append(
            f"    {command.name})\n      case $before in\n"
            + "\n".join(given)
            + ("\n" if given else "")
            + "      esac\n"
            + f'      COMPREPLY=($(compgen -W "{words}{names}" -- "$word")'
            + ' $(compgen -f -- "$word")) ;;'
        )
    names = " ".join(command.name for command in found)
    return (
        "# bash completion for netsheet\n_netsheet() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  if ((COMP_CWORD == 1)); then\n"
        f'    COMPREPLY=($(compgen -W "{names}" -- "$word")); return\n  fi\n'
        "  case ${COMP_WORDS[1]} in\n"
        + "\n".join(cases)
        + "\n  esac\n}\ncomplete -o filenames -F _netsheet netsheet\n"
    )


def _zsh(found: list[Offered]) -> str:
    described = " ".join(f"'{c.name}:{_quiet(c.help)}'" for c in found)
    cases = []
    for command in found:
        words = " ".join([*command.options, *command.choices.get("", ())])
        names = " $(netsheet zoo --names 2>/dev/null)" if command.takes_net else ""
        cases.append(f"    {command.name}) compadd -- {words}{names}; _files ;;")
    return (
        "#compdef netsheet\n_netsheet() {\n"
        "  if ((CURRENT == 2)); then\n"
        f"    local -a names=({described}); _describe command names; return\n  fi\n"
        "  case $words[2] in\n" + "\n".join(cases) + "\n  esac\n}\ncompdef _netsheet netsheet\n"
    )


def _fish(found: list[Offered]) -> str:
    lines = ["# fish completion for netsheet"]
    for command in found:
        first = f"complete -c netsheet -n __fish_use_subcommand -a {command.name}"
        lines.append(f"{first} -d '{_quiet(command.help)}'")
        inside = f"-n '__fish_seen_subcommand_from {command.name}'"
        if command.takes_net:
            lines.append(f"complete -c netsheet {inside} -a '(netsheet zoo --names)'")
        for flag, words in command.options.items():
            kind = f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
            values = command.choices.get(flag)
            given = f" -xa '{' '.join(values)}'" if values else ""
            lines.append(f"complete -c netsheet {inside} {kind}{given} -d '{_quiet(words)}'")
        if command.choices.get(""):
            lines.append(f"complete -c netsheet {inside} -xa '{' '.join(command.choices[''])}'")
    return "\n".join(lines) + "\n"


def _quiet(text: str) -> str:
    """Help without what a shell would read as its own signs."""
    return text.replace("'", "").replace(":", " -").replace("`", "")
