"""Somebody else's server, faked: an OpenAI-style endpoint on a port of this machine that fails as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint(ThreadingHTTPServer):
    """Answers with vectors of the text's first characters; `statuses` are used up first, one for each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.refused = ""
        self.delay_seconds = 0.0
        self.answer: object = None
        self.raw: bytes | None = None
        self.before_each_byte: Callable[[], object] | None = None
        self.requests: list[list[str]] = []
        self.keys: set[str | None] = set()

    def handle_error(self, *_: object) -> None:
        """Whoever asked may hang up in the middle of an answer."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        own = self.server
        own.requests.append(asked["input"])
        own.keys.add(self.headers["Authorization"])
        time.sleep(own.delay_seconds)
        if own.statuses:
            self._send(own.statuses.pop(0), {"error": {"message": "no"}})
        elif own.refused and any(own.refused in text for text in asked["input"]):
            self._send(400, {"error": {"message": f"refused: {asked['input']}"}})
        else:
            data = [{"index": index, "embedding": vector_of(text)} for index, text in enumerate(asked["input"])]
            self._send(200, own.answer if own.answer is not None else {"data": data[::-1]})

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        if status == HTTPStatus.OK and self.server.raw is not None:
            data = self.server.raw
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        drip = self.server.before_each_byte
        if drip is None:
            self.wfile.write(data)
            return
        for byte in data:
            drip()
            self.wfile.write(bytes([byte]))

    def log_message(self, *_: object) -> None:
        """Keep the test's output to itself."""


def vector_of(text: str) -> list[float]:
    """Four numbers that differ by the text."""
    return [1.0 + len(text), *(float(ord(char) % 97) for char in text.ljust(3)[:3])]


@contextmanager
def running() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
