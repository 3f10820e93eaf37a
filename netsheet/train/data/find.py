"""What `--data` names: a built-in name, a folder, an archive or a file.

Requirements met here: what is in a folder is told by its content, not by its name; every set
has a training part, and a part to decide between models unless none is wanted.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch.utils.data import Dataset

from netsheet.core.errors import ChoiceError, DataError
from netsheet.train.data import cifar, idx, npz
from netsheet.train.data.arrays import from_arrays, from_dataset
from netsheet.train.data.box import TARS, Box, tars
from netsheet.train.data.folder import Listed, survey
from netsheet.train.data.known import Known, check, named, on_this_machine, present, recognised
from netsheet.train.data.known import find as find_known
from netsheet.train.data.pictures import Data, Pictures
from netsheet.train.data.split import stratified


def find_data(what: Any, *, val: float = 0.1, test: float = 0.1, seed: int = 0) -> Data | Listed:
    """The data that a person means.

    what: a built-in name; a folder of class folders, of IDX or CIFAR files; a .npz or .tar.gz
    file; or values of Python: (pictures, labels), a torch dataset of such pairs, a dict of either
    by part, or `Data`. val, test: shares split off by class where those parts are missing (of a
    set without any parts both, else `val` alone); 0 for none. seed: of the split, so that other
    seeds of training see the same parts. ChoiceError, DataError.
    """
    if isinstance(what, Data | Listed):
        return what
    if isinstance(what, str | Path):
        return _from_path(what, val=val, test=test, seed=seed)
    return _from_values(what, val=val, test=test, seed=seed)


def lasting(what: Any) -> str | None:
    """What names the same data later and elsewhere: a name, or a whole path; None for values."""
    if not isinstance(what, str | Path):
        return None
    if isinstance(what, str) and named(what) is not None:
        return what
    return str(Path(what).resolve())


def _from_path(what: str | Path, *, val: float, test: float, seed: int) -> Data | Listed:
    path = Path(what)
    if isinstance(what, str) and (built_in := named(what)) is not None:
        return _built_in(built_in, val=val, test=test, seed=seed)
    if not path.exists():
        if isinstance(what, str) and not path.suffix and path.parent == Path():
            find_known(what)  # says what there is
        raise ChoiceError(f"there is no folder or file {what}\n  check its name")
    if path.is_dir():
        return _from_folder(path, val=val, test=test, seed=seed)
    if path.suffix == ".npz":
        return divided(path.stem, npz.read(path), (f"file {path}",), val=val, test=test, seed=seed)
    if path.name.endswith(TARS):
        parts = cifar.read(Box(path))
        return divided(path.name, parts, (f"file {path}",), val=val, test=test, seed=seed)
    what_is_read = "folders of pictures, IDX and CIFAR files, .npz and .tar.gz"
    raise DataError(f"{path} is no data set that is read\n  {what_is_read} are", path=path)


def _built_in(what: Known, *, val: float, test: float, seed: int) -> Data:
    place = on_this_machine(what)
    if place is None:
        if not what.instead:
            raise DataError(what.absence())
        stand_in = find_known(what.instead)
        data = _built_in(stand_in, val=val, test=test, seed=seed)
        note = (
            f"the whole of {what.title} is not on this machine; {stand_in.title} stands in for it"
        )
        how = f"to have it: apt-get install {what.debian}, or --data FOLDER with its files"
        return replace(data, story=(note, how, *data.story))
    story = what.story(place, check(what, place))
    names = what.classes or None
    if what.format == "idx":
        parts = idx.read(Box(place), names)
    else:
        parts = cifar.read(Box(place / present(what, place)[0].name), names)
    data = divided(what.name, parts, story, val=val, test=test, seed=seed)
    return replace(data, augment=what.augment)


def _from_folder(path: Path, *, val: float, test: float, seed: int) -> Data | Listed:
    story = (f"folder {path}",)
    if idx.files(path):
        same = recognised(path)
        parts = idx.read(Box(path), same.classes if same else None)
        data = divided(path.name, parts, story, val=val, test=test, seed=seed)
        if same is None:
            return data
        told = (*data.story, f"its labels are those of {same.title}; licence {same.licence}")
        return replace(data, name=same.name, story=told, augment=same.augment)
    box = next((box for box in (Box(path), *map(Box, tars(path))) if cifar.layout_of(box)), None)
    if box is not None:
        return divided(path.name, cifar.read(box), story, val=val, test=test, seed=seed)
    return survey(path, val=val, test=test, seed=seed)


def _from_values(what: Any, *, val: float, test: float, seed: int) -> Data:
    names = None
    if isinstance(what, Pictures):
        return divided("data", {"train": what}, (), val=val, test=test, seed=seed)
    if isinstance(what, Mapping):
        given = {str(part): _pair(each, str(part)) for part, each in what.items()}
        strange = given.keys() - {"train", "val", "test"}
        if strange or "train" not in given:
            raise DataError(f"the parts are train, val and test, not {', '.join(given) or 'none'}")
    else:
        given = {"train": _pair(what, "train")}
        names = getattr(what, "classes", None)
    parts = from_arrays(given, names)
    return divided("data", parts, ("values given in Python",), val=val, test=test, seed=seed)


def _pair(what: Any, part: str) -> tuple[Any, Any]:
    if isinstance(what, tuple | list) and len(what) == 2:  # noqa: PLR2004 pictures and labels
        return what[0], what[1]
    if isinstance(what, Dataset) or (hasattr(what, "__len__") and hasattr(what, "__getitem__")):
        return from_dataset(what, part)
    raise DataError(
        f"{part} is {type(what).__name__}, from which no pictures can be taken\n"
        "  give a name, a path, (pictures, labels), a torch dataset, or a dict of them by part"
    )


def divided(
    name: str,
    parts: Mapping[str, Pictures],
    story: tuple[str, ...],
    *,
    val: float,
    test: float,
    seed: int,
) -> Data:
    """A data set of these parts, with what is missing split off by class."""
    train = parts["train"]
    shares = {}
    if "val" not in parts and val:
        shares["val"] = val
    if len(parts) == 1 and test:
        shares["test"] = test
    found = dict(parts)
    if shares:
        keys = [str(place) for place in range(len(train))]
        chosen = stratified(train.labels, keys, list(shares.values()), seed=seed)
        for part, places in zip((*shares, "train"), chosen, strict=True):
            found[part] = train.chosen(places)
        told = ", ".join(f"{share:.0%} {part}" for part, share in shares.items())
        story = (*story, f"split off the training pictures by class, seed {seed}: {told}")
    augment = ("shift",) if train.shape.rank == 2 else ()  # noqa: PLR2004 pictures
    return Data(name, found["train"], found.get("val"), found.get("test"), story, augment)
