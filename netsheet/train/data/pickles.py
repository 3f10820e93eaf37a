"""Pickled data read without running them: tables, lists, texts, numbers and numpy arrays.

A pickle is a program for a small stack machine, and `pickle.load` runs whatever it asks for. This
is another machine: it knows the instructions that build plain data, and stands for numpy's arrays
with records of its own. Nothing is imported and nothing is called; anything else is refused.

Requirements met here: no instruction looks up a name outside the table below; every length is
held against the bytes that are left; depth and number of values are bounded.

Source: the opcodes' descriptions in Python's `pickletools`; numpy's `ndarray.__reduce__`.
"""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from netsheet.core.errors import DataError

MOST_VALUES = 5_000_000
"""Most values that may be made: CIFAR's largest file makes some 30,000."""


class Name(NamedTuple):
    """A name that the pickle would import; here it is two words."""

    module: str
    name: str


class Kind(NamedTuple):
    """A numpy type being made: its code, such as `u1`, and its byte order."""

    code: str
    order: str = "|"


class Array:
    """A numpy array being made: empty until its state is given."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: np.ndarray[Any, Any] | None = None


MARK = object()

RECONSTRUCT = {
    Name("numpy.core.multiarray", "_reconstruct"),
    Name("numpy._core.multiarray", "_reconstruct"),
}
FROM_BUFFER = {
    Name("numpy.core.numeric", "_frombuffer"),
    Name("numpy._core.numeric", "_frombuffer"),
}
NDARRAY = Name("numpy", "ndarray")
DTYPE = Name("numpy", "dtype")
ENCODE = {Name("_codecs", "encode"), Name("codecs", "encode")}

KNOWN = {*RECONSTRUCT, *FROM_BUFFER, NDARRAY, DTYPE, *ENCODE}
"""Every name that stands for something here."""

CODES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
"""Types of plain numbers; objects ("O") would be pickles again."""


class Machine:
    """Reads one pickle; `run` gives the value or raises DataError."""

    def __init__(self, data: bytes, path: str | Path) -> None:
        self.data, self.path, self.at = data, path, 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.made = 0

    def run(self) -> Any:
        """The value that the pickle describes, with arrays as numpy's."""
        try:
            while True:
                code = self.take(1)
                if code == b".":
                    return plain(self.stack.pop())
                step = STEPS.get(code)
                if step is None:
                    raise self.refused(f"it has an instruction, {code!r}, that plain data need not")
                step(self)
                self.made += 1
                if self.made > MOST_VALUES:
                    raise self.refused(f"it makes more than {MOST_VALUES:,} values")
        except (IndexError, KeyError, ValueError, TypeError, struct.error, OverflowError) as error:
            raise self.refused("it is cut short or damaged") from error
        except RecursionError as error:
            raise self.refused("it is nested too deeply") from error

    def refused(self, why: str) -> DataError:
        """An error that names the file."""
        what = f"{self.path} isn't read as pickled data\n  {why}"
        return DataError(f"{what}\n  nothing in it was run", path=self.path)

    def take(self, count: int) -> bytes:
        """The next bytes; IndexError if there are fewer."""
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise IndexError(count)
        taken, self.at = self.data[self.at : end], end
        return taken

    def number(self, form: str) -> int:
        """A number in the given form of `struct`."""
        (value,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(value)

    def line(self) -> str:
        """Text up to the end of the line."""
        end = self.data.index(b"\n", self.at)
        text = self.take(end - self.at).decode("utf-8")
        self.take(1)
        return text

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def to_mark(self) -> list[Any]:
        """Everything above the last mark, and the mark off too."""
        place = len(self.stack) - 1
        while self.stack[place] is not MARK:
            place -= 1
            if place < 0:
                raise IndexError(place)
        above = self.stack[place + 1 :]
        del self.stack[place:]
        return above

    # Values that stand for names, calls and states.

    def find(self, name: Name) -> None:
        """A name: known, and then a word; or refused."""
        if name not in KNOWN:
            raise self.refused(f"it asks for {name.module}.{name.name}, which could be any program")
        self.push(name)

    def call(self) -> None:
        """What would be a call: an array or type begun, or text turned back into bytes."""
        given, name = self.stack.pop(), self.stack.pop()
        if not isinstance(given, tuple):
            raise TypeError(given)
        match name, given:
            case Name(), (Name() as cls, *_) if name in RECONSTRUCT and cls == NDARRAY:
                self.push(Array())
            case Name(), (str() | bytes() as code, *_) if name == DTYPE:
                text = code if isinstance(code, str) else code.decode("ascii")
                self.push(Kind(text.lstrip("<>|="), text[0] if text[0] in "<>|=" else "|"))
            case Name(), (str() as text, str() as coding) if name in ENCODE:
                if coding not in {"latin1", "latin-1"}:
                    raise ValueError(coding)
                self.push(text.encode("latin-1"))
            case Name(), (
                bytes() | bytearray() as raw,
                Kind() as kind,
                tuple() as shape,
                order,
            ) if name in FROM_BUFFER:
                array = Array()
                array.value = self.array(shape, kind, raw, fortran=order == "F")
                self.push(array)
            case _:
                raise self.refused("it makes something other than plain data and arrays")

    def build(self) -> None:
        """The state of what lies on the stack: of a type its order, of an array its values."""
        state, target = self.stack.pop(), self.stack.pop()
        if isinstance(target, Kind) and isinstance(state, tuple):
            order = state[1] if isinstance(state[1], str) else bytes(state[1]).decode("ascii")
            target = target._replace(order=order)
        elif isinstance(target, Array) and isinstance(state, tuple):
            _, shape, kind, fortran, raw = state
            if not isinstance(kind, Kind) or not isinstance(raw, bytes | bytearray):
                raise self.refused("it holds an array of something other than plain numbers")
            target.value = self.array(shape, kind, raw, fortran=bool(fortran))
        else:
            raise self.refused("it gives a state to something other than an array")
        self.push(target)

    def array(
        self, shape: tuple[int, ...], kind: Kind, raw: bytes | bytearray, *, fortran: bool
    ) -> np.ndarray[Any, Any]:
        """An array of plain numbers; ValueError if shape and bytes disagree."""
        if kind.code not in CODES:
            raise self.refused(f"it holds an array of {kind.code!r}, which are no plain numbers")
        order = kind.order if kind.order in "<>=" else "="
        values = np.frombuffer(bytes(raw), np.dtype(order + kind.code))
        return values.reshape(tuple(map(int, shape)), order="F" if fortran else "C")


def plain(value: Any, done: dict[int, Any] | None = None) -> Any:
    """A value with every array begun in place of its record; TypeError for what is unfinished.

    What stands in several places is made once, and what holds itself is refused as too deep.
    """
    done = {} if done is None else done
    found: Any
    if id(value) in done:
        return done[id(value)]
    match value:
        case Array(value=array) if array is not None:
            found = array
        case dict():
            found = {plain(key, done): plain(each, done) for key, each in value.items()}
        case list():
            found = [plain(each, done) for each in value]
        case Name() | Kind() | Array():
            raise TypeError(value)
        case tuple():
            found = tuple(plain(each, done) for each in value)
        case _:
            return value
    done[id(value)] = found
    return found


# The instructions, by their bytes.


def _text(length: str) -> Callable[[Machine], None]:
    return lambda m: m.push(m.take(m.number(length)).decode("utf-8", "surrogatepass"))


def _bytes(length: str) -> Callable[[Machine], None]:
    return lambda m: m.push(m.take(m.number(length)))


def _whole(form: str) -> Callable[[Machine], None]:
    return lambda m: m.push(m.number(form))


def _constant(make: Callable[[], Any]) -> Callable[[Machine], None]:
    return lambda m: m.push(make())


def _put(form: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.memo[m.number(form)] = m.stack[-1]

    return step


def _get(form: str) -> Callable[[Machine], None]:
    return lambda m: m.push(m.memo[m.number(form)])


def _tuple(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        if len(m.stack) < count:
            raise IndexError(count)
        found = tuple(m.stack[-count:])
        del m.stack[-count:]
        m.push(found)

    return step


def _append(m: Machine) -> None:
    value = m.stack.pop()
    _as(m.stack[-1], list).append(value)


def _appends(m: Machine) -> None:
    values = m.to_mark()
    _as(m.stack[-1], list).extend(values)


def _set_item(m: Machine) -> None:
    value, key = m.stack.pop(), m.stack.pop()
    _as(m.stack[-1], dict)[key] = value


def _set_items(m: Machine) -> None:
    values = m.to_mark()
    _as(m.stack[-1], dict).update(zip(values[::2], values[1::2], strict=True))


def _as(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _global(m: Machine) -> None:
    m.find(Name(m.line(), m.line()))


def _stack_global(m: Machine) -> None:
    name, module = m.stack.pop(), m.stack.pop()
    m.find(Name(_as(module, str), _as(name, str)))


def _memoize(m: Machine) -> None:
    m.memo[len(m.memo)] = m.stack[-1]


def _long(m: Machine) -> None:
    m.push(int.from_bytes(m.take(m.number("<B")), "little", signed=True))


STEPS: dict[bytes, Callable[[Machine], None]] = {
    b"\x80": lambda m: _as(m.take(1), bytes),  # the protocol's number
    b"\x95": lambda m: _as(m.take(8), bytes),  # the length of a frame
    b"(": lambda m: m.push(MARK),
    b"}": _constant(dict),
    b"]": _constant(list),
    b")": _constant(tuple),
    b"N": _constant(lambda: None),
    b"\x88": _constant(lambda: True),
    b"\x89": _constant(lambda: False),
    b"J": _whole("<i"),
    b"K": _whole("<B"),
    b"M": _whole("<H"),
    b"\x8a": _long,
    b"G": lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
    b"U": _bytes("<B"),  # Python 2's str: bytes
    b"T": _bytes("<i"),
    b"C": _bytes("<B"),
    b"B": _bytes("<I"),
    b"\x8e": _bytes("<Q"),
    b"\x96": _bytes("<Q"),  # bytearray, which nobody changes here
    b"X": _text("<I"),
    b"\x8c": _text("<B"),
    b"\x8d": _text("<Q"),
    b"q": _put("<B"),
    b"r": _put("<I"),
    b"\x94": _memoize,
    b"h": _get("<B"),
    b"j": _get("<I"),
    b"\x85": _tuple(1),
    b"\x86": _tuple(2),
    b"\x87": _tuple(3),
    b"t": lambda m: m.push(tuple(m.to_mark())),
    b"l": lambda m: m.push(m.to_mark()),
    b"d": lambda m: m.push(dict(zip(*[iter(m.to_mark())] * 2, strict=True))),
    b"a": _append,
    b"e": _appends,
    b"s": _set_item,
    b"u": _set_items,
    b"c": _global,
    b"\x93": _stack_global,
    b"R": Machine.call,
    b"b": Machine.build,
    b"0": lambda m: m.stack.pop(),
}


def read_pickle(data: bytes, path: str | Path) -> Any:
    """The plain data in a pickle's bytes, arrays as numpy's; DataError for anything else.

    Texts of Python 2, which are bytes, stay bytes.

        >>> import pickle
        >>> read_pickle(pickle.dumps({"labels": [3, 1, 2], "of": ("a", None, 1.5)}), "x")
        {'labels': [3, 1, 2], 'of': ('a', None, 1.5)}
        >>> read_pickle(pickle.dumps(print), "x")
        Traceback (most recent call last):
        netsheet.core.errors.DataError: x isn't read as pickled data
          it asks for builtins.print, which could be any program
          nothing in it was run
    """
    return Machine(data, path).run()
