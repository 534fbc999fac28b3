"""The service of the lesson on serving: the protocol, bad input, load, start and end."""

import contextlib
import http.client
import importlib
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import onnxruntime as ort
import psutil
import pytest
import tritonclient.http as triton
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import numpy_helper, parser
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from tritonclient.utils import np_to_triton_dtype

from helpers import DIGITS_MODEL, load_mnist
from tools.chapters import ROOT

SERVE = ROOT / "examples" / "serve"
INFER = "/v2/models/digits/infer"
LOGARITHM_INFER = "/v2/models/logarithm/infer"
LENGTH = "Inference-Header-Content-Length"
DEVIL = "SECRET"  # what a body holds, no answer may repeat

ECHO = """
<ir_version: 8, opset_import: ["" : 17]>
echo (string[N, 2] words, int64[N] counts, bool[N] flags, float16[N] halves, uint8[N] bytes)
    => (string[N, 2] w, int64[N] c, bool[N] f, float16[N] h, uint8[N] b) {
    w = Identity (words)  c = Identity (counts)  f = Identity (flags)
    h = Identity (halves)  b = Identity (bytes) }
"""
LOOKUP = """
<ir_version: 8, opset_import: ["" : 17]>
lookup (int64[N] place) => (float[N] value) { value = Gather (table, place) }
"""
LOGARITHM = """
<ir_version: 8, opset_import: ["" : 17]>
logarithm (float[N] x) => (float[N] y) { y = Log (x) }
"""
LOOP = """
<ir_version: 8, opset_import: ["" : 17]>
loop (float[N] x, int64[1] times) => (float[N] y) {
    go = Constant <value = bool {1}> ()
    y = Loop (times, go, x)
        <body = step (int64 i, bool old, float[N] s) => (bool next, float[N] t) {
        next = Identity (old)  t = Neg (s) }> }
"""


def write_models(folder):
    """Write what the service of these tests holds."""
    shutil.copy(DIGITS_MODEL, make(folder / "digits/1") / "model.onnx")
    onnx.save(parser.parse_model(ECHO), make(folder / "echo/1") / "model.onnx")
    onnx.save(parser.parse_model(LOGARITHM), make(folder / "logarithm/1") / "model.onnx")
    onnx.save(parser.parse_model(LOOP), make(folder / "loop/1") / "model.onnx")
    for version in ("2", "10"):
        onnx.save(lookup([1, 2, 3]), make(folder / "lookup" / version) / "model.onnx")
    return folder


def lookup(table):
    """A model that looks numbers up in a table."""
    model = parser.parse_model(LOOKUP)
    model.graph.initializer.append(numpy_helper.from_array(np.float32(table), "table"))
    return model


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def example(name):
    """Import a module of the service as the service does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SERVE))
        return importlib.import_module(name)


class Service(example("local").Service):
    """The service in a process of its own, asked in JSON."""

    def get(self, path):
        status, body, _ = self.ask(path)
        assert status == 200, body
        return json.loads(body)

    def post(self, body, path=INFER, head=None):
        return self.ask(path, body, head)

    def post_binary(self, text, tail, path=INFER):
        return self.post(text + tail, path, {LENGTH: str(len(text))})


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def start(models, tmp_path_factory):
    """Start a service, and stop it when the tests of this file are done."""
    code = tmp_path_factory.mktemp("service") / "code"  # the log goes there
    shutil.copytree(SERVE, code)
    started = []

    def start(*options, models=models, **more):
        service = Service(models, *options, code=code, **more)
        started.append(service)
        return service

    yield start
    for service in started:
        service.stop()


@pytest.fixture(scope="module")
def service(start):
    return start(LARGEST_BODY="1000000", PATIENCE="2")


@pytest.fixture(scope="module")
def digits():
    """Images, and what one session answers to each."""
    images = load_mnist().x_test[:100].astype(np.float32)
    session = ort.InferenceSession(DIGITS_MODEL)
    return images, np.concatenate([session.run(None, {"image": row[None]})[0] for row in images])


def tensor(name="image", datatype="FP32", shape=(1, 28, 28), data=None, **more):
    data = np.zeros(shape).tolist() if data is None else data
    return {"name": name, "datatype": datatype, "shape": list(shape), "data": data} | more


def in_binary(name="image", datatype="FP32", shape=(1, 28, 28), size=3136):
    parameters = {"binary_data_size": size}
    return {"name": name, "datatype": datatype, "shape": list(shape), "parameters": parameters}


def text(*inputs, **more):
    return json.dumps({"inputs": inputs or [tensor()], **more}).encode()


def test_what_the_lesson_quotes_is_in_the_service():
    lesson = (ROOT / "chapters" / "serve-it.md").read_text("utf-8")
    quotes = re.findall(r"^```python\n(.*?)^```$", lesson, re.MULTILINE | re.DOTALL)
    app = (SERVE / "app.py").read_text("utf-8")
    assert len(quotes) == 2
    assert [quote for quote in quotes if quote not in app] == []


def test_the_service_counts_the_cores_that_a_container_allows(tmp_path):
    usable_cores = example("app").usable_cores
    limit = tmp_path / "cpu.max"
    here = usable_cores(tmp_path / "none")
    for text, cores in (("150000 100000", 1), ("50000 100000", 1), ("max 100000", here)):
        limit.write_text(text)
        assert usable_cores(limit) == cores


# ---- the protocol, asked by a client that others wrote


@pytest.fixture(scope="module")
def client(service):
    made = triton.InferenceServerClient(f"127.0.0.1:{service.port}")
    yield made
    made.close()


def ask(client, model, version="", binary=True, **arrays):
    inputs = []
    for name, array in arrays.items():
        made = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        inputs.append(made.set_data_from_numpy(array, binary_data=binary))
    names = [out["name"] for out in client.get_model_metadata(model)["outputs"]]
    wanted = [triton.InferRequestedOutput(name, binary_data=binary) for name in names]
    answer = client.infer(model, inputs, version, wanted)
    return [answer.as_numpy(name) for name in names]


def test_the_client_of_triton_finds_health_and_metadata(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("digits")
    assert not client.is_model_ready("letters")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("digits")
    assert metadata["inputs"] == [{"name": "image", "datatype": "FP32", "shape": [-1, 28, 28]}]
    assert metadata["platform"] == "onnxruntime_onnx"


@pytest.mark.parametrize("binary", [False, True])
def test_the_client_of_triton_gets_the_session_s_answers(client, digits, binary):
    images, expected = digits
    for row in range(5):
        [answer] = ask(client, "digits", binary=binary, image=images[row : row + 1])
        assert np.array_equal(answer, expected[row : row + 1])


def test_every_type_arrives_and_comes_back_in_binary(client):
    arrays = {
        "words": np.array([["a", ""], ["\u00e4", "line\nend"]], object),
        "counts": np.array([2**62, -1]),
        "flags": np.array([True, False]),
        "halves": np.array([1.5, -2], np.float16),
        "bytes": np.array([0, 255], np.uint8),
    }
    words, *others = ask(client, "echo", **arrays)
    assert [[item.decode() for item in row] for row in words] == arrays["words"].tolist()
    for answer, array in zip(others, list(arrays.values())[1:], strict=True):
        assert answer.dtype == array.dtype
        assert np.array_equal(answer, array)


def echo(**changed):
    """A request to the model that takes every type."""
    values = {
        "words": ("BYTES", (1, 2), [["a", "b"]]),
        "counts": ("INT64", (1,), [2**62]),
        "flags": ("BOOL", (1,), [True]),
        "halves": ("FP16", (1,), [1.5]),
        "bytes": ("UINT8", (1,), [255]),
    } | changed
    inputs = [v if isinstance(v, dict) else tensor(name, *v) for name, v in values.items()]
    return text(*inputs, id="7")


def test_every_type_arrives_and_comes_back_in_json(service):
    status, body, _ = service.post(echo(), "/v2/models/echo/infer")
    answer = json.loads(body)
    assert status == 200, body
    assert answer["id"] == "7"
    data = [output["data"] for output in answer["outputs"]]
    assert data == [["a", "b"], [2**62], [True], [1.5], [255]]


def test_flat_and_nested_data_give_the_same_answer(service, digits):
    row = digits[0][:1].astype(float)
    nested = service.post(text(tensor(data=row.tolist())))
    flat = service.post(text(tensor(data=row.ravel().tolist())))
    assert nested[:2] == flat[:2]
    assert nested[0] == 200


def test_only_the_outputs_that_are_asked_for_come_back(service):
    body = json.loads(echo()) | {"outputs": [{"name": "c"}]}
    _, answer, _ = service.post(json.dumps(body), "/v2/models/echo/infer")
    assert [output["name"] for output in json.loads(answer)["outputs"]] == ["c"]


def test_without_a_version_the_highest_number_answers(service):
    assert service.get("/v2/models/lookup")["versions"] == ["2", "10"]
    body = text(tensor("place", "INT64", (1,), [2]))
    for path, version in (("", "10"), ("/versions/2", "2")):
        _, answer, _ = service.post(body, f"/v2/models/lookup{path}/infer")
        assert json.loads(answer)["model_version"] == version


# ---- bad input: an answer of the kind 4xx, in one sentence that repeats nothing

DEEP = b"[" * 200_000
NO_DATA = {"name": "image", "datatype": "FP32", "shape": [1, 28, 28]}
BAD = {
    "no body": (b"", 400, "JSON"),
    "no JSON": (b"SECRET", 400, "JSON"),
    "half of it": (text()[:500], 400, "JSON"),
    "not UTF-8": (b'{"id": "\xff"}', 400, "JSON"),
    "too deep": (DEEP, 400, "JSON"),
    "a huge number": (b'{"id": ' + b"9" * 5000 + b"}", 400, "JSON"),
    "a list": (b"[]", 400, "an object"),
    "null": (b"null", 400, "an object"),
    "NaN as the body": (b"NaN", 400, "an object"),
    "no inputs": (b"{}", 400, "inputs: expected a list"),
    "inputs is text": (b'{"inputs": "SECRET"}', 400, "inputs: expected a list"),
    "an input is text": (b'{"inputs": ["SECRET"]}', 400, "name: expected a text"),
    "id is a number": (text(id=7), 400, "id: expected a text"),
    "parameters is a list": (text(parameters=[]), 400, "parameters: expected an object"),
    "no name": (text({"datatype": "FP32"}), 400, "name: expected a text"),
    "wrong name": (text(tensor("SECRET")), 400, "each of these once: image"),
    "twice": (text(tensor(), tensor()), 400, "each of these once: image"),
    "wrong datatype": (text(tensor(datatype="FP64")), 400, "'image': expected the datatype FP32"),
    "datatype is a list": (text(tensor(datatype=[])), 400, "expected the datatype FP32"),
    "wrong shape": (text(tensor(shape=(1, 28, 27))), 400, "the shape [-1, 28, 28]"),
    "wrong rank": (text(tensor(shape=(784,))), 400, "the shape [-1, 28, 28]"),
    "empty batch": (text(tensor(shape=(0, 28, 28))), 400, "where -1 is 1 or more"),
    "a negative size": (
        text(tensor(data=[], shape=(1, 28, 28)) | {"shape": [-1, 28, 28]}),
        400,
        "1 or more",
    ),
    "shape is text": (text(NO_DATA | {"shape": "SECRET"}), 400, "the shape"),
    "a size is true": (text(NO_DATA | {"shape": [True, 28, 28]}), 400, "the shape"),
    "a size is a fraction": (text(NO_DATA | {"shape": [1.0, 28, 28]}), 400, "the shape"),
    "no data": (text(NO_DATA), 400, "data, as many as in its shape"),
    "too few": (text(tensor(data=[0.0])), 400, "data, as many as in its shape"),
    "a billion rows": (text(NO_DATA | {"shape": [10**9, 28, 28], "data": [1]}), 400, "as many as"),
    "a size of 4,000 digits": (text(NO_DATA | {"shape": [10**4000, 28, 28]}), 400, "as many as"),
    "ragged rows": (text(tensor(data=[[[0] * 28] * 27 + [[0] * 27]])), 400, "lists of that shape"),
    "deeper than its shape": (text(tensor(data=[[[[0]] * 28] * 28])), 400, "numbers as data"),
    "text": (text(tensor(data=["SECRET"] * 784)), 400, "numbers as data"),
    "a number as text": (text(tensor(data=["0.5"] * 784)), 400, "numbers as data"),
    "true": (text(tensor(data=[True] * 784)), 400, "numbers as data"),
    "null in the data": (text(tensor(data=[None] * 784)), 400, "numbers as data"),
    "NaN": (text(tensor(data=[float("nan")] * 784)), 400, "no NaN and no infinity"),
    "Infinity": (text(tensor(data=[float("-inf")] * 784)), 400, "no NaN and no infinity"),
    "1e999": (text(tensor()).replace(b"0.0", b"1e999", 1), 400, "no NaN and no infinity"),
    "1e39": (text(tensor(data=[1e39] * 784)), 400, "that FP32 can hold"),
    "10**400": (text(tensor(data=[10**400] * 784)), 400, "that FP32 can hold"),
    "unknown output": (text(outputs=[{"name": "SECRET"}]), 400, "some of these: probabilities"),
    "outputs is an object": (text(outputs={}), 400, "outputs: expected a list"),
    "a classification": (
        text(outputs=[{"name": "probabilities", "parameters": {"classification": 1}}]),
        400,
        "some of these: probabilities",
    ),
    "shared memory": (
        text(NO_DATA | {"parameters": {"shared_memory_region": "SECRET"}}),
        400,
        "data, as many as in its shape",
    ),
    "binary, no bytes": (text(in_binary()), 400, "bytes of FP32 values"),
    "too large": (b" " * 1_000_001, 413, "at most 1000000 bytes"),
}


@pytest.mark.parametrize(("body", "status", "says"), BAD.values(), ids=BAD)
def test_a_bad_body_gets_a_sentence(service, body, status, says):
    found, answer, _ = service.post(body)
    check_sentence(found, answer, status, says)


def check_sentence(found, answer, status, says):
    assert found == status, answer
    assert list(json.loads(answer)) == ["error"]
    sentence = json.loads(answer)["error"]
    assert says in sentence
    assert DEVIL not in sentence
    assert len(sentence) < 150
    assert "\n" not in sentence


BYTES = np.zeros(784, np.float32).tobytes()
HEAD = text(in_binary())
BAD_BINARY = {
    "no length": (HEAD + BYTES, None, "JSON"),
    "length is text": (HEAD + BYTES, DEVIL, "the length of the JSON"),
    "length is negative": (HEAD + BYTES, "-1", "the length of the JSON"),
    "length is beyond the body": (HEAD + BYTES, "99999", "the length of the JSON"),
    "length is too short": (HEAD + BYTES, "10", "JSON"),
    "too few bytes": (HEAD + BYTES[:-4], len(HEAD), "the bytes of FP32 values"),
    "too many bytes": (HEAD + BYTES + b"\0", len(HEAD), "as many bytes as the inputs name"),
    "NaN": (HEAD + b"\xff" * 3136, len(HEAD), "no NaN and no infinity"),
}


@pytest.mark.parametrize(("body", "length", "says"), BAD_BINARY.values(), ids=BAD_BINARY)
def test_a_bad_binary_body_gets_a_sentence(service, body, length, says):
    head = None if length is None else {LENGTH: str(length)}
    found, answer, _ = service.post(body, head=head)
    check_sentence(found, answer, 400, says)


def test_the_good_body_in_binary_is_answered(service):
    assert service.post_binary(HEAD, BYTES)[0] == 200


@pytest.mark.parametrize("size", [-1, 2**70, True, "3136", 1.5, None])
def test_a_size_that_is_none_gets_a_sentence(service, size):
    found, answer, _ = service.post_binary(text(in_binary(size=size)), BYTES)
    check_sentence(found, answer, 400, "expected")


BAD_TYPES = {
    "half a character": ({"words": ("BYTES", (1, 2), [["\ud800", "b"]])}, "BYTES can hold"),
    "a number for a text": ({"words": ("BYTES", (1, 2), [["a", 1]])}, "texts as data"),
    "null for a text": ({"words": ("BYTES", (1, 2), [["a", None]])}, "texts as data"),
    "a fraction": ({"counts": ("INT64", (1,), [1.5])}, "whole numbers as data"),
    "a float": ({"counts": ("INT64", (1,), [1.0])}, "whole numbers as data"),
    "true for 1": ({"counts": ("INT64", (1,), [True])}, "whole numbers as data"),
    "too large": ({"counts": ("INT64", (1,), [2**63])}, "INT64 can hold"),
    "256": ({"bytes": ("UINT8", (1,), [256])}, "UINT8 can hold"),
    "-1": ({"bytes": ("UINT8", (1,), [-1])}, "UINT8 can hold"),
    "1 for true": ({"flags": ("BOOL", (1,), [1])}, "true or false as data"),
    "too large for a half": ({"halves": ("FP16", (1,), [70000])}, "FP16 can hold"),
    "another number of rows": ({"flags": ("BOOL", (2,), [True, True])}, "as many rows"),
}


@pytest.mark.parametrize(("changed", "says"), BAD_TYPES.values(), ids=BAD_TYPES)
def test_each_type_has_its_bounds(service, changed, says):
    found, answer, _ = service.post(echo(**changed), "/v2/models/echo/infer")
    check_sentence(found, answer, 400, says)


@pytest.mark.parametrize(
    "raw",
    [b"\1", struct.pack("<I", 2**32 - 1), struct.pack("<I", 1) + b"\xff", b"\0" * 12, b"\0" * 5],
)
def test_texts_in_binary_that_are_none_get_a_sentence(service, raw):
    request = echo(words=in_binary("words", "BYTES", (1, 2), len(raw)))
    answer = service.post_binary(request, raw, "/v2/models/echo/infer")
    check_sentence(*answer[:2], 400, "the bytes of BYTES values")


def test_a_bool_in_binary_that_is_neither_gets_a_sentence(service):
    request = echo(flags=in_binary("flags", "BOOL", (1,), 1))
    answer = service.post_binary(request, b"\2", "/v2/models/echo/infer")
    check_sentence(*answer[:2], 400, "the bytes of BOOL values")


def test_what_the_model_itself_refuses_gets_a_sentence(service):
    body = text(tensor("place", "INT64", (1,), [99]))
    check_sentence(*service.post(body, "/v2/models/lookup/infer")[:2], 400, "can compute with")


def test_an_answer_that_json_cannot_say_is_none(service):
    body = text(tensor("x", "FP32", (1,), [-1.0]))
    check_sentence(*service.post(body, LOGARITHM_INFER)[:2], 400, "in binary")
    body = json.dumps(json.loads(body) | {"parameters": {"binary_data_output": True}})
    status, answer, length = service.post(body, LOGARITHM_INFER)
    assert status == 200
    assert np.isnan(np.frombuffer(answer[int(length) :], np.float32)).all()


@pytest.mark.parametrize("path", ["letters", "digits/versions/2", "digits/versions/SECRET"])
def test_a_model_or_version_that_is_not_there_gets_a_sentence(service, path):
    check_sentence(*service.post(text(), f"/v2/models/{path}/infer")[:2], 404, "digits/1")


def test_other_paths_methods_and_encodings_get_a_sentence(service):
    check_sentence(*service.post(text(), "/predict")[:2], 404, "Not Found")
    check_sentence(*service.post(text(), "/v2")[:2], 405, "Not Allowed")
    found = service.post(text(), head={"Content-Encoding": "gzip"})
    check_sentence(*found[:2], 415, "expected none")


def talk(service, *pieces, pause=0.0, end=False):
    """Send raw bytes, and return what comes back until the service closes."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(65536):
                answer += piece
        return answer


START = f"POST {INFER} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()


def test_a_large_body_in_pieces_without_a_length_is_cut_off(service):
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with contextlib.suppress(OSError):  # the service stops reading
        answer = talk(service, START + b"Transfer-Encoding: chunked\r\n\r\n", *[piece] * 20)
        assert b"413" in answer.split(b"\r\n")[0]
    assert service.post(text())[0] == 200


def test_a_body_that_stops_half_way_is_not_waited_for(service):
    answer = talk(service, START + b"Content-Length: 100\r\n\r\n{")
    assert b"408" in answer.split(b"\r\n")[0]
    assert b"expected all of it within 2 s" in answer


def test_a_client_that_leaves_half_way_leaves_no_trace_of_an_error(service):
    assert talk(service, START + b"Content-Length: 100\r\n\r\n{", end=True) == b""
    assert service.post(text())[0] == 200
    assert "Traceback" not in service.log.read_text()


@pytest.mark.parametrize("raw", [b"SECRET\r\n\r\n", START + b"Content-Length: x\r\n\r\n"])
def test_what_is_no_http_gets_400(service, raw):
    assert b"400" in talk(service, raw).split(b"\r\n")[0]


# ---- the log


def test_the_log_holds_ranges_but_no_number_of_a_small_input(service, digits):
    assert service.post(text(tensor("x", "FP32", (2,), [0.125, 7])), LOGARITHM_INFER)[0] == 200
    assert service.post(text(tensor(data=digits[0][:1].astype(float).tolist())))[0] == 200
    lines = [line for line in service.log.read_text().splitlines() if '"model"' in line]
    small, large = (json.loads(line[line.index("{") :]) for line in lines[-2:])
    assert small["shapes"] == {"x": [2]}
    assert small["ranges"] == {}
    assert large["ranges"] == {"image": [digits[0][0].min(), digits[0][0].max()]}


# ---- at random

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=9,
)
PLACES = st.sampled_from(["name", "datatype", "shape", "data", "parameters"])


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    where=PLACES,
    value=JSON,
    outer=st.dictionaries(st.sampled_from(["id", "outputs", "parameters"]), JSON),
)
def test_a_request_that_anything_is_put_into_gets_no_500(service, where, value, outer):
    body = json.dumps({"inputs": [tensor(shape=(1, 28, 28)) | {where: value}]} | outer)
    status, answer, _ = service.post(body)
    assert status in (200, 400), answer
    assert isinstance(json.loads(answer, parse_constant=pytest.fail), dict)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(body=st.binary(max_size=200), length=st.none() | st.integers(-9, 300).map(str))
def test_any_bytes_get_no_500(service, body, length):
    head = None if length is None else {LENGTH: length}
    assert service.post(body, head=head)[0] == 400


@pytest.mark.heavy
def test_what_schemathesis_makes_of_the_service_s_own_description_gets_no_500(service, tmp_path):
    description = service.get("/openapi.json")
    for path in description["paths"].values():
        for method in path.values():
            for parameter in method.get("parameters", []):
                known = {"name": ["digits", "echo", "lookup"], "version": ["1", "2"]}
                if parameter["name"] in known:
                    parameter["schema"] = {"enum": known[parameter["name"]]}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(description))
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(file), "--no-color"]
    command += ["--url", f"http://127.0.0.1:{service.port}", "--checks", "not_a_server_error"]
    command += ["--max-examples", "40", "--seed", "1", "--phases", "examples,coverage,fuzzing"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Test cases:\s+.*?[1-9]\d{2,}", done.stdout, re.DOTALL), done.stdout
    assert "Traceback" not in service.log.read_text()


# ---- start and end


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "expected NAME/VERSION/model.onnx"), (b"no model", "expected an ONNX file")],
)
def test_a_missing_or_broken_file_stops_the_start_with_a_sentence(tmp_path, content, says):
    if content:
        (make(tmp_path / "digits/1") / "model.onnx").write_bytes(content)
    assert says in log_of_no_start(tmp_path)


def log_of_no_start(models):
    """What the service says as it ends instead of starting."""
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"]
    variables = os.environ | {"MODELS": str(models)}
    done = subprocess.run(
        command, cwd=SERVE, env=variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3, done.stderr
    return done.stderr


@pytest.mark.parametrize("version", ["v2", "1-old"])
def test_a_version_that_is_no_number_stops_the_start(tmp_path, version):
    for name in ("1", version):
        shutil.copy(DIGITS_MODEL, make(tmp_path / "digits" / name) / "model.onnx")
    assert "expected a number as the folder of a version" in log_of_no_start(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the signal is Linux's")
def test_external_data_that_are_cut_off_end_the_process(start, tmp_path):
    folder = make(tmp_path / "lookup/1")
    large = lookup(np.ones(1_000_000))
    onnx.save(large, folder / "model.onnx", save_as_external_data=True, location="weights.bin")
    service = start(models=tmp_path)
    (folder / "weights.bin").write_bytes(b"")  # as the first step of a copy does
    with pytest.raises((OSError, http.client.HTTPException)):
        service.post(text(tensor("place", "INT64", (1,), [999_999])), "/v2/models/lookup/infer")
    assert service.process.wait(30) == -signal.SIGBUS


def test_dictionaries_stop_the_start_with_a_sentence(tmp_path):
    rows = np.float32([[0], [1], [2], [3]])
    model = to_onnx(LogisticRegression().fit(rows, [0, 0, 1, 1]), rows)
    onnx.save(model, make(tmp_path / "digits/1") / "model.onnx")
    assert "convert with zipmap=False" in log_of_no_start(tmp_path)


def test_an_example_that_fails_stops_the_start(tmp_path):
    shutil.copy(DIGITS_MODEL, make(tmp_path / "digits/1") / "model.onnx")
    (tmp_path / "digits/1/example.json").write_text("{}")
    assert "inputs: expected a list" in log_of_no_start(tmp_path)


def test_a_file_that_appears_or_changes_while_requests_run_changes_nothing(start, tmp_path):
    shutil.copy(DIGITS_MODEL, make(tmp_path / "digits/1") / "model.onnx")
    service = start(models=tmp_path)
    before = service.post(text())
    shutil.copytree(tmp_path / "digits/1", tmp_path / "digits/2")
    (tmp_path / "digits/1/model.onnx").write_bytes(b"")
    assert service.post(text())[:2] == before[:2]
    assert service.post(text(), "/v2/models/digits/versions/2/infer")[0] == 404


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
def test_sigterm_finishes_what_runs_and_refuses_what_comes(start):
    service = start()
    process = psutil.Process(service.process.pid)
    session = ort.InferenceSession(parser.parse_model(LOOP).SerializeToString())
    began = time.process_time()
    session.run(None, {"x": np.ones(2, np.float32), "times": np.array([100_000])})
    times = int(100_000 * 2 / (time.process_time() - began)) // 2 * 2  # even, for 2 seconds
    body = text(tensor("x", shape=(2,), data=[1, 2]), tensor("times", "INT64", (1,), [times]))
    before = process.cpu_times().user
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(service.post, body, "/v2/models/loop/infer")
        while not answer.done() and process.cpu_times().user < before + 0.3:
            time.sleep(0.01)  # until the model runs
        service.process.send_signal(signal.SIGTERM)
        while not answer.done() and service.is_open():
            time.sleep(0.01)
        assert not answer.done()
        with pytest.raises(OSError, match="refused"):
            service.post(text())
    status, body, _ = answer.result()
    assert status == 200
    assert json.loads(body)["outputs"][0]["data"] == [1, 2]
    assert service.process.wait(20) in (0, -signal.SIGTERM)


# ---- many at once


@pytest.fixture(scope="module")
def rows_file(digits, tmp_path_factory):
    file = tmp_path_factory.mktemp("rows") / "rows.npz"
    np.savez(file, image=digits[0], probabilities=digits[1])
    return file


def load(service, file, callers=8, count=200):
    command = [sys.executable, "load.py", f"http://127.0.0.1:{service.port}{INFER}", str(file)]
    done = subprocess.run(
        [*command, str(callers), str(count)], cwd=SERVE, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_under_load_nothing_is_lost_and_every_answer_is_the_session_s(service, rows_file):
    found = load(service, rows_file)
    assert found["answered"] == 200
    assert found["largest difference"] == 0


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A folder with a classifier of scikit-learn, whose labels come first; rows and outputs."""
    rows = np.random.default_rng(0).random((40, 3), np.float32)
    fitted = LogisticRegression().fit(rows, rows.sum(axis=1) > 1.5)
    folder = tmp_path_factory.mktemp("classifier")
    model = to_onnx(fitted, rows, options={"zipmap": False})
    onnx.save(model, make(folder / "digits/1") / "model.onnx")
    session = ort.InferenceSession(model.SerializeToString())
    label, probabilities = session.run(None, {"X": rows})
    return folder, rows, {"label": label, "probabilities": probabilities}


def test_the_scripts_know_a_classifier_s_outputs_apart(start, classifier, tmp_path):
    folder, rows, outputs = classifier
    service = start(models=folder)
    assert np.array_equal(service.infer("digits", "X", rows), outputs["probabilities"])
    for name, expected in outputs.items():
        np.savez(tmp_path / "rows.npz", **{"X": rows, name: expected})
        assert load(service, tmp_path / "rows.npz", count=40)["largest difference"] < 1e-6


def test_batches_of_several_callers_are_cut_where_they_belong(start, rows_file):
    service = start(BATCH_WAIT="0.02")
    found = load(service, rows_file)
    assert found["answered"] == 200
    assert found["largest difference"] < 1e-6
    bad = text(tensor("place", "INT64", (1,), [99]))
    assert service.post(bad, "/v2/models/lookup/infer")[0] == 400


def test_a_bad_feed_does_not_spoil_the_others_of_its_batch():
    session = ort.InferenceSession(lookup([1, 2, 3]).SerializeToString())
    session = example("batching").Batched(session, wait=0.5)

    def run(place):
        try:
            return session.run(["value"], {"place": np.array(place)})[0].tolist()
        except Exception as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, [[0, 1], [99], [2], [1]]))
    assert answers == [[1, 2], "InvalidArgument", [3], [2]]


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="Linux delays the confirmation by 40 ms")
def test_the_40_ms_of_two_workers_and_their_cure(start, rows_file):
    best = []  # of the medians, since other processes may take the cores for a while
    for program, loads in ((("-m", "uvicorn"), 1), (("workers.py",), 3)):
        service = start("--workers", "2", program=program)
        found = [load(service, rows_file, callers=1, count=20) for _ in range(loads)]
        service.stop()
        assert [each["answered"] for each in found] == [20] * loads
        assert [each["largest difference"] for each in found] == [0] * loads
        best.append(min(each["p50"] for each in found))
    slow, fast = best
    assert slow > 30
    assert fast < slow / 2
