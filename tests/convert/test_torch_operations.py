"""Operations of torch, as people call them: each is imported whole, and computes the same."""

# A module that is called gives anything, as far as types tell.
# mypy: disable-error-code="no-any-return"

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn
from torch.nn import functional

import netsheet as ns
from support.importing import assert_imports_whole

Call = Callable[..., Any]

MAP = (8, 6, 6)


class Calling(nn.Module):
    """A convolution, a function of its map, and whatever it needs of parameters."""

    def __init__(self, call: Call, **parameters: tuple[int, ...]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.call = call
        for name, shape in parameters.items():
            setattr(self, name, nn.Parameter(torch.randn(shape)))

    def forward(self, x: Tensor) -> Any:
        """The function of the convolution's map, and of the parameters."""
        names = [name for name, _ in self.named_parameters(recurse=False)]
        return self.call(self.conv(x), *(getattr(self, name) for name in names))


def halves(x: Tensor) -> Tensor:
    """The first half of the channels, gated by the second."""
    one, other = x.chunk(2, dim=1)
    return one * other.sigmoid()


def shuffled(x: Tensor) -> Tensor:
    """A channel shuffle, as ShuffleNet's authors write it."""
    batch, channels, height, width = x.shape
    x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2).contiguous()
    return x.view(batch, -1, height, width)


def to_depth(x: Tensor) -> Tensor:
    """Patches of 2×2 to channels, the patch first, as TResNet has it."""
    n, c, h, w = x.shape
    x = x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).contiguous()
    return x.view(n, c * 4, h // 2, w // 2)


def to_pixels(x: Tensor) -> Tensor:
    """Channels to patches of 2×2, by hand."""
    n, c, h, w = x.shape
    x = x.view(n, c // 4, 2, 2, h, w).permute(0, 1, 4, 2, 5, 3)
    return x.reshape(n, c // 4, 2 * h, 2 * w)


def focus(x: Tensor) -> Tensor:
    """Every other pixel four times, as YOLOv5's first layer."""
    corners = x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]
    return torch.cat(corners, 1)


def self_attention(x: Tensor) -> Tensor:
    """Attention between positions, by two products of maps."""
    q = x.flatten(2).transpose(1, 2)
    shares = torch.softmax(q @ q.transpose(-2, -1) / 8**0.5, dim=-1)
    return (shares @ q).transpose(1, 2).reshape(x.shape)


def heads(x: Tensor) -> Tensor:
    """Attention with two heads, by torch's own function."""
    q = x.flatten(2).reshape(x.shape[0], 2, 4, 36).transpose(2, 3)
    y = functional.scaled_dot_product_attention(q, q, q)
    return y.transpose(2, 3).reshape(x.shape)


def split_attention(x: Tensor) -> Tensor:
    """Two parts weighted by shares over the parts, as ResNeSt does."""
    parts = x.reshape(x.shape[0], 2, 4, *x.shape[2:])
    gap = parts.sum(dim=1).mean((2, 3), keepdim=True)
    shares = torch.softmax(torch.cat([gap, 2 * gap], 1).view(x.shape[0], 2, 4), dim=1)
    return (parts * shares.view(x.shape[0], 2, 4, 1, 1)).sum(dim=1)


def global_context(x: Tensor) -> Tensor:
    """A sum of all positions, weighted by shares over the positions."""
    shares = x.mean(1, keepdim=True).reshape(x.shape[0], 1, -1).softmax(-1)
    context = torch.matmul(x.reshape(x.shape[0], 8, -1), shares.transpose(1, 2))
    return x + context.reshape(x.shape[0], 8, 1, 1)


def response_norm(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """Global response normalisation, as ConvNeXt V2 has it."""
    strength = x.norm(p=2, dim=(2, 3), keepdim=True)
    strength = strength / (strength.mean(dim=1, keepdim=True) + 1e-6)
    return x + torch.addcmul(beta.view(1, -1, 1, 1), gamma.view(1, -1, 1, 1), x * strength)


def channels_last(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A linear layer and a norm at every position, channels behind."""
    x = functional.layer_norm(x.permute(0, 2, 3, 1), (8,))
    x = functional.gelu(functional.linear(x, weight, bias))
    return x.permute(0, 3, 1, 2)


def efficient_channels(x: Tensor, weight: Tensor) -> Tensor:
    """Efficient channel attention: a convolution along the channels."""
    y = x.mean((2, 3)).view(x.shape[0], 1, -1)
    y = functional.conv1d(y, weight, padding=1).view(x.shape[0], -1, 1, 1).sigmoid()
    return x * y.expand_as(x)


def shortcut_a(x: Tensor) -> Tensor:
    """Every other pixel, and channels of zeros: ResNet's shortcut without parameters."""
    return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 4, 4))


def in_place(x: Tensor) -> Tensor:
    """Steps that overwrite their input, without using what they give."""
    y = x.clone()
    y.relu_()
    y += x
    y.mul_(0.5)
    return y


CALLS: dict[str, Call] = {
    # activations
    "F.relu": functional.relu,
    "torch.relu": torch.relu,
    "x.relu()": lambda x: x.relu(),
    "F.relu6": functional.relu6,
    "leaky_relu": lambda x: functional.leaky_relu(x, 0.2),
    "elu": lambda x: functional.elu(x, 0.5),
    "selu": functional.selu,
    "celu": lambda x: functional.celu(x, 0.5),
    "gelu": functional.gelu,
    "gelu, approximated": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
    "mish": functional.mish,
    "hardswish": functional.hardswish,
    "hardsigmoid": functional.hardsigmoid,
    "hardtanh": lambda x: functional.hardtanh(x, -0.5, 2.0),
    "clamp": lambda x: x.clamp(-0.5, 2),
    "clamp from below": lambda x: torch.clamp(x, min=0.1),
    "clamp at 0": lambda x: x.clamp(min=0),
    "softplus": lambda x: functional.softplus(x, beta=2),
    "softsign": functional.softsign,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "logsigmoid": functional.logsigmoid,
    "softmax": lambda x: x.softmax(1),
    "softmax over a row": lambda x: functional.softmax(x, dim=-1),
    "log_softmax": lambda x: functional.log_softmax(x, dim=1),
    "glu": lambda x: functional.glu(x, dim=1),
    "dropout": lambda x: functional.dropout(x, 0.3, training=False),
    "swish by hand": lambda x: x * torch.sigmoid(1.702 * x),
    "hard swish by hand": lambda x: x * (functional.relu6(x + 3.0) / 6.0),
    # arithmetic
    "x + 1": lambda x: x + 1,
    "1 - x": lambda x: 1 - x,
    "2 * x": lambda x: 2 * x,
    "x / 4": lambda x: x / 4,
    "-x": lambda x: -x,
    "1 / x": lambda x: 1 / (x.abs() + 1),
    "x ** 2": lambda x: x**2,
    "2 ** x": lambda x: 2.0**x,
    "sqrt": lambda x: (x.abs() + 1).sqrt(),
    "rsqrt": lambda x: torch.rsqrt(x.square() + 1),
    "exp": torch.exp,
    "log": lambda x: torch.log(x.abs() + 1),
    "x + x": lambda x: x + x.relu(),
    "x - x": lambda x: x - x.relu(),
    "x * gate": lambda x: x * x.mean((2, 3), keepdim=True),
    "x / norm": lambda x: x / (x.norm(dim=1, keepdim=True) + 1),
    "gate * gate": lambda x: x.mean((2, 3), keepdim=True) * x.mean(1, keepdim=True),
    "maximum": lambda x: torch.maximum(x, -x),
    "minimum": lambda x: torch.min(x, x.tanh()),
    "maximum with a number": lambda x: torch.maximum(x, torch.tensor(0.5)),
    "in place": in_place,
    # reductions
    "mean of positions": lambda x: x.mean((2, 3)),
    "mean, kept": lambda x: x.mean([2, 3], keepdim=True),
    "mean twice": lambda x: x.mean(3).mean(2),
    "mean of channels": lambda x: x.mean(dim=1, keepdim=True),
    "sum": lambda x: x.sum(dim=(1, 3)),
    "amax": lambda x: x.amax((2, 3)),
    "max, values only": lambda x: x.max(dim=1, keepdim=True)[0],
    "amin": lambda x: torch.amin(x, 2),
    "var": lambda x: x.var((2, 3), unbiased=False, keepdim=True),
    "var, unbiased": lambda x: x.var(dim=(2, 3)),
    "std": lambda x: torch.std(x, 1, keepdim=True),
    "all of a sample": lambda x: x.mean((1, 2, 3)),
    "normalize": lambda x: functional.normalize(x, dim=1),
    # shapes
    "flatten": lambda x: torch.flatten(x, 1),
    "view": lambda x: x.view(x.size(0), -1),
    "reshape": lambda x: x.reshape(-1, 4, 2, 36),
    "unsqueeze": lambda x: x.unsqueeze(2).squeeze(2),
    "permute": lambda x: x.permute(0, 2, 3, 1),
    "transpose": lambda x: x.transpose(1, 3),
    "movedim": lambda x: torch.movedim(x, 1, -1),
    "mT": lambda x: x.mT,
    "expand": lambda x: x.mean((2, 3), keepdim=True).expand(-1, -1, 6, 6),
    "repeat": lambda x: x.repeat(1, 2, 1, 1),
    "channel shuffle": shuffled,
    "channel shuffle of torch": lambda x: functional.channel_shuffle(x, 4),
    "space to depth": to_depth,
    "depth to space": to_pixels,
    "pixel shuffle": lambda x: functional.pixel_shuffle(x, 2),
    "pixel unshuffle": lambda x: functional.pixel_unshuffle(x, 2),
    # slices and joins
    "slice of channels": lambda x: x[:, 2:6],
    "slice of positions": lambda x: x[:, :, 1:-1, ::2],
    "one position": lambda x: x[:, :, 0, 0],
    "a new axis": lambda x: x[:, None].squeeze(1),
    "chunk": halves,
    "split": lambda x: torch.cat(torch.split(x, [2, 6], 1)[::-1], 1),
    "narrow": lambda x: x.narrow(1, 2, 4),
    "select": lambda x: x.select(1, 3),
    "unbind": lambda x: sum(x.unbind(1)),
    "focus": focus,
    "cat": lambda x: torch.cat([x, x.relu()], 1),
    "cat along rows": lambda x: torch.cat((x.mean(3, keepdim=True), x[:, :, :, :1]), dim=2),
    "stack": lambda x: torch.stack([x, -x], dim=1).sum(1),
    # borders and sizes
    "pad": lambda x: functional.pad(x, (1, 2, 0, 3)),
    "pad, mirrored": lambda x: functional.pad(x, (2, 2, 2, 2), mode="reflect"),
    "pad, repeated": lambda x: functional.pad(x, (1, 0, 1, 0), mode="replicate"),
    "pad, negative": lambda x: functional.pad(x, (-1, 1, -1, 1)),
    "shortcut A": shortcut_a,
    "pad, then max pool": lambda x: functional.max_pool2d(
        functional.pad(x, (0, 1, 0, 1), value=float("-inf")), 2, 2
    ),
    "pad, then average pool": lambda x: functional.avg_pool2d(
        functional.pad(x, (0, 1, 1, 0)), 3, 2
    ),
    "interpolate by 2": lambda x: functional.interpolate(x, scale_factor=2),
    "interpolate to a size": lambda x: functional.interpolate(x, size=(9, 11), mode="bilinear"),
    "interpolate, corners aligned": lambda x: functional.interpolate(
        x, size=13, mode="bilinear", align_corners=True
    ),
    "interpolate, cubic": lambda x: functional.interpolate(x, size=(10, 10), mode="bicubic"),
    "interpolate, smaller": lambda x: functional.interpolate(x, scale_factor=0.5, mode="nearest"),
    # pools and norms
    "max_pool2d": lambda x: functional.max_pool2d(x, 3, 2, 1, ceil_mode=True),
    "avg_pool2d": lambda x: functional.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
    "adaptive_avg_pool2d": lambda x: functional.adaptive_avg_pool2d(x, (2, None)),
    "adaptive_max_pool2d": lambda x: functional.adaptive_max_pool2d(x, 1),
    "layer_norm of all": lambda x: functional.layer_norm(x, x.shape[1:]),
    "layer_norm over rows": lambda x: functional.layer_norm(x, (6,)),
    "group_norm": lambda x: functional.group_norm(x, 4),
    "instance_norm": functional.instance_norm,
    "local_response_norm": lambda x: functional.local_response_norm(x, 3),
    "rms_norm": lambda x: functional.rms_norm(x.permute(0, 2, 3, 1), (8,), eps=1e-6),
    # products
    "self-attention": self_attention,
    "attention with heads": heads,
    "split attention": split_attention,
    "global context": global_context,
    "matmul": lambda x: x @ x.transpose(2, 3),
    "einsum of two maps": lambda x: torch.einsum("bchw,bdhw->bcd", x, x.relu()),
    # several outputs
    "several outputs": lambda x: (x.relu(), x.mean((2, 3))),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_is_imported_whole(name: str) -> None:
    """What torch does with a convolution's map, the sheet says and the sheet's module does."""
    assert_imports_whole(Calling(CALLS[name]), MAP)


WITH_PARAMETERS: dict[str, tuple[Call, dict[str, tuple[int, ...]]]] = {
    "bare convolution": (
        lambda x, w, b: functional.conv2d(x, w, b, stride=2, groups=2),
        {"w": (6, 4, 3, 3), "b": (6,)},
    ),
    "bare linear": (
        lambda x, w, b: functional.linear(x.flatten(1), w, b),
        {"w": (5, 288), "b": (5,)},
    ),
    "@ on the right": (lambda x, w: x.mean((2, 3)) @ w, {"w": (8, 5)}),
    "@ on a map": (lambda x, w: x @ w, {"w": (6, 5)}),
    "@ from the left": (lambda x, w: w @ x.flatten(2), {"w": (5, 8)}),
    "addmm": (lambda x, b, w: torch.addmm(b, x.mean((2, 3)), w), {"b": (5,), "w": (8, 5)}),
    "einsum with a matrix": (lambda x, w: torch.einsum("bchw,oc->bohw", x, w), {"w": (5, 8)}),
    "linear, channels behind": (channels_last, {"w": (12, 8), "b": (12,)}),
    "scale of channels": (lambda x, g: x * g, {"g": (8, 1, 1)}),
    "scale of channels behind": (
        lambda x, g: (x.permute(0, 2, 3, 1) * g).permute(0, 3, 1, 2),
        {"g": (8,)},
    ),
    "shift of channels": (lambda x, b: x + b.view(1, -1, 1, 1), {"b": (8,)}),
    "one trained number": (lambda x, s: x * s, {"s": (1,)}),
    "a number of none": (lambda x, s: s.exp() * x, {"s": ()}),
    "trained map": (lambda x, p: x + p, {"p": (1, 8, 6, 6)}),
    "trained map of rows": (lambda x, p: x * p, {"p": (6, 6)}),
    "prelu": (functional.prelu, {"w": (8,)}),
    "class token": (
        lambda x, c: torch.cat([c.expand(x.shape[0], -1, -1), x.flatten(2).transpose(1, 2)], 1),
        {"c": (1, 1, 8)},
    ),
    "norm with weights": (
        lambda x, g, b: functional.layer_norm(x.permute(0, 2, 3, 1), (8,), g, b),
        {"g": (8,), "b": (8,)},
    ),
    "norm with γ alone": (
        lambda x, g: functional.group_norm(x, 2, g),
        {"g": (8,)},
    ),
    "global response norm": (response_norm, {"g": (8,), "b": (8,)}),
    "channel attention": (efficient_channels, {"w": (1, 1, 3)}),
    "transposed convolution": (
        lambda x, w: functional.conv_transpose2d(x, w, stride=2, padding=1, output_padding=1),
        {"w": (8, 4, 3, 3)},
    ),
    "turned weights": (lambda x, w: functional.linear(x.mean((2, 3)), w.t()), {"w": (8, 5)}),
    "weights of another": (
        lambda x, w: functional.linear(x.mean((2, 3)), w.softmax(1) * 2),
        {"w": (5, 8)},
    ),
    "shares of trained numbers": (
        lambda x, a: x * a.softmax(0)[0] + x.relu() * a.softmax(0)[1],
        {"a": (2,)},
    ),
}


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_a_function_of_bare_parameters_is_imported_whole(name: str) -> None:
    """A parameter that belongs to no module is counted, once, where it is used."""
    call, given = WITH_PARAMETERS[name]
    assert_imports_whole(Calling(call, **given), MAP)


class Standardised(nn.Conv2d):
    """A convolution that standardises its weights, with a gain, as NFNets are written."""

    def __init__(self, *args: Any, gain: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.scale = 0.5
        self.gain = nn.Parameter(torch.ones(self.out_channels, 1, 1, 1)) if gain else None

    def forward(self, x: Tensor) -> Tensor:
        """Batch norm's arithmetic on the filters."""
        factors = None if self.gain is None else (self.gain * self.scale).view(-1)
        weight = functional.batch_norm(
            self.weight.reshape(1, self.out_channels, -1),
            None,
            None,
            weight=factors,
            training=True,
            momentum=0.0,
            eps=1e-6,
        ).reshape_as(self.weight)
        return self._conv_forward(x, weight, self.bias)


@pytest.mark.parametrize("gain", [False, True])
def test_standardised_weights_are_seen_for_what_they_are(*, gain: bool) -> None:
    """Weights computed from parameters: one row, with its gain."""
    net = assert_imports_whole(Standardised(4, 6, 3, gain=gain), (4, 8, 8))
    assert ["standardised conv"] == [row.layer for row in net.sheet().rows]


class Blurred(nn.Module):
    """A fixed filter, kept as a buffer, over each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer(
            "filter", torch.tensor([1.0, 2.0, 1.0]).outer(torch.ones(3))[None, None]
        )
        self.filter: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """Mirrored border, then the filter with a stride."""
        x = functional.pad(x, (1, 1, 1, 1), mode="reflect")
        return functional.conv2d(x, self.filter.expand(4, -1, -1, -1), stride=2, groups=4)


def test_a_fixed_filter_is_no_parameter() -> None:
    """Its weights are a buffer, and its multiply-adds are counted."""
    net = assert_imports_whole(Blurred(), (4, 8, 8))
    assert (0, 36) == (net.totals().params, net.totals().buffers)


def test_several_inputs_are_called_as_forward_calls_them() -> None:
    """Two inputs of different shapes."""

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1)
            self.fc = nn.Linear(5, 4)

        def forward(self, picture: Tensor, numbers: Tensor) -> Tensor:
            return self.conv(picture) * self.fc(numbers)[:, :, None, None]

    net = assert_imports_whole(Two(), (3, 4, 4), (5,))
    assert ["picture", "numbers"] == [net.graph.rows[place].name for place in net.graph.inputs]


def test_a_volume_and_a_sequence_are_imported() -> None:
    """The same in one axis and in three."""
    one = nn.Sequential(nn.Conv1d(2, 4, 3), nn.BatchNorm1d(4), nn.ReLU(), nn.MaxPool1d(2))
    three = nn.Sequential(nn.Conv3d(1, 4, 3), nn.BatchNorm3d(4), nn.AvgPool3d(2), nn.Flatten())
    assert_imports_whole(one, (2, 20))
    assert_imports_whole(three, (1, 8, 8, 8))


def test_a_faulty_translation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a kind that reads one of torch's arguments wrongly doesn't pass."""
    from netsheet.layers.leaky_relu import LeakyRelu
    from netsheet.layers.operand import Made

    def wrong(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Made:  # noqa: A002, ARG001, FBT001, FBT002 as torch's
        return Made(LeakyRelu(), (input,))

    monkeypatch.setattr(LeakyRelu, "from_torch", wrong)
    with pytest.raises(AssertionError):
        assert_imports_whole(Calling(CALLS["leaky_relu"]), MAP)


def test_names_of_several_outputs_are_told() -> None:
    """An output that is read inside too is shown by a row of its own."""
    net = ns.from_torch(Calling(lambda x: {"maps": x, "scores": x.mean((2, 3))}), MAP)
    names = [net.graph.rows[place].name for place in net.graph.outputs]
    assert ["flatten", "output_maps"] == names
