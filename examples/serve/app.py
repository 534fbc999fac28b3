"""Serve ONNX files over HTTP with the Open Inference Protocol, version 2.

MODELS/NAME/VERSION/model.onnx is served as NAME; without a version, the highest one answers.
Start it with `uvicorn app:app`; `python app.py` only tries every file and its example.json.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import onnxruntime as ort
from batching import Batched
from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response
from protocol import REQUEST, Model, RequestError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

FOLDER = Path(os.environ.get("MODELS", "models"))
WORKERS = int(os.environ.get("WEB_CONCURRENCY", "1"))  # uvicorn reads it, too; set no --workers
LARGEST = int(os.environ.get("LARGEST_BODY", "4000000"))  # bytes
PATIENCE = float(os.environ.get("PATIENCE", "10"))  # seconds for a body to arrive
WAIT = float(os.environ.get("BATCH_WAIT", "0"))  # seconds to collect requests for one run
MANY = 100  # the range of fewer numbers would tell some of them
log = logging.getLogger("uvicorn.error")
models: dict[str, dict[str, Model]] = {}


def usable_cores(limit: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Count the cores of this process: what it may run on, and its container's limit."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    if limit.exists():
        quota, period = limit.read_text().split()
        cores = cores if quota == "max" else min(cores, int(quota) // int(period))
    return max(cores, 1)


def load_models() -> None:
    """Make a session of each file, with this worker's share of the cores."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = max(usable_cores() // WORKERS, 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    for path in FOLDER.glob("*/*/model.onnx"):
        model = Model(path, options)
        if WAIT:
            model.session = Batched(model.session, WAIT)
        models.setdefault(model.name, {})[model.version] = model
        log.info("process %s loaded %s/%s %s", os.getpid(), *path.parts[-3:-1], model.hash)
    if not models:
        raise ValueError(f"{FOLDER}: expected NAME/VERSION/model.onnx in it, with a number")


def record(model: Model, feed: dict[str, np.ndarray], seconds: float) -> None:
    """Log what a change of the data or the model shows in, and no row itself."""
    many = {name: x for name, x in feed.items() if x.dtype.kind in "iuf" and x.size >= MANY}
    line: dict[str, Any] = {"model": model.name, "version": model.version, "hash": model.hash[:12]}
    line["shapes"] = {name: array.shape for name, array in feed.items()}
    line["ranges"] = {name: [float(np.nanmin(x)), float(np.nanmax(x))] for name, x in many.items()}
    log.info(json.dumps(line | {"ms": round(seconds * 1000, 3)}))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load at the start of each worker, so after a fork."""
    load_models()
    yield


app = FastAPI(title="ONNX files over HTTP", version="2", lifespan=lifespan)


@app.exception_handler(HTTPException)
async def refuse(request: Request, error: HTTPException) -> Response:
    """Say what is wrong where clients of the protocol look for it."""
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def read_body(request: Request) -> bytes:
    """Read the body, but no more of it than is allowed, and not for ever."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "Content-Encoding: expected none")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise HTTPException(413, f"body: expected at most {LARGEST} bytes")
    except TimeoutError as error:
        text = f"body: expected all of it within {PATIENCE:g} s"
        raise HTTPException(408, text, {"Connection": "close"}) from error
    except ClientDisconnect as error:  # nobody is left to read this
        raise HTTPException(400, "body: expected all of it") from error
    return bytes(body)


def find(name: str, version: str | None = None) -> Model:
    """The model of this name; without a version, the highest."""
    versions = models.get(name, {})
    if not versions or (version and version not in versions):
        known = ", ".join(f"{name}/{version}" for name in models for version in models[name])
        raise HTTPException(404, f"model: expected one of these: {known}")
    return versions[version or max(versions, key=int)]


@app.get("/v2")
def about_server() -> dict[str, Any]:
    """Name of the server, and what it knows of the protocol."""
    return {"name": app.title, "version": app.version, "extensions": ["binary_tensor_data"]}


@app.get("/v2/health/live")
@app.get("/v2/health/ready")
async def ready() -> dict[str, bool]:
    """Answer as soon as every model is loaded."""
    return {"live": True, "ready": True}


@app.get("/v2/models/{name}/ready")
@app.get("/v2/models/{name}/versions/{version}/ready")
async def model_ready(model: Annotated[Model, Depends(find)]) -> dict[str, Any]:
    """Answer if this model is there."""
    return {"name": model.name, "ready": True}


@app.get("/v2/models/{name}")
@app.get("/v2/models/{name}/versions/{version}")
def about_model(model: Annotated[Model, Depends(find)]) -> dict[str, Any]:
    """Inputs and outputs of a model."""
    return {
        "name": model.name,
        "versions": sorted(models[model.name], key=int),
        "platform": "onnxruntime_onnx",
        "inputs": [tensor.describe() for tensor in model.inputs.values()],
        "outputs": [tensor.describe() for tensor in model.outputs.values()],
    }


@app.post("/v2/models/{name}/infer", openapi_extra=REQUEST)
@app.post("/v2/models/{name}/versions/{version}/infer", openapi_extra=REQUEST)
def infer(
    model: Annotated[Model, Depends(find)],
    body: Annotated[bytes, Depends(read_body)],
    inference_header_content_length: Annotated[str | None, Header()] = None,
) -> Response:
    """Run the model. A plain `def` runs in a thread, so others are answered meanwhile."""
    began = time.perf_counter()
    try:
        head, tail, feed = model.answer(body, inference_header_content_length)
    except RequestError as error:
        raise HTTPException(400, str(error)) from error
    record(model, feed, time.perf_counter() - began)
    text = json.dumps(head).encode()
    if not tail:
        return Response(text, media_type="application/json")
    headers = {"Inference-Header-Content-Length": str(len(text))}
    return Response(text + tail, headers=headers, media_type="application/octet-stream")


if __name__ == "__main__":
    load_models()
    for model in (model for versions in models.values() for model in versions.values()):
        tried = "tried" if model.tried else "loaded, but there's no example.json to try"
        print(f"{model.name}/{model.version}: {tried}")
