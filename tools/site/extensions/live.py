"""Sphinx extension: a model that readers draw for, with an answer in the page from the start.

What a page shows before a reader starts the model, and without JavaScript, is an answer that
ONNX Runtime gives while the site is built, for the same file and the same test digits that the
page then loads.
"""

import json
from base64 import b64decode, b64encode
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from matplotlib.image import imsave
from sphinx.application import Sphinx

from tools.messages import number, say, speaking

# Where a page has the model; of the chapters, the one that explains it has this line.
MARKER = "<!-- here: live model -->"
# What Sphinx copies to the top of the site.
DIST = Path("extra", "live")
# One of the test digits: right, but not without doubt, so that several bars are seen.
SHOWN = 39


def read_test_digits(dist: Path) -> tuple[np.ndarray, np.ndarray]:
    """Grey levels, uint8 of shape (n, 28, 28), and labels of the digits the page carries."""
    content = json.loads((dist / "digits.json").read_text(encoding="utf-8"))
    pixels = np.frombuffer(b64decode(content["pixels"]), dtype=np.uint8)
    return pixels.reshape(-1, 28, 28), np.array(content["labels"])


def picture(pixels: np.ndarray) -> str:
    """Draw grey levels as black of that opacity, so that the page can give it its ground."""
    ink = np.zeros((*pixels.shape, 4), dtype=np.uint8)
    ink[..., 3] = pixels
    file, nameless = BytesIO(), {"Software": None}
    imsave(file, ink, format="png", metadata=nameless)  # type: ignore[arg-type]
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def find_answers(dist: Path) -> dict:
    """Run the model on the test digits, and gather what the template shows of it."""
    pixels, labels = read_test_digits(dist)
    session = ort.InferenceSession(dist / "digits.onnx", providers=["CPUExecutionProvider"])

    def run(images: np.ndarray) -> np.ndarray:
        return session.run(["probabilities"], {"image": images})[0]

    undivided = pixels.astype(np.float32)
    probabilities = run(undivided / 255)
    [runtime] = dist.glob("*.wasm.gz")
    return {
        "picture": picture(pixels[SHOWN]),
        "label": labels[SHOWN],
        "probabilities": probabilities[SHOWN].tolist(),
        "likeliest": probabilities[SHOWN].argmax(),
        "digits": len(labels),
        "right": (probabilities.argmax(axis=1) == labels).sum(),
        "right_undivided": (run(undivided).argmax(axis=1) == labels).sum(),
        "megabytes": number(runtime.stat().st_size / 1e6, ".1f"),
    }


@cache
def load_template(srcdir: Path) -> Template:
    """Read the template of the staged book, and tell it the answers of the model.

    A staged book has one language, which is to be set.
    """
    source = FileSystemLoader(srcdir / "_templates")
    jinja = Environment(loader=source, autoescape=True, undefined=StrictUndefined)
    jinja.globals.update(find_answers(srcdir / DIST), say=say, number=number)
    return jinja.get_template("draw.html")


@cache
def explained_in(srcdir: Path) -> str | None:
    """Name of the chapter that explains the model: the one that has it; or None."""
    for path in sorted(srcdir.glob("chapters/**/*.ipynb")):
        if MARKER in path.read_text(encoding="utf-8"):
            return path.relative_to(srcdir).with_suffix("").as_posix()
    return None


def add_live_model(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the live model into the pages that have one."""
    if MARKER not in context.get("body", ""):
        return
    srcdir, pathto = Path(app.srcdir), context["pathto"]
    chapter = explained_in(srcdir)
    with speaking(app.config.language):
        model = load_template(srcdir).render(
            script=pathto("live/draw.js", 1),
            chapter=pathto(chapter) if chapter and chapter != pagename else None,
        )
    context["body"] = context["body"].replace(MARKER, model)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take part in the making of pages."""
    app.connect("html-page-context", add_live_model)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
