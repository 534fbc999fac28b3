"""Each exercise has all its parts, and its check takes the right answer and no other."""

import re
from pathlib import Path

import nbformat
import notebooks
import numpy as np
import onnx
import pytest
from onnx import TensorProto, compose, helper, numpy_helper, parser
from test_error_index import headings

from helpers import exercises
from helpers.digits import DIGITS_MODEL, load_mnist
from helpers.exercises import EXERCISES, ExerciseError, check_answer, hand_out

CHAPTERS = {path.stem[:2]: path.stem for path in notebooks.chapter_sources([])}
SOURCES = {
    number: (notebooks.CHAPTERS / f"{name}.md").read_text(encoding="utf-8")
    for number, name in CHAPTERS.items()
}
GRADES = ("Recall", "Apply", "Debug", "Extend")
NO_ANSWER = "No answer yet: put it into `answer_{}`, and run this cell again."


# The exercises on the pages


def pieces(chapter):
    """Cells of the stored notebook, with prose cut before each section and each exercise."""
    notebook = notebooks.read_notebook(notebooks.CHAPTERS / f"{CHAPTERS[chapter]}.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell
        else:
            for text in re.split(r"\n\n(?=## |\*\*\d\. )", cell.source):
                yield nbformat.v4.new_markdown_cell(text)


def cells_of(chapter, heading):
    """Cells of a section, the one with the heading first."""
    cells = list(pieces(chapter))
    starts = [n for n, cell in enumerate(cells) if cell.source.startswith("## ")]
    [first] = [n for n in starts if cells[n].source.startswith(f"## {heading}\n")]
    return cells[first : min(n for n in starts if n > first)]


def exercises_of(chapter):
    """Cells of each exercise, by number."""
    found = {}
    for cell in cells_of(chapter, "Exercises"):
        task = re.match(r"\*\*(\d)\. ", cell.source)
        if task:
            found[task[1]] = []
        if found:
            found[list(found)[-1]].append(cell)
    return found


def output_of(cell):
    return "".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ).strip()


PLACES = [
    pytest.param(chapter, number, cells, id=f"{chapter}-{number}")
    for chapter in CHAPTERS
    for number, cells in exercises_of(chapter).items()
]


def kind_of(cell, number):
    """What a cell of an exercise is for."""
    if cell.cell_type == "code":
        if cell.source.startswith(f"answer_{number} = ..."):
            return "answer"
        if re.search(
            rf'^check_answer\("\d\d-{number}", answer_{number}\b', cell.source, re.MULTILINE
        ):
            return "check"
        return "solution" if cell.source.startswith(f"# Solution {number}") else "given"
    return "task and hint" if "<details><summary>Hint</summary>" in cell.source else "text"


def test_every_exercise_of_the_table_stands_on_a_page_and_the_other_way_round():
    found = [f"{place.values[0]}-{place.values[1]}" for place in PLACES]
    assert found == list(EXERCISES)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_of_all_four_grades_in_order(chapter):
    texts = "\n\n".join(cell.source for cell in cells_of(chapter, "Exercises"))
    grades = re.findall(r"^\*\*\d\. (\w+)\.\*\* ", texts, re.MULTILINE)
    assert len(grades) >= 4
    assert grades == sorted(grades, key=GRADES.index)
    assert set(grades) == set(GRADES)


@pytest.mark.parametrize(("chapter", "number", "cells"), PLACES)
def test_an_exercise_has_task_hint_answer_check_and_solution_in_this_order(chapter, number, cells):
    kinds = [kind_of(cell, number) for cell in cells]
    needed = [kind for kind in dict.fromkeys(kinds) if kind not in ("given", "text")]
    assert needed == ["task and hint", "answer", "check", "solution"]
    assert kinds.index("answer") + 1 == kinds.index("check")
    assert kinds.index("check") + 1 == kinds.index("solution")
    texts = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.search(rf"^\*\*{number}\. (Recall|Apply|Debug|Extend)\.\*\* ", texts, re.MULTILINE)
    hints = re.findall(r"^<details><summary>Hint</summary>\n\n(.+)\n\n</details>$", texts, re.M)
    assert len(hints) == 1
    assert 40 <= len(hints[0]) <= 400


@pytest.mark.parametrize(("chapter", "number", "cells"), PLACES)
def test_the_stored_check_waits_for_an_answer_and_accepts_the_solution(chapter, number, cells):
    kinds = [kind_of(cell, number) for cell in cells]
    assert output_of(cells[kinds.index("check")]) == NO_ANSWER.format(number)
    solutions = [cell for cell, kind in zip(cells, kinds, strict=True) if kind == "solution"]
    assert "assert solved" in solutions[-1].source
    lines = output_of(solutions[-1]).splitlines()
    assert f"exercise {chapter}-{number}: solved" in lines
    parts = [f"  {name}: right" for name, _ in EXERCISES[f"{chapter}-{number}"]]
    assert lines[-len(parts) :] == parts


@pytest.mark.parametrize(("chapter", "number", "cells"), PLACES)
def test_a_debug_exercise_hands_something_out(chapter, number, cells):
    texts = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    if f"**{number}. Debug.**" in texts:
        kinds = [kind_of(cell, number) for cell in cells]
        assert "given" in kinds[: kinds.index("answer")]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_links_in_hints_land_on_a_heading(chapter):
    texts = "\n".join(cell.source for cell in cells_of(chapter, "Exercises"))
    for anchor in re.findall(r"\]\(#([^)]+)\)", texts):
        assert anchor in headings(CHAPTERS[chapter])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_cells_of_exercises_are_short(chapter):
    for cell in cells_of(chapter, "Exercises"):
        if cell.cell_type == "code":
            lines = cell.source.splitlines()
            assert len(lines) <= 16, cell.source
            assert max(map(len, lines)) <= 76, cell.source


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_its_quiz_between_exercises_and_take_away(chapter):
    [text, cell] = cells_of(chapter, "Quiz")
    assert text.source.split("\n\n", 1)[1].count(".") == 2
    assert cell.source == f'show_quiz("{CHAPTERS[chapter]}")'
    titles = re.findall(r"^## (.+)$", SOURCES[chapter], re.MULTILINE)
    assert titles[-3:] == ["Exercises", "Quiz", "Take-away"]


# Answers, right and wrong


def model(text, opset=17, **arrays):
    """Make a small model from ONNX's text form, with stored arrays."""
    made = parser.parse_model(f'<ir_version: 8, opset_import: ["": {opset}]> g {text}')
    for name, array in arrays.items():
        made.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
    return made


def digits():
    return onnx.load(DIGITS_MODEL)


def behind(step, outputs):
    """Join a step behind the digits model."""
    return compose.merge_models(
        digits(), model(step), io_map=[("probabilities", "scores")], outputs=outputs
    )


def in_front(step, **arrays):
    """Join a step in front of the digits model."""
    first = model(step, **arrays)
    first.ir_version = digits().ir_version
    return compose.merge_models(first, digits(), io_map=[("scaled", "image")])


def broken(exercise, folder):
    hand_out(exercise, folder / "broken.onnx")
    return onnx.load(folder / "broken.onnx")


STANDARDS = {
    "mean": np.float32([1, 2, 3]),
    "deviation": np.float32([2, 4, 8]),
}
CENTERED = "(float[N, 3] x) => (float[N, 3] z) { c = Sub(x, mean) z = Div(c, deviation) }"


def largest(kind="int64", nodes="position = ArgMax<axis = 1, keepdims = 0>(scores)"):
    return model(f"(float[N, 3] scores) => ({kind}[N] position) {{ {nodes} }}")


def with_digit(kind="int64[N]", nodes="digit = ArgMax<axis = 1, keepdims = 0>(scores)"):
    step = f"(float[N, 10] scores) => ({kind} digit) {{ {nodes} }}"
    return behind(step, ["probabilities", "digit"])


def outside(path):
    """The solution of the book, in short."""
    home = Path(path).resolve().parent
    found = [
        entry.value
        for tensor in onnx.load(path, load_external_data=False).graph.initializer
        for entry in tensor.external_data
    ]
    return [place for place in found if not (home / place).resolve().is_relative_to(home)]


def every_location(path):
    tensors = onnx.load(path, load_external_data=False).graph.initializer
    return [entry.value for tensor in tensors for entry in tensor.external_data]


def convolution(name="pixels", size="N", kind="float", nodes="c = Conv(i, w)"):
    ones = np.random.default_rng(0).normal(size=(1, 1, 28, 28)).astype(np.float32)
    text = f"""({kind}[{size}, 28, 28, 1] {name}) => (float[{size}, 10] probabilities) {{
        f = Cast<to = 1>({name})  i = Reshape(f, square)  {nodes}
        r = Reshape(c, row)  s = MatMul(r, v)  probabilities = Softmax(s) }}"""
    steps = np.linspace(-1, 1, 10, dtype=np.float32).reshape(1, 10)
    arrays = {"square": [-1, 1, 28, 28], "row": [-1, 1]}
    arrays = {key: np.int64(value) for key, value in arrays.items()}
    return model(text, w=ones / 50, v=steps, **arrays)


def halves(first="top", second="bottom", rows=14, batch="N"):
    text = f"""(float[{batch}, {rows}, 28] top, float[{batch}, {rows}, 28] bottom)
        => (float[{batch}, 28, 28] scaled) {{ scaled = Concat<axis = 1>({first}, {second}) }}"""
    return in_front(text)


def classifier(kind="float", batch="N", nodes="u = Identity(f)", weight=1.0):
    """Make a model with the outputs of a classifier."""
    text = f"""({kind}[{batch}, 4] X) => (int64[{batch}] label, float[{batch}, 3] probabilities) {{
        f = Cast<to = 1>(X)  {nodes}  s = MatMul(u, w)  probabilities = Softmax(s)
        label = ArgMax<axis = 1, keepdims = 0>(probabilities) }}"""
    weights = np.float32(weight) * np.arange(12, dtype=np.float32).reshape(4, 3) ** 2 / 100
    return model(text, w=weights, one=np.float32([1]), zero=np.float32([0]))


def zipped():
    made = classifier()
    made.opset_import.add(domain="ai.onnx.ml", version=3)
    node = helper.make_node(
        "ZipMap", ["probabilities"], ["dicts"], domain="ai.onnx.ml", classlabels_int64s=[0, 1, 2]
    )
    made.graph.node.append(node)
    key_to_value = helper.make_map_type_proto(
        TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    )
    dicts = helper.make_sequence_type_proto(key_to_value)
    made.graph.output[1].CopyFrom(helper.make_value_info("dicts", dicts))
    return made


def holes(side):
    """Make a classifier that takes a missing value for this number."""
    nodes = "m = IsNaN(f)  u = Where(m, side, f)"
    made = classifier(nodes=nodes)
    made.graph.initializer.append(numpy_helper.from_array(np.float32([side]), "side"))
    return made


def answers(made, rows):
    return exercises._Given(made).run(rows)


def reshaped(*shape):
    text = "(float[N, 6] x) => (float[M, 6] y) { y = Reshape(x, shape) }"
    return model(text, shape=np.int64(shape))


CAMERA = "(uint8[N, 28, 28] pixels) => (float[N, 28, 28] scaled) "
CAST_AND_DIVIDE = "{ g = Cast<to = 1>(pixels) scaled = Div(g, most) }"
MOST = {"most": np.float32(255)}
FLOWERS = np.random.default_rng(1).random((5, 4), np.float32)
FLOWER_TRUTH = answers(classifier(), FLOWERS)[1]
FLOWERS_GIVEN = {"rows": FLOWERS, "expected": FLOWER_TRUTH}
LOGARITHM = "m = Add(f, one)  u = Log(m)"
LOG_GIVEN = {"rows": FLOWERS, "expected": answers(classifier(nodes=LOGARITHM), FLOWERS)[1]}
HOLED = np.where(np.eye(5, 4, dtype=bool), np.float32(np.nan), FLOWERS)
HOLED_GIVEN = {"rows": HOLED, "expected": answers(holes(0.5), HOLED)[1]}
IMAGES = load_mnist().x_test[:6]
PIXELS = IMAGES[..., np.newaxis]
CONV_GIVEN = {"rows": PIXELS, "expected": answers(convolution(), PIXELS)[0]}
IMAGES_GIVEN = {"rows": IMAGES, "expected": answers(digits(), IMAGES)[0]}
HALVES_GIVEN = {
    "rows": {"top": IMAGES[:, :14], "bottom": IMAGES[:, 14:]},
    "expected": IMAGES_GIVEN["expected"],
}
SWAPPED = {"top": IMAGES[:, 14:], "bottom": IMAGES[:, :14]}
PREPARED = IMAGES[:1]
PREPARED_GIVEN = {"expected": PREPARED}
PLANS = {"expected": np.array(["no", "yes", "no", "yes", "no"], dtype=object)}
FIVE = ["no", "yes", "unknown", "yes", "no"]

RIGHT = {
    "01-1": (("opset", "1.12", 8), {}),
    "01-2": (model(CENTERED, **STANDARDS), {}),
    "01-3": (largest(), {}),
    "01-4": (with_digit(), {}),
    "01-5": (outside, {}),
    "02-1": ((15, "Identity:0"), {}),
    "02-2": (convolution(), CONV_GIVEN),
    "02-3": (digits(), IMAGES_GIVEN),
    "02-4": (PREPARED, PREPARED_GIVEN),
    "02-5": (halves(), HALVES_GIVEN),
    "03-1": (("X", "tensor(double)", "variable", 1), {}),
    "03-2": (classifier(), FLOWERS_GIVEN),
    "03-3": (FIVE, PLANS),
    "03-4": (classifier(nodes=LOGARITHM), LOG_GIVEN),
    "03-5": (holes(0.5), HOLED_GIVEN),
    "04-1": ({1}, {}),
    "04-2": (reshaped(-1, 6), {}),
    "04-3": (digits(), {}),
    "04-4": (in_front(CAMERA + CAST_AND_DIVIDE, **MOST), {}),
}

# What a message must not say: a word that is the answer.
SECRETS = {
    "01-1": ["opset", "1.12", "8"],
    "01-2": ["Sub", "Div"],
    "01-3": ["int64", "7"],
    "01-4": ["ArgMax", "int64"],
    "01-5": ["is_relative_to", "load_external_data=False"],
    "02-1": ["15", "Identity"],
    "02-2": ["Input(", "newaxis", "{"],
    "02-3": ["(None", "TensorSpec(("],
    "02-4": ["255", "invert", "red"],
    "02-5": ["Concat", "[:"],
    "03-1": ["X", "double", "variable", "1"],
    "03-2": ["flatten_transform", "False"],
    "03-3": ["Plan", "notna", "NaN"],
    "03-4": ["OnnxAdd", "log1p"],
    "03-5": ["missing_go_to_left", "tracks_true"],
    "04-1": ["1", "newer", "only the first"],
    "04-2": ["-1", "initializer"],
    "04-3": ["softmax", "twice"],
    "04-4": ["Cast", "Div", "merge_models"],
}

# Plausible wrong answers: the exercise, the answer, what is not right about it.
WRONG = [
    ("01-1", ("IR version", "1.12", 8), ["which version"]),
    ("01-1", ("package", "1.17", 17), ["which version", "release", "IR version"]),
    ("01-1", ("opset", "1.120", 8), ["release"]),
    ("01-1", 17, ["form"]),
    (
        "01-2",
        model(CENTERED.replace("Sub(x, mean)", "Div(x, deviation)").replace(
            "Div(c, deviation)", "Sub(c, mean)"), **STANDARDS),
        ["answers"],
    ),
    ("01-2", model(CENTERED.replace("[N", "[1"), **STANDARDS), ["dynamic batch", "answers"]),
    ("01-2", model(CENTERED.replace("float", "double"),
        **{name: array.astype(float) for name, array in STANDARDS.items()}), ["types", "answers"]),
    ("01-2", model(CENTERED.replace("z", "y"), **STANDARDS), ["names"]),
    ("01-2", CENTERED, ["model"]),
    ("01-3", largest("float"), ["valid", "answers"]),
    ("01-3", largest("int32"), ["valid", "answers"]),
    ("01-3", largest("float", "p = ArgMax<axis = 1, keepdims = 0>(scores) "
        "position = Cast<to = 1>(p)"), ["answers"]),
    ("01-3", largest("int64", "position = ArgMin<axis = 1, keepdims = 0>(scores)"), ["answers"]),
    ("01-4", digits(), ["names", "probabilities"]),
    ("01-4", with_digit("int64[M, 1]", "digit = ArgMax<axis = 1>(scores)"), ["digit"]),
    ("01-4", with_digit("int64[M]", "digit = ArgMin<axis = 1, keepdims = 0>(scores)"), ["digit"]),
    ("01-4", behind("(float[N, 10] scores) => (int64[N] digit) "
        "{ digit = ArgMax<axis = 1, keepdims = 0>(scores) }", ["digit"]),
        ["names", "probabilities"]),
    ("01-5", lambda path: [], ["parent folder", "absolute path", "detour"]),
    ("01-5", every_location, ["data inside", "parent folder", "detour"]),
    ("01-5", lambda path: [p for p in every_location(path) if ".." in p],
        ["data inside", "absolute path"]),
    ("01-5", lambda path: [p for p in every_location(path) if p.startswith(("..", "/"))],
        ["detour"]),
    ("01-5", onnx.load, ["data inside"]),
    ("01-5", [], ["data inside"]),
    ("02-1", (17, "probabilities"), ["opset", "output"]),
    ("02-1", (18, "Identity:0"), ["opset"]),
    ("02-1", (15, "output_0"), ["output"]),
    ("02-1", 15, ["form"]),
    ("02-2", convolution("image"), ["names"]),
    ("02-2", convolution(size="1"), ["dynamic batch", "answers"]),
    ("02-2", convolution(kind="double"), ["types", "answers"]),
    ("02-2", convolution(nodes="e = Mul(i, w) c = ReduceMean<axes = [2, 3]>(e)"),
        ["operators", "answers"]),
    ("02-3", model("(float[2, 28, 28] image) => (float[2, 28, 28] y) { y = Relu(image) }"),
        ["dynamic batch", "answers"]),
    ("02-3", in_front("(float[N, 28, 28] x) => (float[N, 28, 28] scaled) { scaled = Relu(x) }"),
        ["names"]),
    ("02-3", in_front("(float[N, 28, 28] image_) => (float[N, 28, 28] scaled) "
        "{ scaled = Neg(image_) }"), ["names", "answers"]),
    ("02-4", 1 - PREPARED, ["ink and paper", "size and place"]),
    ("02-4", np.pad(1 - PREPARED[:, 4:24, 4:24], ((0, 0), (4, 4), (4, 4))),
        ["ink and paper", "size and place"]),
    ("02-4", PREPARED * 255, ["range", "size and place"]),
    ("02-4", np.roll(PREPARED, -3, axis=1), ["size and place"]),
    ("02-4", PREPARED[0], ["type and shape"]),
    ("02-4", PREPARED.astype(float), ["type and shape"]),
    ("02-5", halves("bottom", "top"), ["answers"]),
    ("02-5", halves(batch="1"), ["dynamic batch", "answers"]),
    ("02-5", digits(), ["names", "shapes", "answers"]),
    ("03-1", ("features", "tensor(float)", "label", 38),
        ["input name", "input type", "output name", "output columns"]),
    ("03-1", ("X", "float64", "variable", 1), ["input type"]),
    ("03-1", ("X", "tensor(double)", "variable"), ["form"]),
    ("03-2", zipped(), ["outputs"]),
    ("03-2", classifier("double"), ["types", "labels"]),
    ("03-2", classifier(weight=0.5), ["answers"]),
    ("03-2", classifier(weight=-1), ["labels", "answers"]),
    ("03-2", classifier(batch="1"), ["dynamic batch", "labels"]),
    ("03-3", ["no", "yes", "no", "yes", "no"], ["row with a hole"]),
    ("03-3", ["no", "yes", "yes", "no"], ["one answer a row"]),
    ("03-3", ["unknown"] * 5, ["other rows"]),
    ("03-3", "unknown", ["one answer a row"]),
    ("03-4", classifier(), ["operators", "answers"]),
    ("03-4", classifier(nodes="m = Add(f, zero) u = Log(m)"), ["answers"]),
    ("03-4", zipped(), ["outputs"]),
    ("03-5", holes(0.0), ["rows with a hole"]),
    ("03-5", holes(9.0), ["rows with a hole"]),
    ("03-5", classifier(weight=2), ["rows without a hole", "rows with a hole"]),
    ("04-1", {1, 2}, ["none too many"]),
    ("04-1", {2}, ["none left out", "none too many"]),
    ("04-1", set(), ["none left out"]),
    ("04-1", {1, 2, 3}, ["none too many"]),
    ("04-1", "first", ["form"]),
    ("04-2", reshaped(1, 6), ["answers"]),
    ("04-2", reshaped(5, 6), ["answers"]),
    ("04-2", model("(float[N, 6] x) => (float[N, 6] y) { y = Neg(x) }"), ["answers"]),
    ("04-4", digits(), ["names", "types", "answers"]),
    ("04-4", in_front(CAMERA + "{ scaled = Cast<to = 1>(pixels) }"), ["answers"]),
    ("04-4", in_front(CAMERA + "{ d = Div(pixels, most) scaled = Cast<to = 1>(d) }",
        most=np.uint8(255)), ["answers"]),
    ("04-4", in_front(CAMERA.replace("pixels", "image_") + CAST_AND_DIVIDE.replace(
        "pixels", "image_"), **MOST), ["names"]),
]  # fmt: skip


def not_right(result):
    return [part.name for part in result.parts if part.advice]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_right_answer_is_right_in_every_part(exercise):
    answer, given = RIGHT[exercise]
    result = check_answer(exercise, answer, **given)
    assert result.passed, result
    assert [part.name for part in result.parts] == [name for name, _ in EXERCISES[exercise]]
    assert str(result).startswith(f"exercise {exercise}: solved\n")


@pytest.mark.parametrize(
    ("exercise", "answer", "parts"), WRONG, ids=[f"{e}-{'-'.join(p)}" for e, _, p in WRONG]
)
def test_a_wrong_answer_gets_advice_that_does_not_give_the_answer_away(exercise, answer, parts):
    result = check_answer(exercise, answer, **RIGHT[exercise][1])
    assert not_right(result) == parts
    assert str(result).startswith(f"exercise {exercise}: not solved yet\n")
    check_texts(exercise, result)


def check_texts(exercise, result):
    """Advice is short, names sections that exist, and keeps the secrets of its exercise."""
    for part in result.parts:
        if part.advice:
            assert 40 <= len(part.advice) <= 300, part.advice
            assert part.advice[0].isupper() or part.advice[0] in "`h", part.advice
            assert part.advice[-1] in ".?", part.advice
            for title in re.findall(r'"([^"]+)"', part.advice):
                assert f"# {title}\n" in SOURCES[exercise[:2]], title
            for secret in SECRETS[exercise]:
                pattern = rf"(?<![\w.]){re.escape(secret)}(?![\w.]\w)"
                assert not re.search(pattern, part.advice), (secret, part.advice)
    assert max(map(len, str(result).splitlines())) <= 76


def test_each_exercise_is_tried_with_two_wrong_answers_or_more():
    tried = [exercise for exercise, *_ in WRONG] + ["04-3", "04-3"]
    assert set(SECRETS) == set(RIGHT) == set(EXERCISES)
    assert all(tried.count(exercise) >= 2 for exercise in EXERCISES)


def test_the_handed_out_batch_of_one_is_broken_as_the_exercise_says(tmp_path):
    service = broken("02-3", tmp_path)
    assert answers(service, IMAGES[:1])[0].shape == (1, 10)
    result = check_answer("02-3", service, **IMAGES_GIVEN)
    assert not_right(result) == ["dynamic batch", "answers"]
    check_texts("02-3", result)


def test_the_handed_out_mystery_is_broken_as_the_exercise_says(tmp_path):
    mystery = broken("04-3", tmp_path)
    assert answers(mystery, IMAGES)[0].max() < 0.3
    result = check_answer("04-3", mystery)
    assert not_right(result) == ["probabilities", "answers"]
    check_texts("04-3", result)


def test_a_mystery_with_too_much_taken_out_is_not_solved(tmp_path):
    scores = broken("04-3", tmp_path)
    del scores.graph.node[-2:]
    scores.graph.output[0].name = scores.graph.node[-1].output[0]
    result = check_answer("04-3", scores)
    assert not_right(result) == ["probabilities", "answers"]
    check_texts("04-3", result)


@pytest.mark.parametrize("feed", [[IMAGES, IMAGES], {"upper": IMAGES}, {"top": 1, "bottom": 2}])
def test_a_feed_by_order_or_with_other_names_is_not_solved(feed):
    result = check_answer("02-5", halves(), rows=feed, expected=HALVES_GIVEN["expected"])
    assert not_right(result) == ["feed"]
    check_texts("02-5", result)


def test_a_feed_with_the_halves_swapped_is_not_solved():
    result = check_answer("02-5", halves(), rows=SWAPPED, expected=HALVES_GIVEN["expected"])
    assert not_right(result) == ["answers"]


def test_a_model_comes_as_path_bytes_or_proto(tmp_path):
    for answer in (tmp_path / "model.onnx", str(tmp_path / "model.onnx")):
        onnx.save(largest(), answer)
        assert check_answer("01-3", answer)
    assert check_answer("01-3", largest().SerializeToString())


@pytest.mark.parametrize("exercise", EXERCISES)
def test_without_an_answer_it_says_where_to_put_it(exercise):
    for nothing in (..., None):
        result = check_answer(exercise, nothing, **RIGHT[exercise][1])
        assert str(result) == repr(result) == NO_ANSWER.format(exercise[-1])
        assert not result


def test_half_an_answer_names_what_is_missing():
    result = check_answer("02-2", convolution(), rows=PIXELS, expected=...)
    assert str(result) == "No answer yet: put it into `expected_2`, and run this cell again."
    for exercise, (answer, given) in RIGHT.items():
        result = check_answer(exercise, answer)
        assert bool(result.missing) == bool(given), result


@pytest.mark.parametrize(
    "exercise", [name for name in EXERCISES if EXERCISES[name][0][0] == "model"]
)
@pytest.mark.parametrize("answer", [17, "no-such-file.onnx", b"", onnx.ModelProto(), [], "text"])
def test_what_is_no_model_is_refused_with_a_sentence(exercise, answer):
    result = check_answer(exercise, answer, **RIGHT[exercise][1])
    assert not_right(result) == ["model"]
    assert len(result.parts) == 1


ODD = [0, "", b"x", [], {}, set(), (..., ...), np.zeros(3), np.array("a"), len, object()]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_any_other_answer_gets_advice_and_no_error(exercise):
    given = RIGHT[exercise][1]
    others = [RIGHT[name][0] for name in RIGHT if name[:2] != exercise[:2]]
    others = [] if exercise in ("02-3", "04-3") else others  # several are the digits model
    for other in [*ODD, *others, zipped(), model("() => (float[1] y) { y = Identity(w) }")]:
        result = check_answer(exercise, other, **given)
        assert not result.passed, other
        check_texts(exercise, result)


@pytest.mark.parametrize("expected", [{"probabilities": PIXELS}, PIXELS[:2], 0.5])
def test_what_is_expected_has_as_many_rows_as_are_fed(expected):
    result = check_answer("02-2", convolution(), rows=PIXELS, expected=expected)
    assert not_right(result) == ["answers"]
    assert "is to be an array of 6 rows" in result.parts[-1].advice


def test_an_exercise_that_does_not_exist_is_an_error_that_lists_them():
    with pytest.raises(ExerciseError, match=r"'05-1'.*01-1, 01-2"):
        check_answer("05-1", 1)
    with pytest.raises(ExerciseError, match=r"'01-1' hands out no model\. These do: 02-3, 04-3"):
        hand_out("01-1", "model.onnx")
