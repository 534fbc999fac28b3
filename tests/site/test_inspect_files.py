"""The inspector's reading of model files, in Node: facts, findings, pictures and refusals.

What a page does with them is tested in ``tests/site/browser/test_inspect.py``.
"""

import json
import pickle
import re
import zipfile
from io import BytesIO

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from helpers import DIGITS_MODEL, describe, drawing
from helpers.interface import shape_text
from tests.site.model_files import (
    RELU,
    circular,
    classifier,
    field,
    nested,
    tiny,
    whole,
    with_external,
    with_names,
    with_shape,
    with_type,
    with_wrong_array,
    without_shape,
)
from tools.chapters import ROOT
from tools.site import scripts
from tools.site.onnx_schema import element

SOURCES = [path for part in scripts.PARTS for path in (scripts.WEB / part).glob("*.js")]
INPUT_TYPES = ["bool", "double", "float", "float16", "int8", "int64", "uint64"]
HALVES = np.array([0, 1, -2, 0.1, 65504, 6e-8, np.inf, np.nan], np.float16)


def forest_of(count):
    """Make a file whose attributes hold long lists, as tree ensembles do."""
    node = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", nodes_values=[0.5] * count
    )
    graph = onnx.parser.parse_graph("g (float[N, 3] x) => (float[N, 1] y) { y = Relu(x) }")
    graph.node[0].CopyFrom(node)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, ir_version=10, opset_imports=opsets)


def chain(length):
    body = " ".join(f"v{i + 1} = Relu(v{i})" for i in range(length))
    return tiny(f"g (float[N] v0) => (float[N] v{length}) {{ {body} }}")


def of_every_type():
    values = [
        helper.make_tensor_value_info(name.lower(), number, ["N", None, 3])
        for name, number in TensorProto.DataType.items()
        if number
    ]
    tensor = helper.make_tensor_type_proto(TensorProto.DOUBLE, [2])
    others = {
        "sequence": helper.make_sequence_type_proto(tensor),
        "optional": helper.make_optional_type_proto(tensor),
        "map": helper.make_map_type_proto(TensorProto.STRING, tensor),
        "sparse": helper.make_sparse_tensor_type_proto(TensorProto.FLOAT, [2]),
        "nothing": onnx.TypeProto(),
    }
    values += [helper.make_value_info(name, type_proto) for name, type_proto in others.items()]
    return helper.make_model(helper.make_graph([], "g", values, values))


def of_every_input():
    """An input of each kind that a run makes up."""
    given = ", ".join(f"{name}[N, 50] {name}_x" for name in INPUT_TYPES)
    return tiny(f"g ({given}, string[M] t) => (string[M] y) {{ y = Identity(t) }}")


def recurrent(inner, product="MatMul"):
    """A Loop over a product, with another operator inside."""
    return tiny(f"""
    g (float[N, 3] x, float[K, 3] w, int64 steps, bool go) => (float[N, 3] y) {{
        y = Loop (steps, go, x) <body = step (int64 i, bool a, float[N, 3] before)
            => (bool b, float[N, 3] after) {{
                b = Identity(a)
                product = {product}(before, w)
                after = {inner}(product)
            }}>
    }}""")


def with_wrong_list():
    """Declare four elements for a list of three."""
    model = tiny("g (float[N] x) => (float[M] y) <float[3] w = {1, 2, 3}> { y = Add(x, w) }")
    assert len(model.graph.initializer[0].float_data) == 3
    model.graph.initializer[0].dims[0] = 4
    return model


def with_stored_input():
    """List a stored array among the inputs, as files of IR version 3 do."""
    model = tiny("g (float[N] x) => (float[N] y) <float[1] w = {1}> { y = Add(x, w) }")
    model.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, [1]))
    return model


def with_function():
    model = tiny("g (float[N] x) => (float[N] y) { y = my.lab.Same(x) }", more=', "my.lab": 1')
    body = [helper.make_node("Identity", ["a"], ["b"])]
    opsets = [helper.make_opsetid("", 18)]
    model.functions.append(helper.make_function("my.lab", "Same", ["a"], ["b"], body, opsets))
    return model


def with_program(place):
    """Put a node with a compiled program into the graph, a branch, or a function."""
    program = 'com.microsoft.EPContext <source = "QNN", ep_cache_context = "a program"> (x)'
    branches = f"""If (c) <then_branch = a () => (float[N] p) {{ p = {program} }},
        else_branch = b () => (float[N] q) {{ q = Relu(x) }}>"""
    bodies = {
        "graph": f"{{ y = {program} }}",
        "branch": f"{{ y = {branches} }}",
        "function": f"""{{ y = my.lab.Smooth(x, c) }}
            <domain: "my.lab", opset_import: ["": 18, "com.microsoft": 1]>
            Smooth (x, c) => (y) {{ y = {branches} }}""",
    }
    text = f"g (float[N] x, bool c) => (float[N] y) {bodies[place]}"
    return tiny(text, more=', "my.lab": 1, "com.microsoft": 1')


ONE_INPUT = "g (float[N] x) => (float[N] y)"
# Models with exactly these findings.
PITFALLS = {
    "clean": (tiny(RELU), []),
    "digits": (onnx.load(DIGITS_MODEL), []),
    "sklearn": (classifier(options={"zipmap": False}), []),
    "zipmap": (classifier(), ["zipmap"]),
    "double": (classifier(options={"zipmap": False}, dtype=np.float64), ["double"]),
    "newer-ir": (tiny(RELU, ir_version=14), ["ir-version"]),
    "newest-ir": (tiny(RELU, ir_version=99), ["ir-version"]),
    "newer-opset": (tiny(RELU, opset=27), ["opset"]),
    "newer-ml": (tiny(RELU, more=', "ai.onnx.ml": 6'), ["opset"]),
    "custom": (tiny(f"{ONE_INPUT} {{ y = my.ops.Blur(x) }}", more=', "my.ops": 1'), ["domain"]),
    "microsoft": (
        tiny(f"{ONE_INPUT} {{ y = com.microsoft.Gelu(x) }}", more=', "com.microsoft": 1'),
        ["microsoft"],
    ),
    "program": (with_program("graph"), ["compiled"]),
    "program-in-branch": (with_program("branch"), ["compiled"]),
    "program-in-function": (with_program("function"), ["compiled"]),
    "function": (with_function(), []),
    "external": (with_external("weights.bin"), ["external"]),
    "outside": (with_external("../../etc/passwd"), ["outside", "external"]),
    "outside-windows": (with_external("C:\\weights"), ["outside", "external"]),
    "captured": (
        tiny(
            "g (float[N] image, float[1] c) => (float[N] y) { y = Sub(image, c) }",
        ),
        ["captured"],
    ),
    "nowhere": (tiny(f"{ONE_INPUT} {{ y = Relu(z) }}"), ["missing"]),
    "no-output": (tiny("g (float[N] x) => (float[N] q) { y = Relu(x) }"), ["missing"]),
    "outer": (
        tiny("""g (bool c, float[N] x) => (float[N] y) { y = If (c) <
            then_branch = a () => (float[N] p) { p = Add(x, x) },
            else_branch = b () => (float[N] q) { q = Add(x, from_nowhere) }> }"""),
        ["missing"],
    ),
    "twice": (tiny(f"{ONE_INPUT} {{ z = Relu(x) z = Relu(x) y = Add(z, z) }}"), ["twice"]),
    "cycle": (circular(), ["cycle"]),
    "unsorted": (tiny(f"{ONE_INPUT} {{ y = Relu(z) z = Relu(x) }}"), []),
    "array": (with_wrong_array(), ["array"]),
    "list": (with_wrong_list(), ["array"]),
    "stored-input": (with_stored_input(), []),
    "negative": (with_shape([-5, 3]), ["negative", "batch"]),
    "fixed": (with_shape([1, 3]), ["batch"]),
    "no-shape": (without_shape(), ["shape"]),
    "names": (with_names("x", "Identity:0"), ["names"]),
    "loop": (recurrent("Tanh"), ["loop"]),
    "other-loop": (recurrent("Relu"), []),
    "another-loop": (recurrent("Tanh", "Mul"), []),
}
captured = PITFALLS["captured"][0]
captured.graph.input[1].name = "sequential/normalization/Sub/y:0"
captured.graph.node[0].input[1] = "sequential/normalization/Sub/y:0"

CONTENT = DIGITS_MODEL.read_bytes()
ZIP = BytesIO()
with zipfile.ZipFile(ZIP, "w") as archive:
    archive.writestr("config.json", "{}")
# Files that are refused, what the message says, and what it links to.
REFUSED = {
    "empty": (b"", r"empty \(0 bytes\)", "notModel"),
    "cut": (CONTENT[:-1000], r"at least [\d,]+ bytes are missing", "notModel"),
    "cut-early": (CONTENT[:40], "cut off", "notModel"),
    "noise": (np.random.default_rng(0).bytes(5000), "not those of a model", "notModel"),
    "no-graph": (b"\x08\x0a", "no opset and no graph output", "notModel"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG picture", None),
    "text": (b"a letter\n", "begins like a text", None),
    "json": (b'{"format": "layers-model"}', "JSON", None),
    "page": (b"<!DOCTYPE html><title>Not found</title>", "web page", "notModel"),
    "keras": (ZIP.getvalue(), r"zip archive, as \.keras", "kerasPath"),
    "h5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5", "kerasPath"),
    "tflite": (b"\x1c\x00\x00\x00TFL3" + bytes(99), "TensorFlow Lite", "kerasPath"),
    "pickle": (pickle.dumps({"a": 1}), "begins like a pickle", "sklearnPath"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull", "notModel"),
    "gzip": (b"\x1f\x8b\x08" + bytes(99), "Unpack it first", None),
    "nested": (nested(33), "100 levels", "smallFile"),
    "bomb": (whole(b"\x0a\x00" * 3_000_000), "500,000 records", "smallFile"),
    "bomb-of-dims": (
        whole(field(5, field(1, b"\x01" * 3_000_000))), "500,000 records", "smallFile"
    ),
    "nested-by-one": (nested(32, field(2, field(1, b""))), "100 levels", "smallFile"),
    "overrun": (whole(b"\x0a\x7e") + b"\x1a\x00" * 100, "not those of a model", "notModel"),
    "huge-varint": (b"\x08" + b"\xff" * 50, "not those of a model", "notModel"),
}  # fmt: skip

MARKUP = '<img src=x onerror="alert(1)">'
TURNED = "abc\u202egnp.exe\u0007\u200b"
# Files that are strange, and are read nevertheless.
STRANGE = {
    "long-name": with_names("n" * 1_000_000, "y"),
    "markup": with_names(MARKUP, TURNED),
    "hebrew": with_names("שלום", "__proto__"),
    "large": with_shape([1_000_000_000_000]),
    "every-type": of_every_type(),
    "deepest": nested(32, field(2, b"")),
    "chain": chain(1000),
    "forest": forest_of(2_000_001),
    "newer-type": with_type(99),
    "negative-type": with_type(-7),
    "no-nodes": whole(field(11, field(1, b"y")) + field(12, field(1, b"y"))),
}


def content_of(model):
    return model if isinstance(model, bytes) else model.SerializeToString()


@pytest.fixture(scope="module")
def told(node, tmp_path_factory):
    """What the inspector says of all these files, and of itself: Node starts once."""
    folder = tmp_path_factory.mktemp("models")
    models = {name: model for name, (model, _) in PITFALLS.items()}
    models |= {name: content for name, (content, *_) in REFUSED.items()} | STRANGE
    models["every-input"] = of_every_input()
    paths = {name: folder / name for name in models}
    for name, path in paths.items():
        path.write_bytes(content_of(models[name]))
    question = {
        "paths": [str(path) for path in paths.values()],
        "run": str(paths["every-input"]),
        "bits": HALVES.view(np.uint16).tolist(),
    }
    found = node("inspect_files.mjs", question)
    found["answers"] = dict(zip(models, found["answers"], strict=True))
    return found


@pytest.fixture
def answers(told):
    """What it says of each file, by its name here."""
    return told["answers"]


@pytest.mark.parametrize("name", PITFALLS)
def test_the_findings_are_those_of_the_file_and_no_others(answers, name):
    assert [finding["id"] for finding in answers[name]["findings"]] == PITFALLS[name][1]


def test_each_finding_says_what_why_and_what_to_do(answers):
    for name in PITFALLS:
        for finding in answers[name]["findings"]:
            for part in ("title", "what", "why", "fix"):
                assert len(finding[part]) > 5, (name, part)
                assert "undefined" not in finding[part], (name, part)
            assert finding["sections"]


@pytest.mark.parametrize(
    "name",
    ["digits", "sklearn", "zipmap", "loop", "every-type", "unsorted", "stored-input", "negative"],
)
def test_facts_are_those_of_describe(answers, name):
    model = PITFALLS[name][0] if name in PITFALLS else STRANGE[name]
    wanted, facts = describe(model), answers[name]["facts"]
    for kind in ("inputs", "outputs"):
        found = [(row["name"], row["type"], row["shape"]) for row in facts[kind]["rows"]]
        shapes = [shape_text(value.shape) for value in getattr(wanted, kind)]
        assert found == [
            (value.name, value.type, shape)
            for value, shape in zip(getattr(wanted, kind), shapes, strict=True)
        ]
    opsets = [(row["domain"], row["version"]) for row in facts["opsets"]]
    assert opsets == list(wanted.opsets.items())
    assert facts["irVersion"] == wanted.ir_version
    assert facts["producer"] == wanted.producer
    assert [
        (row["name"] if row["domain"] == "ai.onnx" else f"{row['domain']}.{row['name']}")
        for row in facts["operators"]
    ] == list(wanted.operators)
    assert [row["count"] for row in facts["operators"]] == list(wanted.operators.values())
    assert facts["nodeCount"] == sum(wanted.operators.values())


@pytest.mark.parametrize("name", ["digits", "sklearn"])
def test_the_stored_arrays_are_counted(answers, name):
    model = PITFALLS[name][0]
    arrays = [numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    assert answers[name]["facts"]["initializers"] == {
        "count": len(arrays),
        "bytes": sum(array.nbytes for array in arrays),
        "external": 0,
    }
    assert answers[name]["facts"]["size"] == len(content_of(model))


def test_types_in_numpy_are_named(answers):
    rows = answers["every-type"]["facts"]["inputs"]["rows"]
    wanted = {
        name.lower(): helper.tensor_dtype_to_np_dtype(number).name.replace("object", "string")
        for name, number in TensorProto.DataType.items()
        if number
    }
    assert {row["name"]: row["numpy"] for row in rows if row["numpy"]} == wanted


@pytest.mark.parametrize(("name", "number"), [("newer-type", 99), ("negative-type", -7)])
def test_a_type_that_nobody_knows_is_called_by_its_number_here_and_in_the_helpers(
    answers, name, number
):
    [row] = answers[name]["facts"]["inputs"]["rows"]
    [value] = describe(STRANGE[name]).inputs
    assert row["type"] == value.type == f"tensor(type {number})"
    assert row["numpy"] == f"type {number}"


def test_the_bits_of_a_type_are_those_that_onnx_packs():
    bits = {
        name: element(number)["bits"] for name, number in TensorProto.DataType.items() if number
    }
    assert bits["INT64"] == 64
    assert bits["BOOL"] == 8
    assert bits["INT4"] == 4
    assert bits["COMPLEX128"] == 128
    assert bits["STRING"] is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_gets_a_message(answers, name):
    _, pattern, wanted = REFUSED[name]
    answer = answers[name]
    assert re.search(pattern, answer["error"]), answer["error"]
    assert answer["sections"] == ([wanted] if wanted else [])
    assert answer["read"] < 2000


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_read_and_its_answer_is_short(answers, name):
    answer = answers[name]
    assert answer["read"] < 4000
    assert len(json.dumps(answer)) < 400_000


@pytest.mark.parametrize("name", STRANGE)
def test_no_text_hides_or_turns_letters(answers, name):
    def texts(part):
        if isinstance(part, str):
            yield part
        for item in part.values() if isinstance(part, dict) else part:
            if isinstance(item, (str, dict, list)):
                yield from [item] if isinstance(item, str) else texts(item)

    for text in texts(answers[name]):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
        assert len(text) <= 700


def test_names_are_cut_and_escaped_and_otherwise_kept(answers):
    [long] = answers["long-name"]["facts"]["inputs"]["rows"]
    assert long["name"] == "n" * 99 + "…"
    facts = answers["markup"]["facts"]
    assert facts["inputs"]["rows"][0]["name"] == MARKUP
    assert facts["outputs"]["rows"][0]["name"] == "abc\\u202egnp.exe\\u0007\\u200b"
    assert answers["hebrew"]["facts"]["inputs"]["rows"][0]["name"] == "שלום"


def test_long_lists_are_left_out_and_said_so(answers):
    assert answers["forest"]["facts"]["hasLists"] is False
    assert answers["digits"]["facts"]["hasLists"] is True
    lines = [
        line["text"] for box in answers["forest"]["picture"]["boxes"] for line in box["lines"]
    ]
    assert "nodes_values = a long list" in lines


def test_the_picture_has_what_the_graph_has(answers):
    picture = answers["digits"]["picture"]
    lines = [[line["text"] for line in box["lines"]] for box in picture["boxes"]]
    assert ["image", "tensor(float) (batch, 28, 28)"] in lines
    assert ["probabilities", "tensor(float) (batch, 10)"] in lines
    assert ["Transpose", "perm = [1, 0, 2]"] in lines
    assert ["MatMul", "weights (560, 10)"] in lines
    assert ["Reshape", "constants [-1, 560]"] in lines
    assert picture["count"] == 15
    assert len(lines) == 17
    assert picture["note"] == ""
    labels = {edge["label"]["text"] for edge in picture["edges"] if edge.get("label")}
    assert "image" in labels


@pytest.mark.parametrize("name", ["digits", "zipmap", "loop", "chain", "cycle"])
def test_boxes_and_labels_never_overlap_and_stay_in_the_picture(answers, name):
    picture = answers[name]["picture"]
    labels = [edge["label"] for edge in picture["edges"] if edge.get("label")]
    areas = [(box["x"], box["y"], box["width"], box["height"]) for box in picture["boxes"]]
    areas += [(a["x"] - a["width"] / 2, a["y"] - a["height"] / 2, a["width"], a["height"])
              for a in labels]  # fmt: skip
    for number, (x, y, width, height) in enumerate(areas):
        assert x >= 0
        assert x + width <= picture["width"] + 1e-6
        assert y + height <= picture["height"] + 1e-6
        for x2, y2, width2, height2 in areas[number + 1 :]:
            apart = x + width <= x2 + 1e-6 or x2 + width2 <= x + 1e-6
            assert apart or y + height <= y2 + 1e-6 or y2 + height2 <= y + 1e-6


def test_of_a_large_graph_the_first_part_is_drawn(answers):
    picture = answers["chain"]["picture"]
    assert picture["count"] == 200
    assert "the first 200 of 1,000 nodes" in picture["note"]


def test_findings_and_refusals_link_to_sections_that_exist(told, answers):
    for answer in answers.values():
        for part in [answer, *answer.get("findings", [])]:
            assert set(part.get("sections", [])) <= set(told["sections"])


def test_every_link_is_used_and_every_key_that_a_source_names_is_a_link(told):
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = re.findall(r"\[((?:\"\w+\"(?:, )?)+)\](?=[,)\s])", text)
    keys = {key for group in named for key in re.findall(r"\w+", group)}
    assert set(told["sections"]) <= keys
    stated = re.findall(r"sections: \[([^\]]*)\]", text)
    assert {key for group in stated for key in re.findall(r"\w+", group)} <= set(told["sections"])


def accepts(**versions):
    """Whether the installed ONNX Runtime starts a session for a model of these versions."""
    try:
        ort.InferenceSession(tiny(RELU, **versions).SerializeToString())
    except Exception as error:
        if "max supported IR version" in str(error) or "official support" in str(error):
            return False
        raise
    return True


def test_the_versions_of_the_books_runtime_are_right(told):
    [runtime] = [each for each in told["runtimes"] if each["name"].startswith("onnxruntime 1")]
    release = ".".join(ort.__version__.split(".")[:2])
    assert runtime["name"] == f"onnxruntime {release}"
    assert accepts(ir_version=runtime["irVersion"])
    assert not accepts(ir_version=runtime["irVersion"] + 1)
    for domain, version in runtime["opsets"].items():
        for number in (version, version + 1):
            other = {"more": f', "{domain}": {number}'}
            stamp = {"opset": number} if domain == "ai.onnx" else other
            assert accepts(**stamp) == (number == version)


def test_the_version_of_the_browser_runtime_is_that_of_the_lock_file(told):
    packages = json.loads((ROOT / "web" / "package.json").read_text())["dependencies"]
    release = ".".join(packages["onnxruntime-web"].split(".")[:2])
    assert told["runtimes"][0]["name"] == f"onnxruntime-web {release}"


def test_the_page_states_the_limits_that_hold(told):
    limits = told["limits"]
    prose = (ROOT / "inspect.md").read_text(encoding="utf-8")
    for text in (
        f"{limits['MAX_BYTES'] // 10**6} MB",
        f"{limits['MAX_INPUT_BYTES'] // 10**6} MB",
        f"{limits['READ_SECONDS']} seconds",
        f"{limits['RUN_SECONDS']} seconds",
        f"first {limits['MAX_NODES']} nodes",
        f"{limits['MAX_RECORDS']:,} records",
    ):
        assert text in prose


def test_page_and_helpers_draw_as_many_nodes(told):
    assert told["limits"]["MAX_NODES"] == drawing.MAX_NODES


def test_the_python_way_of_the_page_works(tmp_path, monkeypatch, capsys):
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "inspect.md").read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    onnx.save(PITFALLS["sklearn"][0], "model.onnx")
    rows = np.ones((3, 4), np.float32)
    _, expected = ort.InferenceSession("model.onnx").run(None, {"X": rows})
    exec(code, {"rows": rows, "expected": {"probabilities": expected}})
    assert "check before shipping: pass" in capsys.readouterr().out


def test_inputs_for_a_run_are_zeros_or_small_random_numbers(told):
    for is_random, inputs in zip((False, True), told["inputs"], strict=True):
        *numeric, text = inputs
        assert text == [[1], [""]]
        assert len(numeric) == len(INPUT_TYPES)
        for dims, numbers in numeric:
            assert dims == [2, 50]
            assert len(numbers) == 100
            assert 0 <= min(numbers) <= max(numbers) <= 1
            assert (len(set(numbers)) > 1) == is_random


def test_half_precision_is_read_from_its_bits(told):
    *numbers, last = told["halves"]
    assert [float(text.replace("Infinity", "inf")) for text in numbers] == HALVES[:-1].tolist()
    assert last == "NaN"


def test_no_source_writes_html():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text), path
