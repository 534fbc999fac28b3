"""Start the service on a free port of this machine, ask it, and stop it."""

import atexit
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
LENGTH = "Inference-Header-Content-Length"


class Service:
    """A service in a process of its own; it ends with the one that started it."""

    def __init__(
        self,
        models: str | Path,
        *options: str,
        program: Sequence[str] = ("-m", "uvicorn"),
        code: Path = HERE,
        **variables: str,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = code / f"log-{self.port}.txt"
        command = [sys.executable, *program, "app:app", "--port", str(self.port), *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--loop", "asyncio"],
                cwd=code,
                env=os.environ | {"MODELS": str(Path(models).resolve())} | variables,
                stdout=log,
                stderr=log,
            )
        atexit.register(self.stop)
        while not self.is_open():
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.05)

    def is_open(self) -> bool:
        """Whether the port takes connections."""
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(
        self, path: str, body: bytes | str | None = None, head: dict[str, str] | None = None
    ) -> tuple[int, bytes, str]:
        """Get, or post a body; return the status, the answer, and the length of its JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET" if body is None else "POST", path, body, head or {})
            response = connection.getresponse()
            return response.status, response.read(), response.headers.get(LENGTH, "")
        finally:
            connection.close()

    def infer(self, model: str, name: str, rows: np.ndarray) -> np.ndarray:
        """Send rows of float32 in binary; return the last output."""
        tensor: dict[str, Any] = {"name": name, "datatype": "FP32", "shape": rows.shape}
        tensor["parameters"] = {"binary_data_size": rows.nbytes}
        wanted = {"binary_data_output": True}
        text = json.dumps({"inputs": [tensor], "parameters": wanted}).encode()
        path = f"/v2/models/{model}/infer"
        status, answer, length = self.ask(path, text + rows.tobytes(), {LENGTH: str(len(text))})
        if status != 200:
            raise ValueError(f"{status}: {answer.decode()}")
        output = json.loads(answer[: int(length)])["outputs"][-1]  # a classifier's probabilities
        kind = output["datatype"].lower().replace("fp", "float")
        size = output["parameters"]["binary_data_size"]
        return np.frombuffer(answer[-size:], kind).reshape(output["shape"])

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.process.terminate()
        self.process.wait(60)
