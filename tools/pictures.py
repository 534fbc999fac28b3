"""Compare pictures of two runs: what a reader sees, and not their bytes.

nbval leaves pictures out; as a plugin of pytest, this module compares them at each of its cells.
"""

from base64 import b64decode
from collections.abc import Generator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode
from PIL import Image

from tools.notebook import is_exempt

BLOCK = 8
#: Largest difference of a block's mean color, of 255. Antialiasing and the last bits of a curve
#: stay below; a bar of another height, a moved point or another word do not.
TOLERANCE = 12


def pixels(png: str) -> np.ndarray:
    """Mean colors of a picture's blocks, shape (rows, columns, 3), on white ground."""
    picture = Image.open(BytesIO(b64decode(png))).convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    array = np.asarray(flat.convert("RGB"), dtype=np.float32)
    rows, columns = (size // BLOCK for size in array.shape[:2])
    blocks = array[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK, 3)
    return blocks.mean(axis=(1, 3))


def difference(stored: str, fresh: str) -> str:
    """How a fresh picture differs from the stored one; empty if a reader sees no difference.

    Parameters
    ----------
    stored, fresh : str
        PNG files in base64, as a notebook holds them.
    """
    before, now = pixels(stored), pixels(fresh)
    if before.shape != now.shape:
        height, width = (size * BLOCK for size in before.shape[:2])
        return f"the stored picture has about {width} x {height} pixels, the fresh one does not"
    gap = np.abs(before - now).max(axis=2)
    row, column = np.unravel_index(gap.argmax(), gap.shape)
    if gap[row, column] <= TOLERANCE:
        return ""
    share = (gap > TOLERANCE).mean()
    return (
        f"{share:.1%} of the picture differs, most around x={column * BLOCK}, y={row * BLOCK}: "
        f"by {gap[row, column]:.0f} of 255, where {TOLERANCE} is allowed"
    )


def pictures(outputs: list[NotebookNode]) -> list[str]:
    """PNG pictures among the outputs of a cell, in order."""
    return [
        output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})
    ]


def changes(stored: list[NotebookNode], fresh: list[NotebookNode]) -> list[str]:
    """What is different about the pictures of a cell after a fresh run, a line for each."""
    before, now = pictures(stored), pictures(fresh)
    if len(before) != len(now):
        return [f"{len(before)} pictures are stored, and a fresh run makes {len(now)}"]
    found = [difference(*pair) for pair in zip(before, now, strict=True)]
    return [line for line in found if line]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, object, object]:
    """Fail a notebook's cell whose pictures changed."""
    result = yield
    if hasattr(item, "test_outputs") and not is_exempt(item.cell):
        found = changes(item.cell.outputs, item.test_outputs)
        if found:
            pytest.fail(f"Cell {item.cell_num}: {'; '.join(found)}", pytrace=False)
    return result
