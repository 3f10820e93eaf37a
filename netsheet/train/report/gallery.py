"""Pictures inside a page: each as PNG in its own address, nothing loaded from elsewhere."""

import base64
import io

import torch
from PIL import Image
from torch import Tensor

from netsheet.train.data.pictures import Pictures


def image(stored: Tensor, scale: float) -> Image.Image:
    """A stored picture C×H×W as a person sees it; floats go from their least to their greatest."""
    values = stored.float() / scale * 255
    if scale == 1:
        low, high = float(stored.min()), float(stored.max())
        values = (stored - low) / ((high - low) or 1) * 255
    pixels = values.clamp(0, 255).round().to(torch.uint8)
    if pixels.shape[0] == 3:  # noqa: PLR2004 colours
        return Image.fromarray(pixels.permute(1, 2, 0).contiguous().numpy())
    return Image.fromarray(pixels[0].contiguous().numpy())


def data_uri(made: Image.Image) -> str:
    """A picture as an address that holds it."""
    out = io.BytesIO()
    made.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def picture(part: Pictures, index: int) -> str:
    """A picture of a part as such an address."""
    stored = part.raw(torch.tensor([index]))[0]
    return data_uri(image(stored, part.store.scale))
