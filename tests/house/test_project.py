"""The project's own files: they suit every machine, agree with each other, and stay readable."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.project import PACKAGE, ROOT, project_files

# --- suits every machine ---

TOP_FOLDERS = "etc|home|mnt|opt|private|root|srv|tmp|usr|var|work|Users|Volumes"
MACHINE_PATH = re.compile(
    rf"(?<![\w.~*)}}\]-])/(?:{TOP_FOLDERS})/(?!bin/env\b)\w|\b[A-Z]:\\\\?(?:Users|Windows)\b"
)
REGISTRY = re.compile(
    "|".join(
        re.escape(".".join(labels))  # in pieces, so that this file doesn't name what it forbids
        for labels in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("pytorch", "org/whl"),
            ("anaconda", "org"),
            ("debian", "org"),
            ("npmjs", "org"),
            ("jfrog", "io"),
        )
    )
)


def assert_suits_every_machine(files: list[Path]) -> None:
    """Assert that no text file names a path of one machine, or the host of a package registry."""
    found = [
        f"{file.name}:{number}: {hit.group()}"
        for file in files
        if b"\0" not in (data := file.read_bytes())
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1)
        for pattern in (MACHINE_PATH, REGISTRY)
        if (hit := pattern.search(line))
    ]
    assert [] == found


def test_no_file_depends_on_one_machine() -> None:
    """No file of the project names a path of one machine or a registry's host."""
    assert_suits_every_machine(project_files())


@pytest.mark.parametrize(
    "parts",
    [
        ("see /ho", "me/ann/net.md"),
        ("open('/tm", "p/net.md')"),
        ("file:///op", "t/packages"),
        (r"C:\Us", r"ers\ann"),
        ("--index-url https://py", "pi.org/simple"),
        ("https://download.py", "torch.org/whl/cpu"),
    ],
    ids="".join,
)
def test_a_file_for_one_machine_is_noticed(parts: tuple[str, str], tmp_path: Path) -> None:
    """Negative control: a machine's path, or a registry's host, is found wherever it stands."""
    file = tmp_path / "planted.md"
    file.write_text("fine\n" + "".join(parts) + "\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"planted\.md:2"):
        assert_suits_every_machine([file])


def test_innocent_text_suits_every_machine(tmp_path: Path) -> None:
    """Relative paths, web addresses, the usual first line of a script and bytes are fine."""
    text = "#!/usr/bin/env bash\n~/work/a ./tmp/b a/home/c https://example.com/var/x and/or 1/2\n"
    (tmp_path / "fine.md").write_text(text, encoding="utf-8")
    (tmp_path / "fine.bin").write_bytes(b"\0" + b"/ho" + b"me/ann\xff")
    assert_suits_every_machine([tmp_path / "fine.md", tmp_path / "fine.bin"])


# --- one word for each thing there is to do ---

TARGETS = {"help", "setup", "demo", "test", "lint", "light", "bench", "clean"}


def assert_makes(text: str, targets: set[str]) -> None:
    """Assert that a Makefile has exactly these targets, each explained and declared phony."""
    explained = set(re.findall(r"^([a-z]+):.* ## \w", text, re.MULTILINE))
    phony = set(" ".join(re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE)).split())
    assert sorted(targets) == sorted(explained)
    assert sorted(targets) == sorted(phony)


def test_make_does_all_there_is_to_do() -> None:
    """The Makefile has every target that the pages name, and `make help` explains each."""
    assert_makes((ROOT / "Makefile").read_text(encoding="utf-8"), TARGETS)


@pytest.mark.parametrize(
    "text",
    [
        ".PHONY: a\na: ## do a\n",
        ".PHONY: a b\na: ## do a\nb:\n",
        ".PHONY: a\na: ## do a\nb: ## do b\n",
        ".PHONY: a b c\na: ## do a\nb: ## do b\nc: ## do c\n",
    ],
)
def test_a_faulty_makefile_is_noticed(text: str) -> None:
    """Negative control: a target that is missing, unexplained, not phony or unknown is found."""
    with pytest.raises(AssertionError):
        assert_makes(text, {"a", "b"})


# --- ranges and pins ---

PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>\d[0-9a-z.]*)")


def pins(text: str) -> dict[str, str]:
    """The pinned versions; each line is a comment or one public version of one package."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            pin = PIN.fullmatch(line)
            assert pin, f"not a pin of one public version: {line}"
            name = canonicalize_name(pin["name"])
            assert name not in found, f"pinned twice: {name}"
            found[name] = pin["version"]
    return found


def assert_pinned(pyproject: str, constraints: str) -> None:
    """Assert that everything asked for is pinned, to a version within the range asked for."""
    project = tomllib.loads(pyproject)["project"]
    pinned = pins(constraints)
    asked = [
        requirement
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for requirement in map(Requirement, group)
        if requirement.name != project["name"]
    ]
    assert [] == [r.name for r in asked if canonicalize_name(r.name) not in pinned]
    wrong = [
        f"{r}, pinned {pin}"
        for r in asked
        if (pin := pinned[canonicalize_name(r.name)]) not in r.specifier
    ]
    assert [] == wrong


def test_everything_asked_for_is_pinned_within_its_range() -> None:
    """What pyproject.toml asks for is pinned in constraints.txt, to a version that it admits."""
    assert_pinned(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        (ROOT / "constraints.txt").read_text(encoding="utf-8"),
    )


@pytest.mark.parametrize(
    ("constraints", "complaint"),
    [
        ("a==2.0\n", "'b-c'"),
        ("a==1.0\nb_c==1.0\n", "a>=2, pinned 1.0"),
        ("a==2.0\nb_c==2.0+cpu\n", "not a pin of one public version: b_c==2.0"),
        ("a==2.0\nb_c>=1\n", "not a pin of one public version: b_c>=1"),
        ("a==2.0\nA==3.0\nb_c==1.0\n", "pinned twice: a"),
    ],
)
def test_a_faulty_pin_is_noticed(constraints: str, complaint: str) -> None:
    """Negative control: a pin that is missing, out of range, local, loose or double is found."""
    pyproject = """
        [project]
        name = "x"
        dependencies = ["a>=2"]
        optional-dependencies = {more = ["x[all]", "b-c"]}
    """
    assert_pinned(pyproject, "# fine\na==2.0\nb_c==1.0\n")
    with pytest.raises(AssertionError, match=complaint):
        assert_pinned(pyproject, constraints)


def test_a_core_dependency_names_its_oldest_version() -> None:
    """Each core dependency is written `name>=oldest`, as `make light` reads it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    written = project["dependencies"]
    assert [] == [text for text in written if not re.fullmatch(r"[a-z0-9-]+>=[0-9.]+", text)]


def test_the_version_has_one_source() -> None:
    """What the package calls its version is what pyproject.toml states."""
    netsheet = pytest.importorskip("netsheet")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == metadata.version("netsheet")
    assert project["version"] == netsheet.__version__
    assert project["version"] not in (PACKAGE / "__init__.py").read_text(encoding="utf-8")


# --- changelog fragments ---


def assert_fragments(folder: Path) -> None:
    """Assert that each file in the folder is a fragment: well named, and one sentence long."""
    for file in sorted(folder.iterdir()):
        if file.name != "README.md":
            name = re.fullmatch(r"[1-9]\d*\.(feature|fix|change|data)\.md", file.name)
            assert name, f"{file.name}: call it <issue>.<feature|fix|change|data>.md"
            text = file.read_text(encoding="utf-8")
            prose = re.sub(r"`[^`]*`", "`", text)
            sentence = re.fullmatch(r"[A-Z`].*[^.]\.\n", prose)
            assert sentence, f"{file.name}: one line, from a capital letter to a full stop"
            assert not re.search(r"[.!?] [A-Z`]", prose), f"{file.name}: one sentence only"


def test_changelog_fragments_are_well_formed() -> None:
    """Each fragment is named after its issue and kind, and holds one sentence."""
    assert_fragments(ROOT / "changelog.d")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("feature.md", "It counts.\n", "call it"),
        ("7.feat.md", "It counts.\n", "call it"),
        ("7.fix.txt", "It counts.\n", "call it"),
        ("7.fix.md", "It counts", "one line"),
        ("7.fix.md", "It\ncounts.\n", "one line"),
        ("7.fix.md", "- it counts.\n", "one line"),
        ("7.fix.md", "", "one line"),
        ("7.fix.md", "It counts. It explains.\n", "one sentence only"),
    ],
)
def test_a_faulty_fragment_is_noticed(name: str, text: str, complaint: str, tmp_path: Path) -> None:
    """Negative control: a fragment with a wrong name, or with other than one sentence, is found."""
    (tmp_path / "README.md").write_text("Anything. Goes.", encoding="utf-8")
    (tmp_path / "6.data.md").write_text("`AlexNet.md` has 3.5 times `a. B.`, at v1.0.\n", "utf-8")
    assert_fragments(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match=complaint):
        assert_fragments(tmp_path)


# --- a module can be read in one sitting ---

LONGEST = 400

MAY_BE_LONGER: dict[str, str] = {}
"""Modules that are longer all the same, each with its reason, such as a table of data."""


def assert_readable(root: Path, excused: dict[str, str]) -> None:
    """Assert that no module is too long but the excused ones, and that those still are."""
    lengths = {
        file.relative_to(root).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in sorted(root.rglob("*.py"))
    }
    too_long = {name for name, length in lengths.items() if length > LONGEST}
    assert [] == sorted(too_long - excused.keys()), f"over {LONGEST} lines: look for the seam"
    assert [] == sorted(excused.keys() - too_long), "excused, and needs no excuse"


def test_a_module_can_be_read_in_one_sitting() -> None:
    """No module is longer than 400 lines, unless a reason is written down."""
    assert_readable(PACKAGE, MAY_BE_LONGER)


def test_a_long_module_is_noticed(tmp_path: Path) -> None:
    """Negative control: a module over the limit is found, and so is an excuse without need."""
    (tmp_path / "short.py").write_text("\n" * LONGEST, encoding="utf-8")
    assert_readable(tmp_path, {})
    with pytest.raises(AssertionError, match="needs no excuse"):
        assert_readable(tmp_path, {"short.py": "data"})
    (tmp_path / "long.py").write_text("\n" * (LONGEST + 1), encoding="utf-8")
    assert_readable(tmp_path, {"long.py": "data"})
    with pytest.raises(AssertionError, match="look for the seam"):
        assert_readable(tmp_path, {})
