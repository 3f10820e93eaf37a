"""A network as one file of PyTorch.

Requirements met here: the file needs torch and nothing else; it holds helpers only where torch
lacks what they do; the same network gives the same file, letter for letter; nothing of a sheet's
text can become code.
"""

import ast
from collections.abc import Iterable

from netsheet.convert.pytorch_source.classes import (
    MOST_PLAIN,
    REQUIRED,
    Class,
    Classes,
    first_number,
)
from netsheet.convert.pytorch_source.forward import SHORT, Forward
from netsheet.convert.pytorch_source.lacking import Imported, Lacking
from netsheet.convert.pytorch_source.layout import Call, docstring, flat, lines
from netsheet.convert.pytorch_source.making import Making, literal
from netsheet.convert.pytorch_source.names import (
    TAKEN,
    identifier,
    is_attribute,
    is_reserved,
    unique,
)
from netsheet.convert.pytorch_source.parameters import ABSENT, Parameter
from netsheet.convert.pytorch_source.pieces import SEPARATOR, Pieces, pieces
from netsheet.convert.pytorch_source.template import Piece
from netsheet.core.graph import OWN, Graph
from netsheet.core.span import printable
from netsheet.sheet.infer import infer, totals

SHOWN = 2
"""Uses of a block that its class names."""

TORCH = (Imported("torch"), Imported("torch", "Tensor"), Imported("torch", "nn"))


def page(graph: Graph, version: str) -> str:
    """The file's text."""
    lacking = Lacking()
    found = pieces(graph, lacking)
    return _Page(graph, found, lacking, version).text()


class _Page:
    """One file in the making."""

    def __init__(self, graph: Graph, found: Pieces, lacking: Lacking, version: str) -> None:
        self.graph, self.pieces, self.lacking, self.version = graph, found, lacking, version
        self.classes = Classes(found, set(TAKEN))
        self.making = Making(self.classes, lacking.add)
        self.facts = infer(graph)

    def text(self) -> str:
        """All of it."""
        classes = [self._class(each) for each in self.classes.made.values()]
        body: list[str] = []
        parts = [text.splitlines() for text in self.lacking.definitions.values()] + classes
        wide = False
        for part in parts:
            before, wide = wide, part[0].startswith(("class ", "def "))
            body += ["", *([""] if wide or before else []), *part]
        top = [*docstring(self._about(), 0), "", *self._imports(body)]
        return "\n".join([*top, *body]) + "\n"

    def _about(self) -> list[str]:
        """What the file is, for its reader."""
        total = totals(self.graph)
        shapes = [str(self.facts[place].output) for place in self.graph.inputs]
        given = f"one input {shapes[0]}" if len(shapes) == 1 else f"inputs {' and '.join(shapes)}"
        counts = f"{total.params:,} parameters; {total.macs:,} multiply-adds for {given}."
        how = f"Written by netsheet {self.version}; it needs torch alone."
        names = "Its modules have the names of the sheet's rows, so that weights fit both."
        return [f"{plain(self.graph.name)}: {counts}", f"{how} {names}"]

    def _imports(self, body: Iterable[str]) -> list[str]:
        """What the rest of the file uses, in the usual order."""
        used = {
            node.id for node in ast.walk(ast.parse("\n".join(body))) if isinstance(node, ast.Name)
        }
        wanted = {
            each for each in {*TORCH, *self.lacking.imports} if (each.name or each.module) in used
        }
        found: list[str] = []
        for ours in (False, True):
            some = {each for each in wanted if (each.module.partition(".")[0] == "torch") == ours}
            section = [f"import {each.module}" for each in sorted(some) if not each.name]
            for module in sorted({each.module for each in some if each.name}):
                names = [each.name for each in some if each.module == module and each.name]
                section.append(f"from {module} import {', '.join(sorted(names, key=_case))}")
            found += ["", *section] if found and section else section
        return found

    def _class(self, made: Class) -> list[str]:
        """One class."""
        chain = self.classes.is_chain(made.template)
        base = "nn.Sequential" if chain else self._base(made)
        found = [f"class {made.name}({base}):", *docstring([self._words(made)], 1)]
        statements = self.making.statements(made)
        if made is self.classes.network:
            statements += self._ties()
        if statements:
            arguments = ("self", *(_parameter(each, made) for each in made.parameters))
            found += ["", *lines(Call("def __init__(", arguments), 1, after=" -> None:")]
            found += ["        super().__init__()", *statements]
        if not chain and made.template.gives:
            forward = Forward(self.classes, self.making, made)
            found += ["", *forward.lines(self._inputs(made), self._outputs(made))]
        return found

    def _base(self, made: Class) -> str:
        """What a class builds on: what its parts' names allow."""
        labels = [
            self.making.label(made.template, part).partition(SEPARATOR)[0]
            for part in made.template.parts
            if self.making.is_made(made, part)
        ]
        if any(map(is_reserved, labels)):
            self.lacking.add("Parts")
            return "Parts"
        return "nn.Module" if all(map(is_attribute, labels)) else "nn.ModuleDict"

    def _inputs(self, made: Class) -> list[str]:
        """Names of what a class is given."""
        if made is not self.classes.network or made.template.inputs == 1:
            return list(SHORT[: made.template.inputs])
        found: list[str] = []
        for place in self.graph.inputs:
            name = identifier(self.graph.rows[place].name, "x")
            found.append(unique(name, {*found, *TAKEN}))
        return found

    def _outputs(self, made: Class) -> list[str]:
        """Names of the network's outputs, where it has several."""
        outputs = self.graph.outputs
        if made is not self.classes.network or len(outputs) == 1:
            return []
        return [self.graph.rows[place].name for place in outputs]

    def _words(self, made: Class) -> str:
        """What a class is, in words."""
        if made is self.classes.network:
            shapes = " and ".join(f"N×{self.facts[place].output}" for place in self.graph.inputs)
            return f"Reads {shapes}, N samples at once."
        uses = made.template.uses
        word = plain(uses[0].word)
        kinds = [self._kind(part) for part in uses[0].pieces]
        if not word and self.classes.is_chain(made.template) and len(kinds) <= MOST_PLAIN:
            text = ", ".join(kinds)
            return f"{text[0].upper()}{text[1:]}."
        names = ", ".join(plain(use.name) for use in uses[:SHOWN])
        more = f" and {len(uses) - SHOWN} more" if len(uses) > SHOWN else ""
        said = f"Block {word}" if word and word.casefold() != "block" else "Block"
        return f"{said}: {names}{more}."

    def _kind(self, piece: Piece) -> str:
        """A part in a word."""
        if piece.pieces:
            return plain(piece.label)
        place = self.graph.index.get(piece.name)
        return "flatten" if place is None else self.graph.rows[place].layer.kind

    def _ties(self) -> list[str]:
        """Weights that rows share, made one."""
        found: list[str] = []
        for row in self.graph.rows:
            if row.shares == OWN:
                continue
            owner = self.graph.rows[row.shares]
            inputs = [self.facts[read].output for read in row.reads]
            own, theirs = self._way(row.name), self._way(owner.name)
            for name in row.tied or [weight.name for weight in row.layer.weights(*inputs)]:
                found += lines(f"{own}.{name} = {theirs}.{name}", 2)
        return ["        # Weights that are shared", *found] if found else []

    def _way(self, name: str) -> str:
        """The module of a row, from the network."""
        way, text = self.pieces.network, "self"
        while way.pieces:
            template = self.classes.of[way]
            step = next(p for p in way.pieces if name == p.name or name.startswith(f"{p.name}."))
            label = next(
                self.making.label(template, part)
                for part in template.parts
                if part.label == step.label
            )
            inline = self.classes.is_inline(template)
            if inline and first_number([part.label for part in template.parts]) is not None:
                text += f"[{way.pieces.index(step)}]"
            elif self.classes.is_chain(template) and not is_attribute(label):
                text += f'.get_submodule("{label}")'
            else:
                head, *inside = label.split(SEPARATOR)
                text += f".{head}" if is_attribute(head) else f'["{head}"]'
                text += "".join(f'["{each}"]' for each in inside)
            way = step
        return text


def plain(text: str) -> str:
    """Somebody's text, fit to stand in a docstring: one line, with nothing in it that acts."""
    line = " ".join(printable(text).split())
    return line.replace("\\", "\\\\").replace('"', "'")


def _case(name: str) -> tuple[int, str]:
    """How a linter sorts what is imported: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _parameter(parameter: Parameter, made: Class) -> str:
    """A parameter with its type, and its default if it has one."""
    default = made.defaults[parameter]
    values = [value for value in parameter.values if value != ABSENT]
    kinds = {_type(value) for value in values}
    if default is not REQUIRED:
        kinds.add(_type(default))
    order = ("bool", "int", "float", "str")
    words = sorted(kinds, key=lambda each: order.index(each) if each in order else len(order))
    words = sorted(words, key=lambda each: each == "None")
    text = f"{parameter.name}: {' | '.join(words)}"
    return text if default is REQUIRED else f"{text} = {flat(literal(default))}"


def _type(value: object) -> str:
    """A value's type, as Python writes it."""
    if isinstance(value, tuple):
        inside = sorted({_type(each) for each in value})
        return f"tuple[{' | '.join(inside) or 'int'}, ...]"
    return "None" if value is None else type(value).__name__
