"""Arithmetic in prose: what is a claim, what is said of it, and what is none."""

import random
from pathlib import Path

import pytest

import netsheet as ns
from netsheet.audit.prose import expression
from netsheet.audit.prose.find import claims
from netsheet.audit.reading import Grounds
from netsheet.audit.verdict import Finding, Verdict

A, C, R, D, X, U = Verdict


def judged(text: str, source: str = "x.md") -> list[tuple[str, Verdict]]:
    """Text and verdict of every claim."""
    return [(finding.text, finding.verdict) for finding in claims(text, source)]


def only(text: str, source: str = "x.md") -> Finding:
    """The one claim of a text."""
    (found,) = claims(text, source)
    return found


LECTURE = [
    ("a 7 by 7 image, 3 by 3 filter, no padding: 5 by 5 output", [A]),
    (
        "32 by 32 by 3 image, 5 by 5 by 3 filter: 28 by 28 by 1, since (32-5+1) by (32-5+1) by (3-3+1)",
        [A, A],
    ),
    ("32 by 32 by 3 image, four 5 by 5 by 3 filters: 28 by 28 by 4", [A]),
    (
        "32 by 32 by 3, then conv 5 by 5 with 4 filters, ReLU, conv 5 by 5 with 10 filters: 28 by 28 by 4, then 24 by 24 by 10",
        [A],
    ),
    ("7 inputs, kernel of 3 (one dimension): stride 1 gives 5 outputs, stride 2 gives 3", [A, A]),
    ("5 inputs, kernel of 3 (one dimension), zero padding 1, stride 1: 5 outputs", [A]),
    ("size kept at stride 1 by padding 1 for 3 by 3, 2 for 5 by 5, 3 for 7 by 7", [A, A, A]),
    (
        "5 x 5 x 3 x 4 for 32 by 32 by 3 to 28 by 28 by 4; 5 x 5 x 4 x 10 for the next one",
        [A, A],
    ),
    (
        "40 by 50 by 128 in, 40 by 50 by 64 out, 3 by 3 kernel, padding 1, stride 1: 3 x 3 x 128 x 64 = 76,728",
        [A, D],
    ),
    ("1 by 1 convolution from 128 to 32 channels", [U]),
    ("layer 1: 11 x 11 x 3 x 48 * 2 = 35k", [A]),
    ("layer 2: 5 x 5 x 48 x 128 * 2 = 307k", [A]),
    ("layer 3: 3 x 3 x 128 * 2 x 192 * 2 = 884k", [C]),
    ("layer 4: 3 x 3 x 192 x 192 * 2 = 663k", [C]),
    ("layer 5: 3 x 3 x 192 x 128 * 2 = 442k", [A]),
    ("layer 6: 13 x 13 x 128 * 2 x 2048 * 2 = 177M", [A]),
    ("layer 7: 2048 * 2 x 2048 * 2 = 16M", [C]),
    ("layer 8: 2048 * 2 x 1000 = 4M", [A]),
]
"""The arithmetic of an introductory lecture, line by line."""


@pytest.mark.parametrize(("text", "verdicts"), LECTURE, ids=[text[:30] for text, _ in LECTURE])
def test_a_lecture_is_read_line_by_line(text: str, verdicts: list[Verdict]) -> None:
    """Every line is recognised; exactly the false product is called false."""
    assert verdicts == [finding.verdict for finding in claims(f"- {text}\n", "x.md")]


@pytest.mark.parametrize("place", range(len(LECTURE)))
def test_a_lecture_with_one_digit_changed_is_caught(place: int) -> None:
    """Negative control: with its last result changed, no line that claims something passes."""
    text, verdicts = LECTURE[place]
    if {U, D} & set(verdicts):
        return
    head, digit = max(
        (i, c)
        for i, c in enumerate(text)
        if c.isdigit() and (i + 1 == len(text) or not text[i + 1].isdigit())
    )
    if "for 7 by 7" in text:
        head = text.index("3 for 7 by 7")
        digit = "3"
    if "for the next one" in text:
        head = text.index("4 x 10 for")
        digit = "4"
    wrong = text[:head] + str((int(digit) + 3) % 10) + text[head + 1 :]
    found = [finding.verdict for finding in claims(f"- {wrong}\n", "x.md")]
    assert found != verdicts


def test_cut_results_are_said_to_be_cut() -> None:
    """663k, 884k and 16M are cut, and the exact product stands beside each."""
    cut = [only(text) for text, verdicts in LECTURE if verdicts == [C]]
    assert [("cut instead of rounded",)] * 3 == [finding.ways for finding in cut]
    assert ["it is 884,736", "it is 663,552", "it is 16,777,216"] == [f.why for f in cut]


def test_with_alexnet_layer_six_is_told_apart() -> None:
    """The product is right, the network has other weights, and the pool that was skipped is named."""
    grounds = Grounds.of(ns.load("alexnet").sheet())
    text = "\n".join(f"- {line}" for line, _ in LECTURE[10:])
    found = [f for f in claims(text, "x.md", grounds) if f.subject.startswith(("conv", "fc"))]
    assert ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"] == [
        finding.subject for finding in found
    ]
    assert [A, A, A, A, A, D, A, A] == [finding.verdict for finding in found]
    assert (
        "the product is right, but fc6 has 37,748,736 weights; "
        "hypothesis: pool5 skipped, 13×13 for 6×6 at fc6"
    ) == found[5].why


def test_counts_against_a_network() -> None:
    """60 million and 650,000 are cut; 70 million is wrong; a filter's weights are left alone."""
    grounds = Grounds.of(ns.load("alexnet").sheet())
    texts = {
        "It has 60 million parameters and 650,000 neurons.": [C, C],
        "It has 70 million parameters.": [D],
        "It has 61.0M parameters.": [A],
        "conv2 has 307,456 parameters.": [A],
        "conv2 has 307,457 parameters.": [D],
        "A filter has 363 weights.": [],
        "It has 12 million fewer parameters.": [],
        "6×6×256 → 4096": [U, A],
    }
    assert texts == {
        text: [finding.verdict for finding in claims(text, "x.md", grounds)] for text in texts
    }


@pytest.mark.parametrize(
    ("text", "verdict", "hint"),
    [
        ("55x55x48x2 = 253,440", D, "it is 290,400; it would be right with 48 for one 55"),
        ("7x7x128x2 = 43,264", D, "it is 12,544; it would be right with 13×13 for 7×7"),
        ("13x13x128x2 = 43,264", A, ""),
        (
            "(9216+1)*4096 = 37,748,736",
            D,
            "it is 37,752,832; it would be right without the 1 that is added",
        ),
        ("(9216+1)*4096 = 37,752,832", A, ""),
        ("10x10x16x(25+1) = 41,600", A, ""),
        ("(227 - 11)/4 + 1 = 55", A, ""),
        ("(224 - 11)/4 + 1 = 55", D, "it is 54.25"),
        ("3×3×128×64 = 73,728", A, ""),
        ("3·3·128·64 = 73,728", A, ""),
        ("3X3X128X64 = 73,728", A, ""),
        ("3 times 3 times 128 times 64 equals 73,728", A, ""),
        ("73,728 = 3 x 3 x 128 x 64", A, ""),
        ("3^2 x 128 x 64 = 73,728", A, ""),
        ("3² × 128 × 64 = 73,728", A, ""),
        ("3**2 * 128 * 64 = 73,728", A, ""),
        ("3 x 3 x 128 x 64 ≈ 74K", A, ""),
        ("3 x 3 x 128 x 64 = ~70K", C, "it is 73,728"),
        ("3 x 3 x 128 x 64 ≈ 72K", C, "it is 73,728"),
        ("32\\*32\\*3 = 3072", A, ""),
        ("`3*3*128*64` = `73,728`", A, ""),
        ("**3 x 3 x 128 x 64** = **73,728**", A, ""),
        ("24M * 4 bytes ~= 93MB", C, "it is 96,000,000"),
        ("112*112*64=800K", C, "it is 802,816"),
        ("12 + 16 + 4 = 32", A, ""),
        ("GFLOPs = 2 x GMACs", A, ""),
        ("GMACs = 2 x GFLOPs", D, "a multiply-add is two operations: FLOPs = 2 × MACs"),
        ("1 MAC = 2 FLOPs", A, ""),
        (
            "12x fewer parameters, 6.8 million against 60 million",
            X,
            "60 million / 6.8 million is 8.8, not 12",
        ),
        ("9x fewer parameters, 6.8 million against 60 million", A, ""),
    ],
)
def test_equalities_and_ratios(text: str, verdict: Verdict, hint: str) -> None:
    """Every sign of multiplication, both sides, rounding, and what may have gone wrong."""
    found = only(f"So {text} here.\n" if not text.startswith(("G", "1 M")) else f"{text}\n")
    assert (verdict, hint) == (found.verdict, found.why)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("파라미터 수는 3 x 3 x 128 x 64 = 73,728개이다.", A),
        ("파라미터 수는 3 x 3 x 128 x 64 = 76,728개이다.", D),
        ("7x7 이미지, 3x3 필터, 패딩 없음: 5x5 출력", A),
        ("7x7 이미지, 3x3 필터, 패딩 없음: 6x6 출력", D),
        ("가중치는 2048 * 2 × 1000 = 410만", A),
    ],
)
def test_korean_around_the_numbers(text: str, verdict: Verdict) -> None:
    """Korean words and units stand around the arithmetic."""
    assert verdict is only(text + "\n").verdict


def test_latex() -> None:
    r"""\times, \cdot, {,} and $ are LaTeX's; what stands behind % is a comment."""
    text = "Weights: $3 \\times 3 \\times 128 \\cdot 64 = 76{,}728$.\n% 2 \\times 3 = 7000\n"
    assert [("3 \\times 3 \\times 128 \\cdot 64 = 76{,}728", D)] == judged(text, "x.tex")


def test_html() -> None:
    """Tags, entities and superscripts are read away; scripts and styles are left alone."""
    text = (
        "<html><style>a{b:3*3=7000}</style><script>3*300 = 7</script>\n<p>It has <b>3 &times; 3 "
        "&times; 128</b>\n&times; 64 = 76,728 weights.</p><p>3<sup>2</sup> &#215; 100 = 900</p>"
    )
    assert [("3 × 3 × 128 × 64 = 76,728", D), ("3^2 × 100 = 900", A)] == judged(text, "x.html")
    assert [2, 3] == [f.span.line for f in claims(text, "x.html") if f.span]


def test_code_in_a_language_is_left_alone() -> None:
    """Fenced code of a language is a program's; a fence without one, or of text, is read."""
    fence = "```{}\n3 x 3 x 128 x 64 = 76,728\n```\n"
    found = {name: judged(fence.format(name)) for name in ("python", "json", "", "text")}
    wrong = [("3 x 3 x 128 x 64 = 76,728", D)]
    assert {"python": [], "json": [], "": wrong, "text": wrong} == found


NO_CLAIMS = [
    "Version 1.2 = 3, released 2019-03-01 = March",
    "f(3 x 3) = 10",
    "a = 3 x 4",
    "k x 3 x 3 = 9000",
    "n * 128 * 64 = 76,728",
    "3 x 3 x 128 x c = 76,728",
    "x[3 * 4] = 76",
    "[link](https://example.org/3x3x128=7) and https://example.org/a?b=3*3=8",
    "<!-- 3 x 3 x 128 = 7 -->",
    "2x faster than 4x 5",
    "1 + 1 = 3",
    "maxDataSize = 1024 * 1024",
    "`~1.2.3` := `>=1.2.3 <1.(2+1).0` := `>=1.2.3 <1.3.0`",
    "resnext50_32x4d(num_classes=1000)",
    "kernel_size=(3, 3), stride=(2, 2)",
    "16 x 16 = 14 x 14 patches",
    "| 3 x 3 | 128 = 76 |",
    "sqrt(64 x 64) = 64",
    "5 x 10 = many",
    "in 2012 (the year) = 7000",
    "a 3x3 convolution with stride 2",
    "crops of 224x224 from images of 256x256",
    "image 224x224, first layer 7x7 filters, final feature map 7x7x512",
    "5.7x faster than 4.9x",
    "1.2.3 * 4 = 5000",
    "$f(x) = 3 \\times x = 700$",
    "50 % x 300 = 150",
]


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_what_is_no_claim_is_left_alone(text: str) -> None:
    """Versions, code, letters, links, dates, functions: nothing is said of them, least of all no."""
    assert [] == [found for found in judged(text + "\n") if found[1] is not U]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("input 32x32x3, kernel 5x5, padding 2, stride 1, output 32x32", A),
        ("input 32x32x3, kernel 5x5, padding 2, stride 1, output 28x28", D),
        ("input 32x32x3, kernel 5x5, stride 1, output 32x32", C),
        ("input 224x224x3, kernel 7x7, padding 3, output 112x112", C),
        ("input 32x32x3, kernel 5x5, output 17x17", U),
        ("32x32x3 image, six 5x5 filters, no padding: 28x28x4", D),
        ("For a 7x7 input and a 3x3 filter with stride 1 and pad 0 we would get a 5x5 output", A),
    ],
)
def test_convolutions_in_words(text: str, verdict: Verdict) -> None:
    """A stride or padding that is unsaid may be any usual one; one that is said must fit."""
    assert [verdict] == [found for _, found in judged(text + ".\n")]


def test_a_claim_knows_its_place() -> None:
    """Line and columns of a claim in the document, over a break too."""
    text = "# T\n\nSome words, so 3 x 3 x 64\nx 64 = 36,864 weights.\n"
    found = only(text)
    assert found.span is not None
    assert (3, "3 x 3 x 64") == (
        found.span.line,
        found.span.text[found.span.start : found.span.end],
    )
    assert "3 x 3 x 64 x 64 = 36,864" == found.text


HOSTILE = {
    "gigantic numbers": "9" * 5_000 + " x " + "9" * 5_000 + " = 1",
    "a million on one line": "3 x " * 5_000 + "3 = 7",
    "nested brackets": "(" * 5_000 + "1" + ")" * 5_000 + " = 2",
    "open brackets": "(1+" * 5_000 + " = 2",
    "powers of powers": "9^9^9^9^9^9 = 1 and 10^12 x 10^12 x 10^12 x 10^12 = 1",
    "equals": "= " * 5_000,
    "stars": "*" * 5_000,
    "backslashes": "\\" * 5_000,
    "links": "[" * 5_000 + "](" * 5_000,
    "tags": "<a " * 5_000,
    "comments": "<!--" * 5_000,
    "digits and commas": "1,234," * 10_000,
    "points": "1.2." * 5_000,
    "x": "x" * 5_000,
    "3x": "3x" * 5_000,
    "bars": "|---" * 5_000 + "\n" + "|a" * 5_000,
    "long words": "a" * 200_000,
    "fences": "```\n" * 5_000,
    "division by nothing": "3 x 3 / 0 = 5 and 3 / (2 - 2) = 900",
    "controls": "\x00\x1b[31m 3 x 3 x 64 = 7 \u202e",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("source", ["x.md", "x.html", "x.tex"])
def test_hostile_documents_are_read_in_bounded_work(
    name: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the text, each token is looked at a bounded number of times, and nothing breaks."""
    looked = 0
    real = expression.Reader._factor

    def counted(self: expression.Reader, at: int, depth: int) -> expression.Expression | None:
        nonlocal looked
        looked += 1
        return real(self, at, depth)

    monkeypatch.setattr(expression.Reader, "_factor", counted)
    text = HOSTILE[name] + "\n"
    found = list(claims(text, source))
    assert looked <= 40 * (len(text) + 100)
    assert len(found) <= len(text)


def test_no_text_breaks_the_reader() -> None:
    """Random strings of the signs that matter give findings or none, and never an error."""
    signs = ["3", "64", "1,000", "35k", "x", "*", "×", "(", ")", "=", "->", "by", ":", ",", ".", " ", "\n",
             "conv", "filter", "image", "output", "padding", "stride", "with", "^", "/", "+", "-", "`", "$",
             "layer", "against", "fewer", "parameters", "|", "\\times", "%", "²"]  # fmt: skip
    chance = random.Random(7)  # noqa: S311 the same texts each time
    grounds = Grounds.of(ns.load("lenet5").sheet())
    for place in range(300):
        text = " ".join(chance.choices(signs, k=40))
        for finding in claims(text, "x.md", None if place % 30 else grounds):
            assert isinstance(finding.verdict, Verdict)


def test_nothing_is_evaluated() -> None:
    """No module of the audit calls eval, exec or compile."""
    folder = Path(expression.__file__).parents[1]
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(
            f"{word}(" in text.replace("re.compile(", "") for word in ("eval", "exec", "compile")
        )
