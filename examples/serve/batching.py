"""Let requests that wait at the same time share one run of the model."""

import queue
import threading
import time
from concurrent.futures import Future
from typing import Any

import numpy as np
import onnxruntime as ort

Feed = dict[str, np.ndarray]


class Batched:
    """A session with the same `run`, which collects the feeds of several threads.

    The rows of an answer may depend on nothing but the same rows of the feed.
    """

    def __init__(self, session: ort.InferenceSession, wait: float, largest: int = 32) -> None:
        self.session, self.wait, self.largest = session, wait, largest
        self.names = [value.name for value in session.get_outputs()]
        self.waiting: queue.Queue[tuple[Feed, Future[list[Any]]]] = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def run(self, names: list[str], feed: Feed) -> list[Any]:
        """Wait for the next batch, and return this feed's share of it."""
        future: Future[list[Any]] = Future()
        self.waiting.put((feed, future))
        answers = dict(zip(self.names, future.result(), strict=True))
        return [answers[name] for name in names]

    def work(self) -> None:
        """Collect for a while from the first feed on, then run."""
        while True:
            batch = [self.waiting.get()]
            until = time.monotonic() + self.wait
            while len(batch) < self.largest:
                try:
                    batch.append(self.waiting.get(timeout=max(until - time.monotonic(), 0)))
                except queue.Empty:
                    break
            try:
                self.answer(batch)
            except Exception:  # something in one of the feeds: each gets its own answer
                for each in batch:
                    self.answer_alone(*each)

    def answer(self, batch: list[tuple[Feed, Future[list[Any]]]]) -> None:
        """Run all the rows at once, and cut the answers where the feeds end."""
        feeds = [feed for feed, _ in batch]
        together = {name: np.concatenate([feed[name] for feed in feeds]) for name in feeds[0]}
        counts = [len(next(iter(feed.values()))) for feed in feeds]
        outputs = self.session.run(self.names, together)
        if any(len(output) != sum(counts) for output in outputs):
            raise ValueError("expected an answer for each row")
        pieces = [np.split(output, np.cumsum(counts)[:-1]) for output in outputs]
        for (_, future), *answers in zip(batch, *pieces, strict=True):
            future.set_result(answers)

    def answer_alone(self, feed: Feed, future: Future[list[Any]]) -> None:
        """Run one feed, and hand its error to its caller alone."""
        try:
            future.set_result(self.session.run(self.names, feed))
        except Exception as error:
            future.set_exception(error)
