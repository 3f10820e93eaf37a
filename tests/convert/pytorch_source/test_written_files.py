"""What a written file looks like: tidy, the same each time, and as kept; written without torch."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netsheet as ns
from netsheet.convert.pytorch_source import write
from netsheet.convert.pytorch_source.lacking import RUN, Lacking, own, source
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import Graph
from netsheet.layers.input import Input
from netsheet.layers.registry import kinds
from support.formatted import assert_formatted, assert_tidy
from support.goldens import assert_golden
from support.graphs import NETWORKS
from support.project import ROOT
from support.renamed import renamed
from support.strategies import example_cases, graphs, of_case

KEPT = {"alexnet": 60_965_224, "googlenet": 6_998_552, "resnet50": 25_557_032}
"""Networks whose files are kept, and their parameters: Krizhevsky, Szegedy and He, as published."""

GOLDENS = ROOT / "tests" / "golden" / "pytorch"


@pytest.mark.parametrize("name", KEPT)
def test_files_are_as_kept(name: str) -> None:
    """What is written today is what a reviewer found good, but for the version."""
    text = write(ns.load(name).graph, {})
    assert_golden(f"{name}.py.txt", text.replace(f"netsheet {ns.__version__}", "netsheet"), GOLDENS)


def test_nothing_else_is_kept() -> None:
    """Every file kept is one that is compared."""
    assert sorted(f"{name}.py.txt" for name in KEPT) == sorted(p.name for p in GOLDENS.iterdir())


@pytest.mark.parametrize("name", KEPT)
def test_kept_files_have_the_published_parameters(name: str, tmp_path: Path) -> None:
    """The file that lies here, executed."""
    pytest.importorskip("torch")
    from support.written import imported

    module = imported((GOLDENS / f"{name}.py.txt").read_text(encoding="utf-8"), tmp_path).network()
    assert KEPT[name] == sum(p.numel() for p in module.parameters())


def test_resnet50_is_short() -> None:
    """As short as one would write it by hand."""
    assert 120 > len(write(ns.load("resnet50").graph, {}).splitlines())


def test_files_of_all_networks_are_tidy(tmp_path: Path) -> None:
    """Every network of the zoo, and networks of every structure."""
    texts = {f"net{n}": write(ns.load(name).graph, {}) for n, name in enumerate(ns.networks())}
    others = {
        name: make for name, make in NETWORKS.items() if name != "unfriendly"
    }  # a name of 195 letters fits no line
    texts |= {f"other{n}": write(make(), {}) for n, make in enumerate(others.values())}
    assert_tidy(texts, tmp_path)


def test_files_of_all_kinds_are_tidy(tmp_path: Path) -> None:
    """Every example of each kind that has a form in torch."""
    texts = {}
    for kind in kinds():
        for number, case in enumerate(example_cases(kind) if kind is not Input else []):
            try:
                texts[f"{kind.kind.replace(' ', '_')}{number}"] = write(of_case(case), {})
            except UnsupportedError:
                continue
    assert_tidy(texts, tmp_path)


def test_all_that_torch_lacks_fits_a_written_file(tmp_path: Path) -> None:
    """Classes are copied from the package as they stand there; they keep to 88 columns for it."""
    lacking = Lacking()
    operators = source("netsheet.run.joining").nodes  # written as operators, and never copied
    for name in (*source(RUN).nodes, *source(RUN).imports, *own().nodes):
        if lacking.has(name) and name not in operators:
            lacking.add(name)
    assert {"SparseConv", "ChannelShuffle", "BorderedAvgPool3d"} <= lacking.definitions.keys()
    text = "\n\n\n".join(lacking.definitions.values()) + "\n"
    ast.parse(text)
    assert_formatted(text, tmp_path)


def test_files_of_random_networks_are_tidy(tmp_path: Path) -> None:
    """Whatever is in them and whatever their rows are called."""
    texts: dict[str, str] = {}

    @settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
    @given(graph=st.one_of(graphs(ranks=(1, 2, 3)), renamed()))
    def collect(graph: Graph) -> None:
        texts[f"net{len(texts)}"] = write(graph, {})

    collect()
    assert_tidy(texts, tmp_path)


@pytest.mark.parametrize(
    "fault", ["import os\n", "x = 1 \n", "def f( ):\n    y = 1\n", "x = 'a'\n"]
)
def test_an_untidy_file_is_noticed(fault: str, tmp_path: Path) -> None:
    """Negative control: an unused import, a blank too many, a name that nobody reads."""
    assert_tidy({"good": "x = 1\n"}, tmp_path)
    with pytest.raises(AssertionError):
        assert_tidy({"bad": fault}, tmp_path)


@pytest.mark.parametrize("name", ["lenet5", "efficientnet_b0", "inception_v3"])
def test_files_are_the_same_each_time(name: str) -> None:
    """In another process, whatever its hashes are."""
    script = (
        "import netsheet, sys; from netsheet.convert.pytorch_source import write; "
        f"sys.stdout.write(write(netsheet.load({name!r}).graph, {{}}))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout.decode()
        for seed in ("1", "2")
    }
    assert {write(ns.load(name).graph, {})} == texts


@pytest.mark.parametrize("name", ["alexnet", "lenet5", "efficientnet_b0", "googlenet-heads"])
def test_files_need_torch_alone(name: str) -> None:
    """They import the standard library and torch, and carry out nothing that is text."""
    tree = ast.parse(write(ns.load(name).graph, {}))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in imports
    }
    others = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
    assert {"torch"} == others
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert set() == names & {"exec", "eval", "compile", "__import__"}


HOSTILE: list[Any] = [
    '"""); import os; os.abort()  # ',
    "\\N{BELL}\\x",
    "\x1b[31m\u202egpj",
    "a\nb\n",
    "",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_text(title: str, tmp_path: Path) -> None:
    """A network's name can't end the docstring it stands in, nor steer a terminal."""
    lenet = ns.load("lenet5").graph
    text = write(Graph(title, lenet.rows, lenet.groups), {})
    tree = ast.parse(text)
    first = [node for node in tree.body if isinstance(node, ast.Expr)]
    assert [tree.body[0]] == first
    assert text.replace("\n", "").isprintable()
    assert_tidy({"hostile": text}, tmp_path)
