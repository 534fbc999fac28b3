"""The live model: what the page computes is what the chapter computes, and the build says so."""

import ast
import json
import shutil
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime as ort
import pytest

from helpers import load_mnist
from helpers.digits import DIGITS_MODEL
from tools.chapters import read_book
from tools.site import scripts
from tools.site.extensions import live

STROKES = Path(__file__).parent / "browser" / "strokes.json"
RECORDED = json.loads(STROKES.read_text(encoding="utf-8"))


def defining_chapter():
    """The chapter that explains the live model: it defines `prepare` and has the model's line."""
    [chapter] = [chapter for chapter in read_book() if live.MARKER in chapter.text]
    return chapter


@pytest.fixture(scope="module")
def prepare():
    """The function `prepare` as the chapter's cells define it, with the functions it calls."""
    chapter = defining_chapter()
    code = [cell.source for cell in chapter.cells if cell.kind == "code"]
    trees = [parse(source) for source in code if "def " in source]
    found = {
        node.name: node
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    assert "prepare" in found, f"{chapter.name} defines no function `prepare`"
    wanted, todo = {}, ["prepare"]
    while todo:
        name = todo.pop()
        wanted[name] = found[name]
        used = {node.id for node in ast.walk(found[name]) if isinstance(node, ast.Name)}
        todo += [other for other in used if other in found and other not in wanted]
    scope = {"np": np}
    exec(compile(ast.Module(list(wanted.values()), []), chapter.name, "exec"), scope)
    return scope["prepare"]


def parse(source):
    """Syntax tree of a cell; nothing for what is not Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


@pytest.fixture(scope="module")
def in_node(node):
    """What the page makes of all kinds of drawings; Node starts once."""
    drawings = {kind: list(kind()) for kind in (scribbles, mirrored, recorded_drawings, blank)}
    question = [
        {
            "height": drawing.shape[0],
            "width": drawing.shape[1],
            "bytes": b64encode(drawing.tobytes()).decode(),
        }
        for each in drawings.values()
        for drawing in each
    ]
    answers = iter(node("prepare_drawings.mjs", question))
    return {
        kind: [(drawing, next(answers)) for drawing in each] for kind, each in drawings.items()
    }


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


def blank():
    """A board without a stroke."""
    yield np.zeros((280, 280), dtype=np.uint8)


@pytest.mark.parametrize("kind", [scribbles, mirrored, recorded_drawings])
def test_page_and_chapter_prepare_drawings_alike(kind, prepare, in_node):
    expected = [prepare(drawing) for drawing, _ in in_node[kind]]
    assert {array.shape for array in expected} == {(1, 28, 28)}
    assert {array.dtype for array in expected} == {np.dtype(np.float32)}
    found = np.array([answer for _, answer in in_node[kind]]).reshape(-1, 1, 28, 28)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_a_blank_drawing_is_refused_by_both(prepare, in_node):
    [(drawing, answer)] = in_node[blank]
    assert answer is None
    with pytest.raises(ValueError, match=r"\w"):
        prepare(drawing)


def test_the_recorded_digits_are_read_right(in_node):
    prepared = [answer for _, answer in in_node[recorded_drawings]]
    images = np.array(prepared, dtype=np.float32).reshape(-1, 28, 28)
    [probabilities] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": images})
    labels = [digit["label"] for digit in RECORDED["digits"]]
    assert probabilities.argmax(axis=1).tolist() == labels


@pytest.fixture
def staged(tmp_path):
    """A staged book with what the live model is made from, but without scripts."""
    templates, dist = tmp_path / "_templates", tmp_path / live.DIST
    for folder in (templates, dist):
        folder.mkdir(parents=True)
    shutil.copyfile(scripts.WEB / "draw" / "draw.html", templates / "draw.html")
    shutil.copyfile(DIGITS_MODEL, dist / "digits.onnx")
    scripts.write_test_digits(dist / "digits.json")
    (dist / f"{scripts.RUNTIME}.gz").write_bytes(bytes(3_620_000))
    lesson = tmp_path / "chapters" / "lesson.ipynb"
    lesson.parent.mkdir()
    lesson.write_text(f"... {live.MARKER} ...", encoding="utf-8")
    return tmp_path


def add_to_page(staged, name, body, language="en"):
    """Body of a page after the extension has seen it."""
    context = {"body": body, "pathto": lambda target, _=0: f"to/{target}"}
    app = SimpleNamespace(srcdir=staged, config=SimpleNamespace(language=language))
    live.add_live_model(app, name, "page.html", context, None)
    return context["body"]


def test_the_page_tells_what_the_model_does_with_and_without_the_division(staged):
    digits, count = load_mnist(), scripts.TEST_DIGITS
    images, labels = digits.x_test[:count], digits.y_test[:count]
    session = ort.InferenceSession(DIGITS_MODEL)

    def count_right(images):
        return (session.run(None, {"image": images})[0].argmax(axis=1) == labels).sum()

    answers = live.find_answers(staged / live.DIST)
    assert answers["right"] == count_right(images)
    assert answers["right_undivided"] == count_right(images * 255)
    assert answers["right_undivided"] < 0.8 * answers["right"]
    assert answers["label"] == labels[live.SHOWN] == answers["likeliest"]
    assert answers["megabytes"] == "3.6"


@pytest.mark.parametrize(
    ("page", "link"),
    [("index", 'href="to/chapters/lesson"'), ("chapters/lesson", "exports. Nothing")],
)
def test_the_live_model_stands_in_for_its_line_and_names_the_chapter(staged, page, link):
    found = add_to_page(staged, page, f"<h2>B</h2>\n{live.MARKER}\n<p>Text</p>")
    assert found.startswith('<h2>B</h2>\n<figure class="draw"')
    assert found.endswith("</script>\n<p>Text</p>")
    assert 'src="to/live/draw.js"' in found
    assert link in found


def test_other_pages_stay_as_they_are(staged):
    assert add_to_page(staged, "chapters/other", "<h1>A</h1>") == "<h1>A</h1>"


def test_the_live_model_speaks_the_language_of_the_page(staged):
    found = add_to_page(staged, "index", live.MARKER, "vi")
    assert "Bỏ phép chia cho 255" in found
    assert "Load ONNX Runtime (3,6 MB) vào trang này." in found
    assert 'aria-label="Vùng vẽ"' in found
    assert '(<a href="to/chapters/lesson">cách nó hoạt động</a>)' in found
