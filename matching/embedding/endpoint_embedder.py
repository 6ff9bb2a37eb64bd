"""An OpenAI-style endpoint: POST {url}/embeddings with ``model`` and ``input``; answers ``data[].embedding`` with ``index``.

Errors name kinds, never what was sent, the key or the address.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx
import numpy as np
from numpy.typing import NDArray

from market.kernel.breaker import CircuitBreaker
from market.kernel.settings import Settings
from matching.embedding.embedder import EmbedderUnavailable, TextRefused

_BATCH = 32
_LONGEST_TEXT = 2_000  # characters: models of this kind read 512 tokens and more
_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_CONNECT_SECONDS = 5.0
_LONGEST_FRAME = 64 * 1024  # bytes of an answer besides its numbers
_LONGEST_NUMBER = 64  # bytes: twenty digits, and the indentation of who writes a line for each
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_OF_THE_TEXT = frozenset({400, 413, 422})
_KNOWN_TEXT = "water"  # no endpoint that works for anybody refuses it


class _NotNow(EmbedderUnavailable):
    """What may go better the next moment."""


@dataclass(frozen=True)
class Waiting:
    """Seconds that only grow, a number in [0, 1) by which pauses differ, and how to wait."""

    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep


class EndpointEmbedder:
    """A model behind HTTP; threads may share one. `client` has the address, the key and the timeout."""

    def __init__(
        self,
        client: httpx.Client,
        model: str,
        *,
        version: str,
        dimensions: int,
        need_prompt: str = "",
        waiting: Waiting | None = None,
    ) -> None:
        self.version = version
        self.dimensions = dimensions
        self._client = client
        self._model = model
        self._need_prompt = need_prompt
        self._waiting = waiting or Waiting()
        self._breaker = CircuitBreaker(clock=self._waiting.clock, chance=self._waiting.chance)

    @classmethod
    def of(cls, settings: Settings, waiting: Waiting | None = None) -> Self:
        """The endpoint of these settings; nothing is sent yet. Raises ValueError for no address, and OSError for the key's file."""
        address = httpx.URL(settings.embedding_url.rstrip("/") + "/")
        if address.scheme not in {"http", "https"} or address.userinfo or not settings.embedding_model:
            raise ValueError(
                "TECHMARKET_EMBEDDING_URL wants https://host/path without a password, and TECHMARKET_EMBEDDING_MODEL beside it"
            )
        headers = {}
        if settings.embedding_key_file is not None:
            headers["Authorization"] = f"Bearer {settings.embedding_key_file.read_text(encoding='utf-8').strip()}"
        timeout = httpx.Timeout(settings.embedding_timeout_ms / 1000, connect=_CONNECT_SECONDS)
        source = f"{address}\n{settings.embedding_need_prompt}\n{settings.embedding_dimensions}"
        return cls(
            httpx.Client(base_url=address, headers=headers, timeout=timeout),
            settings.embedding_model,
            version=f"{settings.embedding_model}@{hashlib.sha256(source.encode()).hexdigest()[:8]}",
            dimensions=settings.embedding_dimensions,
            need_prompt=settings.embedding_need_prompt,
            waiting=waiting,
        )

    def embed_needs(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed([self._need_prompt + text for text in texts])

    def embed_achievements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def close(self) -> None:
        self._client.close()

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        # By length, so that no batch waits for one long text among short ones.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._asked([texts[index][:_LONGEST_TEXT] or " " for index in batch])
        return vectors

    def _asked(self, texts: list[str]) -> NDArray[np.float32]:
        for attempt in range(1, _ATTEMPTS + 1):
            if not self._breaker.permits():
                raise EmbedderUnavailable(
                    f"the embedding endpoint does not answer; the circuit is {self._breaker.state}"
                )
            try:
                vectors = self._attempt(texts)
            except TextRefused:
                self._breaker.succeeded()
                raise
            except EmbedderUnavailable as failure:
                self._breaker.failed()
                if attempt == _ATTEMPTS or not isinstance(failure, _NotNow):
                    raise
                pause = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
                self._waiting.sleep(pause * (0.5 + self._waiting.chance() / 2))
            else:
                self._breaker.succeeded()
                return vectors
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            return self._ask(texts)
        except TextRefused:
            self._accept_known_text()
            raise

    def _accept_known_text(self) -> None:
        """A wrong model's name, a refused parameter or an unpaid bill have the same status as a text that is too long."""
        try:
            self._ask([self._need_prompt + _KNOWN_TEXT])
        except TextRefused as refusal:
            raise EmbedderUnavailable(f"{refusal} to every text") from None

    def _ask(self, texts: list[str]) -> NDArray[np.float32]:
        begun = self._waiting.clock()
        asked = {"model": self._model, "input": texts}
        try:
            with self._client.stream("POST", "embeddings", json=asked) as answer:
                longest = _LONGEST_FRAME + len(texts) * self.dimensions * _LONGEST_NUMBER
                body = self._body(answer, begun, longest)  # of a refusal too: a connection that is not read out is lost
        except httpx.HTTPError as error:
            raise _NotNow(f"the embedding endpoint does not answer ({type(error).__name__})") from None
        _require_success(answer.status_code)
        try:
            return self._read(json.loads(body), len(texts))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            raise EmbedderUnavailable("the embedding endpoint gives an answer that cannot be read") from None

    def _body(self, answer: httpx.Response, begun: float, longest: int) -> bytes:
        """At most so many bytes, in the time that the client has for a read: by itself it counts that anew for every byte."""
        seconds = self._client.timeout.read
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > longest:
                raise EmbedderUnavailable("the embedding endpoint gives an answer that is too long")
            if seconds is not None and self._waiting.clock() - begun > seconds:
                raise _NotNow("the embedding endpoint takes too long over its answer")
        return bytes(body)

    def _read(self, answer: Any, count: int) -> NDArray[np.float32]:
        """Raises ValueError and its like for anything but `count` vectors of the promised size."""
        by_index = {one["index"]: one["embedding"] for one in answer["data"]}
        vectors = np.array([by_index[index] for index in range(count)], np.float32)
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.shape != (count, self.dimensions) or not np.isfinite(lengths).all() or not lengths.all():
            raise ValueError("not the vectors that were asked for")
        normalised: NDArray[np.float32] = vectors / lengths
        return normalised


def _require_success(status: int) -> None:
    message = f"the embedding endpoint answers {status}"
    if status in _OF_THE_TEXT:
        raise TextRefused(message)
    if status in _PASSING:
        raise _NotNow(message)
    if status != httpx.codes.OK:
        raise EmbedderUnavailable(message)
