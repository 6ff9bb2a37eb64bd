"""Applications under measurement, each served by a process of its own, so that client and server do not share an interpreter."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import psutil
import uvicorn
from fastapi import FastAPI

_STOP, _PROCESSOR, _MEMORY = "stop", "processor", "memory"
_START_SECONDS = 120


class Served:
    """A served application: its address, and what its process has used so far."""

    def __init__(self, port: int, pipe: Connection) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._pipe = pipe

    def processor_seconds(self) -> float:
        return self._ask(_PROCESSOR)

    def memory_bytes(self) -> float:
        """What of the process is in memory, files it has mapped included."""
        return self._ask(_MEMORY)

    def _ask(self, what: str) -> float:
        self._pipe.send(what)
        answer: float = self._pipe.recv()
        return answer


@contextmanager
def served(make: Callable[[Any], FastAPI], argument: Any) -> Iterator[Served]:
    """Serve what `make(argument)` returns for the block; both must be importable by another process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(make, argument, theirs), daemon=True)
    process.start()
    if not ours.poll(_START_SECONDS):
        raise RuntimeError("the server did not start")
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.send(_STOP)
        process.join()


def _serve(make: Callable[[Any], FastAPI], argument: Any, pipe: Connection) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(make(argument), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        pipe.send(listener.getsockname()[1])
        while (asked := pipe.recv()) != _STOP:
            pipe.send(time.process_time() if asked == _PROCESSOR else float(psutil.Process().memory_info().rss))
        server.should_exit = True
        thread.join()
