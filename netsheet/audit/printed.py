"""Printed numbers: what a text says, to which digit, in which unit; and what could print so.

Requirements met here: a printed number is an exact fraction with the worth of its last digit; K, M
and G may mean powers of 1000 or of 1024; the question asked of it is always "could this exact
count print so?", answered with integers and fractions alone; reading takes time in proportion to
the text, and a number of any length is refused, not computed.
"""

import re
from fractions import Fraction
from typing import NamedTuple

LONGEST = 40
"""Digits of the longest number that is read."""

LETTERS = {"k": 1, "m": 2, "b": 3, "g": 3, "t": 4}
WORDS = {"thousand": 1, "million": 2, "millions": 2, "mio": 2, "billion": 3, "billions": 3}
EAST = {"천": 10**3, "만": 10**4, "백만": 10**6, "천만": 10**7, "억": 10**8, "십억": 10**9}
"""Korean units: a thousand, ten thousand, a million, ten million, a hundred million, a billion."""

UNIT = r"""
    (?P<power>\s*(?:×|x|\*|·|\\times)\s*10(?:\s*(?:\^|\*\*)\s*\{?(?P<exponent>\d{1,2})\}?(?!\d)
      |(?P<super>[⁰¹²³⁴-⁹]{1,2})))
  | [eE]\+?(?P<e>\d{1,2})(?![\w.])
  | \s?(?P<binary>[KMGT]i)(?P<bbyte>B)?(?![\w])
  | \s?(?P<letter>[kKMGBT])(?P<noun>B|iB|FLOPs?|FLOPS|flops|MACs?|Macs?|Flops?|Ops|ops)?(?!\w)
  | [\s-]?(?P<word>thousand|millions?|mio|billions?)\b
  | \s?(?P<east>천만|백만|십억|천|만|억)
  | \s?(?P<percent>%|percent\b|\\%)
"""
NUMBER = re.compile(
    rf"""
    (?P<whole>\d{{1,3}}(?:(?:,|\{{,\}})\d{{3}})+(?!\d)|\d{{1,3}}(?:[_'  ]\d{{3}})+(?!\d)|\d+)
    (?P<fraction>\.\d+)?
    (?:{UNIT})?
    """,
    re.VERBOSE,
)
_ABOUT = re.compile(
    r"\s*(?:about|around|roughly|approximately|approx\.?|some|nearly|[~≈\u223c])\s*"
)
_BOUND = re.compile(
    r"\s*(?:(?P<less><=?|≤|less than|at most|under)|(?P<more>>=?|≥|more than|over))\s*"
)
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Printed(NamedTuple):
    """A number as it stands in a text.

    value: what is written before its unit. digit: worth of its last digit. zeros: how many zeros
    a whole number ends in, each of which may be a digit or only hold a place. scales: what its
    unit may mean, simplest first. about: whether the text says that it is near. bound: "<", ">"
    or nothing. bytes: whether it is a size in bytes; percent: whether it is a share. bare: whether
    it has no unit of its own, so that zeros at its end may only hold places.
    """

    text: str
    value: Fraction
    digit: Fraction
    zeros: int = 0
    scales: tuple[int, ...] = (1,)
    about: bool = False
    bound: str = ""
    bytes: bool = False
    percent: bool = False
    bare: bool = True

    @property
    def exact(self) -> bool:
        """Whether it is a whole number without a unit: every digit is there."""
        return self.digit == 1 and self.scales == (1,)


def read_printed(text: str) -> Printed | None:
    """The number that a whole text is, such as `1.07M`, `~60 million` or `1.8×10^9`.

    None if it is none.

    >>> read_printed("1,072K").value, read_printed("1,072K").scales
    (Fraction(1072, 1), (1000, 1024))
    """
    place, about, bound = 0, False, ""
    if found := _ABOUT.match(text):
        place, about = found.end(), True
    if found := _BOUND.match(text, place):
        place, bound = found.end(), "<" if found["less"] else ">"
    number = NUMBER.match(text, place)
    if number is None or text[number.end() :].strip(" .+"):
        return None
    printed = printed_number(number)
    return None if printed is None else printed._replace(text=text, about=about, bound=bound)


def printed_number(found: re.Match[str]) -> Printed | None:
    """What a match of `NUMBER` says; None if it is too long for a number."""
    whole, fraction = found["whole"], found["fraction"] or ""
    if len(whole) + len(fraction) > LONGEST:
        return None
    plain = re.sub(r"\D", "", whole)
    decimals = max(0, len(fraction) - 1)
    value = Fraction(int(plain + fraction[1:]), 10**decimals)
    zeros = 0 if decimals or not int(plain) else len(plain) - len(plain.rstrip("0"))
    digit = Fraction(1, 10**decimals)
    scales, percent = _scales(found)
    sized = bool(found["bbyte"] or (found["letter"] and found["noun"] in {"B", "iB"}))
    if found["noun"] == "iB":
        scales = scales[-1:]
    bare = scales == (1,)
    return Printed(found[0], value, digit, zeros, scales, bytes=sized, percent=percent, bare=bare)


def _scales(found: re.Match[str]) -> tuple[tuple[int, ...], bool]:
    """What the unit may mean, and whether it is percent."""
    scales: tuple[int, ...] = (1,)
    if found["power"]:
        scales = (10 ** int((found["exponent"] or found["super"]).translate(_SUPER)),)
    elif found["e"]:
        scales = (10 ** int(found["e"]),)
    elif found["binary"]:
        scales = (1024 ** LETTERS[found["binary"][0].lower()],)
    elif found["letter"]:
        power = LETTERS[found["letter"].lower()]
        scales = (1000**power, 1024**power)
    elif found["word"]:
        scales = (1000 ** WORDS[found["word"]],)
    elif found["east"]:
        scales = (EAST[found["east"]],)
    return scales, bool(found["percent"])


class Form(NamedTuple):
    """A way of printing: what the unit means, whether it is cut, and how many zeros hold places."""

    scale: int = 1
    cut: bool = False
    places: int = 0

    @property
    def cost(self) -> int:
        """How far it is from the plain way: thousands, rounded, every digit meant."""
        return self.binary + self.cut + bool(self.places)

    @property
    def binary(self) -> bool:
        """Whether the unit is a power of 1024."""
        return self.scale > 1 and self.scale % 1024 == 0

    def words(self, printed: Printed) -> list[str]:
        """What is unusual about it, in words."""
        found = []
        if self.binary:
            letter = {1: "K", 2: "M", 3: "G", 4: "T"}[(self.scale.bit_length() - 1) // 10]
            power = {"K": "", "M": "²", "G": "³", "T": "⁴"}[letter]
            found.append(f"{letter} = 1024{power}")
        if self.cut:
            found.append("cut instead of rounded")
        if self.places:
            digits = len(str(int(printed.value))) - self.places
            found.append(f"to {_COUNTED.get(digits, digits)} digit{'s' * (digits != 1)}")
        return found


_COUNTED = {1: "one", 2: "two", 3: "three", 4: "four"}


def forms(printed: Printed) -> list[Form]:
    """Every way in which a number may have been printed, the plainest first."""
    coarse = printed.zeros if printed.about or printed.bare else 0
    every = [
        Form(scale, cut=cut, places=places)
        for scale in printed.scales
        for places in range(coarse + 1)
        for cut in (False, True)
        if not (cut and printed.digit * 10**places * scale == 1)
    ]
    return sorted(every, key=lambda form: (form.cost, form.places, form.binary))


def prints(count: Fraction | int, printed: Printed, form: Form) -> bool:
    """Whether an exact count prints so in this form.

    Rounding is half up or half to even; a cut number loses what is behind its last digit.
    """
    exact = Fraction(count) / form.scale
    digit = printed.digit * 10**form.places
    steps = Fraction((exact - printed.value) / digit)
    if form.cut:
        return bool(0 <= steps < 1)
    if steps == Fraction(1, 2):
        return bool((printed.value / digit) % 2 == 0)
    return bool(-Fraction(1, 2) <= steps < Fraction(1, 2))


def fitting(count: Fraction | int, printed: Printed) -> list[Form]:
    """Every form in which an exact count prints so, the plainest first."""
    return [form for form in forms(printed) if prints(count, printed, form)]


def beside(count: Fraction | int, printed: Printed) -> bool:
    """Whether a number is off by one in its last digit: neither rounded nor cut, but next to it.

    A whole number without a unit is exact, and is not rounded at all.
    """
    if printed.exact:
        return False
    for scale in printed.scales[:1]:
        exact = Fraction(count) / scale
        right = (exact / printed.digit + Fraction(1, 2)).__floor__() * printed.digit
        if abs(right - printed.value) == printed.digit and (printed.value > 9 * printed.digit):
            return True
    return False


class Interval(NamedTuple):
    """All the exact counts that print so, from `low` to `high`, both in: for sums and products."""

    low: Fraction
    high: Fraction

    def meets(self, other: "Interval") -> bool:
        """Whether the two share a value."""
        return self.low <= other.high and other.low <= self.high

    def times(self, factor: int | Fraction) -> "Interval":
        """The interval of the products with a positive factor."""
        return Interval(self.low * factor, self.high * factor)

    def plus(self, other: "Interval") -> "Interval":
        """The interval of the sums."""
        return Interval(self.low + other.low, self.high + other.high)

    def over(self, other: "Interval") -> "Interval":
        """The interval of the quotients of positive numbers."""
        return Interval(self.low / other.high, self.high / max(other.low, Fraction(1, 10**30)))


def interval(printed: Printed, *, scale: int | None = None, cut: bool = True) -> Interval:
    """All exact counts that print so in one unit, rounded or (if `cut`) cut."""
    unit = printed.scales[0] if scale is None else scale
    digit = printed.digit * (10**printed.zeros if printed.about else 1)
    half = Fraction(0) if printed.exact and not printed.about else digit / 2
    low = printed.value - half
    high = printed.value + (digit if cut and half else half)
    return Interval(low * unit, high * unit)
