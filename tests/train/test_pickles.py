"""Pickled data read without running them: what is plain comes out, everything else is refused."""

import pickle
import struct
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netsheet.core.errors import DataError
from netsheet.train.data.pickles import read_pickle

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(min_size=1, max_size=400),  # of no bytes, protocol 2 makes a call
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.tuples(inner, inner)
        | st.tuples(inner, inner, inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(PLAIN, st.integers(2, 5))
@settings(max_examples=150)
def test_plain_data_come_out_as_python_reads_them(value: Any, protocol: int) -> None:
    """Numbers, texts, bytes, lists, tuples and tables, in every binary protocol."""
    assert value == read_pickle(pickle.dumps(value, protocol), "x")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("type_", ["u1", "<i8", ">i4", "<f4", "?"])
def test_arrays_come_out_as_numpy_reads_them(protocol: int, type_: str) -> None:
    """Any plain type and order, C and Fortran, from numpy's own pickles."""
    array = np.arange(24).reshape(2, 3, 4).astype(type_)
    for each in (array, np.asfortranarray(array)):
        found = read_pickle(pickle.dumps({"data": each}, protocol), "x")["data"]
        assert np.array_equal(array, found)
        assert array.dtype.kind == found.dtype.kind


class Hostile:
    """An object that leaves a file behind when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Create a file."""
        return (Path.touch, (Path("touched"),))  # type: ignore[return-value]


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_no_program_in_a_pickle_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int
) -> None:
    """What would create a file is refused in every protocol, and the file isn't there."""
    monkeypatch.chdir(tmp_path)
    raw = pickle.dumps({"data": Hostile()}, protocol)
    with pytest.raises(DataError, match="nothing in it was run"):
        read_pickle(raw, "x")
    assert not Path("touched").exists()
    pickle.loads(raw)  # noqa: S301 our own planted fault: a careless reader runs it
    assert Path("touched").exists()


FORGED = {
    "a call of a name of ours": b"\x80\x02cnumpy\nndarray\nK\x01\x85R.",
    "a state for a list": b"\x80\x02]K\x01b.",
    "an array without a state": b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n"
    b"cnumpy\nndarray\nK\x00\x85U\x01b\x87R.",
    "a name alone": b"\x80\x02cnumpy\nndarray\n.",
    "text by another code": b"\x80\x02c_codecs\nencode\nX\x01\0\0\0aX\x06\0\0\0zlib..\x86R.",
    "a persistent name": b"\x80\x02U\x01xQ.",
    "a length beyond the end": b"\x80\x02T" + struct.pack("<i", 2**31 - 1) + b"a.",
    "a negative length": b"\x80\x02T" + struct.pack("<i", -1) + b"a.",
    "no value": b"\x80\x02.",
    "no end": b"\x80\x02K\x01",
    "a mark that isn't there": b"\x80\x02K\x01e.",
    "a list as a key": b"\x80\x02}]K\x01s.",
    "a list that holds itself": b"\x80\x02]q\0h\0a.",
    "nothing": b"",
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_pickles_are_refused(name: str) -> None:
    """Instructions in an order that no pickler writes end in an error of ours, never in another."""
    with pytest.raises(DataError, match="x isn't read as pickled data"):
        read_pickle(FORGED[name], "x")


def test_objects_in_an_array_are_refused() -> None:
    """An array of objects holds pickles again."""
    for raw in (pickle.dumps(np.array([None, {}]), 2), pickle.dumps(np.array(["a"]), 2)):
        with pytest.raises(DataError, match="x isn't read"):
            read_pickle(raw, "x")


def test_sharing_does_not_multiply() -> None:
    """A list of lists of the same list, forty deep, takes no more memory than it has parts."""
    deep: list[Any] = ["x"]
    for _ in range(40):
        deep = [deep, deep]
    found = read_pickle(pickle.dumps(deep, 2), "x")
    assert found[0] is found[1]


def test_very_many_values_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that makes values without end is stopped."""
    monkeypatch.setattr("netsheet.train.data.pickles.MOST_VALUES", 100)
    with pytest.raises(DataError, match="makes more than 100 values"):
        read_pickle(pickle.dumps(list(range(1000)), 2), "x")


@given(st.binary(max_size=60), st.integers(0, 200))
@settings(max_examples=300)
def test_any_bytes_end_in_a_value_or_an_error_of_ours(noise: bytes, cut: int) -> None:
    """Noise, and a real pickle with noise in its middle."""
    real = pickle.dumps({"labels": [1, 2, 3], "data": np.arange(9, dtype=np.uint8)}, 2)
    for raw in (noise, real[:cut] + noise + real[cut:]):
        try:
            read_pickle(raw, "x")
        except DataError:
            continue
