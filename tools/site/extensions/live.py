"""Sphinx extension: a model that readers draw for, with an answer in the page from the start.

What a page shows before a reader starts the model, and without JavaScript, is an answer that
ONNX Runtime gives while the site is built, for the same file and the same test digits that the
page then loads.
"""

import json
import re
import shutil
from base64 import b64decode, b64encode
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import onnxruntime as ort
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from matplotlib.image import imsave
from sphinx.errors import ExtensionError

# Pages with a live model, and the id of the section that it opens.
CHAPTER = "chapters/02-keras-to-onnx"
SECTIONS = {"index": "draw-a-digit", CHAPTER: "run-the-file-in-a-web-page"}
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
    file = BytesIO()
    imsave(file, ink, format="png", metadata={"Software": None})
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def find_answers(dist: Path) -> dict:
    """Run the model on the test digits, and gather what the template shows of it."""
    pixels, labels = read_test_digits(dist)
    session = ort.InferenceSession(dist / "digits.onnx", providers=["CPUExecutionProvider"])

    def run(images):
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
        "megabytes": f"{runtime.stat().st_size / 1e6:.1f}",
    }


def find_dist(root: Path) -> Path:
    """Return the folder that the site carries as ``live``."""
    dist = root / "web" / "dist"
    if not dist.is_dir():
        raise ExtensionError(f"live: {dist} is missing, so no page could load it: run `make book`")
    return dist


@cache
def load_template(root: Path) -> Template:
    """Read the template of a book, and tell it the answers of the model."""
    source = FileSystemLoader(root / "web" / "src")
    jinja = Environment(loader=source, autoescape=True, undefined=StrictUndefined)
    jinja.globals.update(find_answers(find_dist(root)))
    return jinja.get_template("draw.html")


def insert_after_heading(body: str, section: str, addition: str) -> str:
    """Put HTML right after the heading of a section.

    Raises
    ------
    ValueError
        When there is no such section.
    """
    heading = rf'<section[^>]* id="{re.escape(section)}".*?</h[1-6]>'
    found = re.search(heading, body, re.DOTALL)
    if not found:
        raise ValueError(f"no section with the id {section!r}")
    return f"{body[: found.end()]}\n{addition}\n{body[found.end() :]}"


def add_live_model(app, pagename, templatename, context, doctree):
    """Put the live model into the pages that have one."""
    if pagename not in SECTIONS:
        return
    pathto = context["pathto"]
    addition = load_template(Path(app.srcdir)).render(
        script=pathto("live/draw.js", 1),
        chapter=None if pagename == CHAPTER else pathto(CHAPTER),
    )
    try:
        context["body"] = insert_after_heading(context["body"], SECTIONS[pagename], addition)
    except ValueError as error:
        raise ExtensionError(
            f"live: {pagename} has {error}, which opens with the live model. Give a heading this "
            "id, or change SECTIONS in tools/live.py."
        ) from error


def copy_dist(app, exception):
    """Put what the pages load beside them."""
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir) / "live"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(find_dist(Path(app.srcdir)), target)


def setup(app):
    """Take part in the making of pages, and in the end of the build."""
    app.connect("html-page-context", add_live_model)
    app.connect("build-finished", copy_dist)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
