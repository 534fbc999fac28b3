"""The service of the lesson on serving: the protocol, bad input, load, start and end."""

import contextlib
import http.client
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
import urllib.request

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import tritonclient.http as triton
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import numpy_helper, parser
from tritonclient.utils import np_to_triton_dtype

from helpers import DIGITS_MODEL, load_mnist
from tools.chapters import ROOT

SERVE = ROOT / "examples" / "serve"
INFER = "/v2/models/digits/infer"
LOGARITHM_INFER = "/v2/models/logarithm/infer"
LENGTH = "Inference-Header-Content-Length"
DEVIL = "SECRET"  # what a body holds, no answer may repeat
WINDOWS = sys.platform == "win32"

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
HEAVY = """
<ir_version: 8, opset_import: ["" : 17]>
heavy (float[N, 1000] x) => (float[N, 1000] y) { CHAIN }
"""


def write_models(folder):
    """Write what the service of these tests holds."""
    shutil.copy(DIGITS_MODEL, make(folder / "digits/1") / "model.onnx")
    onnx.save(parser.parse_model(ECHO), make(folder / "echo/1") / "model.onnx")
    onnx.save(parser.parse_model(LOGARITHM), make(folder / "logarithm/1") / "model.onnx")
    lookup = parser.parse_model(LOOKUP)
    lookup.graph.initializer.append(numpy_helper.from_array(np.float32([1, 2, 3]), "table"))
    for version in ("2", "10"):
        onnx.save(lookup, make(folder / "lookup" / version) / "model.onnx")
    count = 400  # about a second, on one thread
    chain = ["h0 = Identity (x)", *(f"h{i + 1} = MatMul (h{i}, w)" for i in range(count))]
    heavy = parser.parse_model(
        HEAVY.replace("CHAIN", f"{' '.join(chain)} y = Identity (h{count})")
    )
    heavy.graph.initializer.append(numpy_helper.from_array(np.eye(1000, dtype=np.float32), "w"))
    onnx.save(heavy, make(folder / "heavy/1") / "model.onnx")
    return folder


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Service:
    """A service in a process of its own, and what it logs."""

    def __init__(
        self, models, folder, *options, program=("-m", "uvicorn"), app=SERVE, **variables
    ):
        self.port = free_port()
        self.log = folder / f"log-{self.port}.txt"
        command = [sys.executable, *program, "app:app", "--port", str(self.port), *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=app,
                env=os.environ | {"MODELS": str(models)} | variables,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self):
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                return self.get("/v2/health/ready")
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def get(self, path):
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=30) as response:
            return json.load(response)

    def post(self, body, path=INFER, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read(), response.headers

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def start(models, tmp_path_factory):
    """Start a service, and stop it when the tests of this file are done."""
    started = []

    def start(*options, models=models, **more):
        service = Service(models, tmp_path_factory.mktemp("service"), *options, **more)
        started.append(service)
        return service

    yield start
    for service in started:
        service.stop()


@pytest.fixture(scope="module")
def service(start):
    made = start(LARGEST_BODY="1000000", PATIENCE="0.5")
    made.wait()
    return made


@pytest.fixture(scope="module")
def digits():
    """Images, and what one session answers to each."""
    images = load_mnist().x_test[:100].astype(np.float32)
    session = ort.InferenceSession(DIGITS_MODEL)
    return images, np.concatenate([session.run(None, {"image": row[None]})[0] for row in images])


def tensor(name="image", datatype="FP32", shape=(1, 28, 28), data=None, **more):
    data = np.zeros(shape).tolist() if data is None else data
    return {"name": name, "datatype": datatype, "shape": list(shape), "data": data} | more


def text(*inputs, **more):
    return json.dumps({"inputs": inputs or [tensor()], **more}).encode()


def test_what_the_lesson_quotes_is_in_the_service():
    lesson = (ROOT / "chapters" / "serve-it.md").read_text("utf-8")
    quotes = re.findall(r"^```python\n(.*?)^```$", lesson, re.MULTILINE | re.DOTALL)
    app = (SERVE / "app.py").read_text("utf-8")
    assert len(quotes) == 2
    assert [quote for quote in quotes if quote not in app] == []


def test_the_service_counts_the_cores_that_a_container_allows(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(SERVE))
    from app import usable_cores

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
    return text(*(tensor(name, *value) for name, value in values.items()), id="7")


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

BINARY = {"parameters": {"binary_data_size": 3136}}
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
    "binary, no bytes": (text(NO_DATA | BINARY), 400, "bytes of FP32 values"),
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
HEAD = text(NO_DATA | BINARY)
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
    headers = {} if length is None else {LENGTH: str(length)}
    found, answer, _ = service.post(body, headers=headers)
    check_sentence(found, answer, 400, says)


def test_the_good_body_in_binary_is_answered(service):
    assert service.post(HEAD + BYTES, headers={LENGTH: str(len(HEAD))})[0] == 200


@pytest.mark.parametrize("size", [-1, 2**70, True, "3136", 1.5, None])
def test_a_size_that_is_none_gets_a_sentence(service, size):
    head = text(NO_DATA | {"parameters": {"binary_data_size": size}})
    found, answer, _ = service.post(head + BYTES, headers={LENGTH: str(len(head))})
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
    request = json.loads(echo())
    request["inputs"][0] = {"name": "words", "datatype": "BYTES", "shape": [1, 2]}
    request["inputs"][0]["parameters"] = {"binary_data_size": len(raw)}
    head = json.dumps(request).encode()
    answer = service.post(head + raw, "/v2/models/echo/infer", {LENGTH: str(len(head))})
    check_sentence(*answer[:2], 400, "the bytes of BYTES values")


def test_a_bool_in_binary_that_is_neither_gets_a_sentence(service):
    request = json.loads(echo())
    request["inputs"][2] = {"name": "flags", "datatype": "BOOL", "shape": [1]}
    request["inputs"][2]["parameters"] = {"binary_data_size": 1}
    head = json.dumps(request).encode()
    answer = service.post(head + b"\2", "/v2/models/echo/infer", {LENGTH: str(len(head))})
    check_sentence(*answer[:2], 400, "the bytes of BOOL values")


def test_what_the_model_itself_refuses_gets_a_sentence(service):
    body = text(tensor("place", "INT64", (1,), [99]))
    check_sentence(*service.post(body, "/v2/models/lookup/infer")[:2], 400, "can compute with")


def test_an_answer_that_json_cannot_say_is_none(service):
    body = text(tensor("x", "FP32", (1,), [-1.0]))
    check_sentence(*service.post(body, "/v2/models/logarithm/infer")[:2], 400, "in binary")
    body = json.dumps(json.loads(body) | {"parameters": {"binary_data_output": True}})
    status, answer, headers = service.post(body, "/v2/models/logarithm/infer")
    assert status == 200
    assert np.isnan(np.frombuffer(answer[int(headers[LENGTH]) :], np.float32)).all()


@pytest.mark.parametrize("path", ["letters", "digits/versions/2", "digits/versions/SECRET"])
def test_a_model_or_version_that_is_not_there_gets_a_sentence(service, path):
    check_sentence(*service.post(text(), f"/v2/models/{path}/infer")[:2], 404, "digits/1")


def test_other_paths_methods_and_encodings_get_a_sentence(service):
    check_sentence(*service.post(text(), "/predict")[:2], 404, "Not Found")
    check_sentence(*service.post(text(), "/v2")[:2], 405, "Not Allowed")
    found = service.post(text(), headers={"Content-Encoding": "gzip"})
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
    assert b"expected all of it within 0.5 s" in answer


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
    headers = {} if length is None else {LENGTH: length}
    assert service.post(body, headers=headers)[0] == 400


@pytest.mark.slow
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
def test_a_missing_or_broken_file_stops_the_start_with_a_sentence(start, tmp_path, content, says):
    if content:
        (make(tmp_path / "digits/1") / "model.onnx").write_bytes(content)
    service = start(models=tmp_path)
    assert service.process.wait(30) == 3
    assert says in service.log.read_text()


@pytest.mark.parametrize("version", ["v2", "1-old"])
def test_a_version_that_is_no_number_stops_the_start(start, tmp_path, version):
    for name in ("1", version):
        shutil.copy(DIGITS_MODEL, make(tmp_path / "digits" / name) / "model.onnx")
    service = start(models=tmp_path)
    assert service.process.wait(30) == 3
    assert "expected a number as the folder of a version" in service.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="the signal is Linux's")
def test_external_data_that_are_cut_off_end_the_process(start, tmp_path):
    lookup = parser.parse_model(LOOKUP)
    table = np.ones(1_000_000, np.float32)
    lookup.graph.initializer.append(numpy_helper.from_array(table, "table"))
    folder = make(tmp_path / "lookup/1")
    onnx.save(lookup, folder / "model.onnx", save_as_external_data=True, location="weights.bin")
    service = start(models=tmp_path)
    service.wait()
    (folder / "weights.bin").write_bytes(b"")  # as the first step of a copy does
    with pytest.raises((OSError, http.client.HTTPException)):
        service.post(text(tensor("place", "INT64", (1,), [999_999])), "/v2/models/lookup/infer")
    assert service.process.wait(30) == -signal.SIGBUS


def test_dictionaries_stop_the_start_with_a_sentence(start, tmp_path):
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = np.float32([[0], [1], [2], [3]])
    model = to_onnx(LogisticRegression().fit(rows, [0, 0, 1, 1]), rows)
    onnx.save(model, make(tmp_path / "digits/1") / "model.onnx")
    service = start(models=tmp_path)
    assert service.process.wait(30) == 3
    assert "convert with zipmap=False" in service.log.read_text()


def test_an_example_that_fails_stops_the_start(start, tmp_path):
    shutil.copy(DIGITS_MODEL, make(tmp_path / "digits/1") / "model.onnx")
    (tmp_path / "digits/1/example.json").write_text("{}")
    service = start(models=tmp_path)
    assert service.process.wait(30) == 3
    assert "inputs: expected a list" in service.log.read_text()


def test_a_file_that_appears_or_changes_while_requests_run_changes_nothing(start, tmp_path):
    shutil.copy(DIGITS_MODEL, make(tmp_path / "digits/1") / "model.onnx")
    service = start(models=tmp_path)
    service.wait()
    before = service.post(text())
    shutil.copytree(tmp_path / "digits/1", tmp_path / "digits/2")
    (tmp_path / "digits/1/model.onnx").write_bytes(b"")
    assert service.post(text())[:2] == before[:2]
    assert service.post(text(), "/v2/models/digits/versions/2/infer")[0] == 404


@pytest.mark.skipif(WINDOWS, reason="Windows knows no SIGTERM")
def test_sigterm_finishes_what_runs_and_refuses_what_comes(start):
    import threading

    service = start()
    service.wait()
    rows = np.random.default_rng(0).random((400, 1000), np.float32)
    head = tensor("x", shape=rows.shape, data=[]) | {
        "parameters": {"binary_data_size": rows.nbytes}
    }
    del head["data"]
    head = json.dumps({"inputs": [head], "parameters": {"binary_data_output": True}}).encode()
    answers = []

    def call():
        answers.append(
            service.post(head + rows.tobytes(), "/v2/models/heavy/infer", {LENGTH: str(len(head))})
        )

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.3)
    service.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert not answers
    with pytest.raises(OSError, match="refused"):
        service.post(text())
    caller.join()
    [(status, body, headers)] = answers
    assert status == 200
    answer = np.frombuffer(body[int(headers[LENGTH]) :], np.float32).reshape(rows.shape)
    assert np.array_equal(answer, rows)
    service.process.wait(20)


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
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = np.random.default_rng(0).random((40, 3), np.float32)
    fitted = LogisticRegression().fit(rows, rows.sum(axis=1) > 1.5)
    folder = tmp_path_factory.mktemp("classifier")
    model = to_onnx(fitted, rows, options={"zipmap": False})
    onnx.save(model, make(folder / "digits/1") / "model.onnx")
    session = ort.InferenceSession(model.SerializeToString())
    label, probabilities = session.run(None, {"X": rows})
    return folder, rows, {"label": label, "probabilities": probabilities}


def test_the_scripts_know_a_classifier_s_outputs_apart(monkeypatch, start, classifier, tmp_path):
    monkeypatch.syspath_prepend(str(SERVE))
    from local import Service as Local

    folder, rows, outputs = classifier
    service = start(models=folder)
    service.wait()
    answer = Local.infer(_Asked(service), "digits", "X", rows)
    assert np.array_equal(answer, outputs["probabilities"])
    for name, expected in outputs.items():
        np.savez(tmp_path / "rows.npz", **{"X": rows, name: expected})
        assert load(service, tmp_path / "rows.npz", count=40)["largest difference"] < 1e-6


class _Asked:
    """A service of these tests, with the one method that a `Service` of the lesson asks with."""

    def __init__(self, service):
        self.service = service

    def ask(self, path, body, head):
        status, answer, headers = self.service.post(body, path, head)
        return status, answer, headers[LENGTH]


def test_batches_of_several_callers_are_cut_where_they_belong(start, rows_file):
    service = start(BATCH_WAIT="0.02")
    service.wait()
    found = load(service, rows_file)
    assert found["answered"] == 200
    assert found["largest difference"] < 1e-6
    bad = text(tensor("place", "INT64", (1,), [99]))
    assert service.post(bad, "/v2/models/lookup/infer")[0] == 400


def test_a_bad_feed_does_not_spoil_the_others_of_its_batch(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.syspath_prepend(str(SERVE))
    from batching import Batched

    lookup = parser.parse_model(LOOKUP)
    lookup.graph.initializer.append(numpy_helper.from_array(np.float32([1, 2, 3]), "table"))
    session = Batched(ort.InferenceSession(lookup.SerializeToString()), wait=0.1)

    def run(place):
        try:
            return session.run(["value"], {"place": np.array(place)})[0].tolist()
        except Exception as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, [[0, 1], [99], [2], [1]]))
    assert answers == [[1, 2], "InvalidArgument", [3], [2]]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux delays the confirmation by 40 ms")
def test_the_40_ms_of_two_workers_and_their_cure(start, rows_file):
    options = ("--workers", "2", "--loop", "asyncio")
    medians = []
    for program in (("-m", "uvicorn"), ("workers.py",)):
        service = start(*options, program=program)
        service.wait()
        found = load(service, rows_file, callers=1, count=40)
        assert found["answered"] == 40
        assert found["largest difference"] == 0
        medians.append(found["p50"])
        service.stop()
    slow, fast = medians
    assert slow > 38
    assert fast < slow / 2
