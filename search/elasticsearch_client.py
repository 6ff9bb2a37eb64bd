"""Calls to an Elasticsearch cluster: which node, how long, how often again, and what to say when there is no answer.

Reads have the time of one search in all; writes have longer. Everything that means "does not answer now" is `EngineUnavailable`
with a short reason. Reasons name kinds of errors, never what was sent, and no secret.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import elastic_transport
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from market.kernel.breaker import CircuitBreaker
from search.engine import EngineUnavailable

JSON = "application/json"
LINES = "application/x-ndjson"

INDEX_NOT_FOUND = "index_not_found_exception"

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0
_SHORTEST_WAIT_SECONDS = 0.02

_NOT_ELASTICSEARCH = "what answers there is no Elasticsearch"

Answer = Mapping[str, Any]


class RequestRefused(EngineUnavailable):
    """The cluster answered and said no; `status` is HTTP's, `kind` what Elasticsearch calls the error."""

    def __init__(self, status: int, kind: str, body: Answer) -> None:
        super().__init__(f"Elasticsearch answers {status} {kind}".rstrip())
        self.status = status
        self.kind = kind
        self.body = body


@dataclass(frozen=True)
class SignIn:
    """How to sign in; kept out of every text."""

    username: str = ""
    password_file: Path | None = None
    api_key_file: Path | None = None

    def options(self) -> dict[str, Any]:
        """What the client takes. An API key may be given as ``id:key`` or encoded, as Elasticsearch shows it."""
        if self.api_key_file is not None:
            key = self.api_key_file.read_text(encoding="utf-8").strip()
            name, colon, secret = key.partition(":")
            return {"api_key": (name, secret) if colon else key}
        if self.username and self.password_file is not None:
            return {"basic_auth": (self.username, self.password_file.read_text(encoding="utf-8").strip())}
        if self.username or self.password_file is not None:
            raise ValueError("TECHMARKET_SEARCH_USERNAME and TECHMARKET_SEARCH_PASSWORD_FILE belong together")
        return {}


def connect(urls: Sequence[str], *, sign_in: SignIn, ca_file: Path | None, connections: int) -> Elasticsearch:
    """A client for these nodes; nothing is sent yet. Raises `ValueError` for an address that is none.

    A call waits for a free connection for ever, so there must be as many as threads that search at the same time.
    """
    for url in urls:
        if "@" in url:
            raise ValueError("TECHMARKET_SEARCH_URL holds a password: put it into TECHMARKET_SEARCH_PASSWORD_FILE")
    # It would tell of every single call, and of every single one that fails.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    options = sign_in.options()
    if ca_file is not None:
        options["ca_certs"] = str(ca_file)
    return Elasticsearch(list(urls), connections_per_node=connections, max_retries=0, retry_on_timeout=False, **options)


@dataclass(frozen=True)
class Request:
    """What is asked. It may be sent more than once, so it must not matter if it arrives twice."""

    method: str
    path: str
    body: Answer | bytes | None = None
    kind: str = JSON


class Cluster:
    """The calls. Threads share one.

    `timeout_seconds` is for a read with all its attempts; with several nodes an attempt gets half of what is left, so that another
    node can still answer where one hangs. `clock` counts seconds, `chance` spreads the pauses, `sleep` waits.
    """

    def __init__(
        self,
        client: Elasticsearch,
        *,
        timeout_seconds: float,
        clock: Callable[[], float],
        chance: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.breaker = CircuitBreaker(clock=clock, chance=chance)
        self.clock = clock
        self.chance = chance
        self.sleep = sleep
        self.timeout_seconds = timeout_seconds
        self._client = client
        self._has_several_nodes = len(client.transport.node_pool) > 1
        self._patient: dict[int, Elasticsearch] = {}

    def read(self, path: str, body: Answer | None, method: str = "POST", *, again: str = "") -> Answer:
        """One read, guarded by the breaker: where the cluster has not answered for a while this raises at once.

        `again` is the path for further attempts, where it differs.
        """
        return self._call(Request(method, path, body), self.timeout_seconds, self.breaker, again)

    def call(self, request: Request, seconds: float) -> Answer:
        """A write or a question of administration; it goes out whether the breaker is open or not."""
        return self._call(request, seconds)

    def pause(self, attempt: int) -> float:
        """How long to wait after the so-many-th failure, in seconds: anything up to twice the last limit (full jitter)."""
        return self.chance() * float(min(_FIRST_PAUSE_SECONDS * 2**attempt, _LONGEST_PAUSE_SECONDS))

    def close(self) -> None:
        self._client.close()

    def _call(self, request: Request, seconds: float, breaker: CircuitBreaker | None = None, again: str = "") -> Answer:
        end = self.clock() + seconds
        attempt = 0
        while True:
            if breaker is not None and not breaker.permits():
                raise EngineUnavailable(f"Elasticsearch does not answer; the circuit is {breaker.state}")
            try:
                answer = self._attempt(request, end - self.clock())
            except EngineUnavailable as failure:
                is_passing = not isinstance(failure, RequestRefused) or failure.status in _PASSING
                if breaker is not None:
                    breaker.failed() if is_passing else breaker.succeeded()
                attempt += 1
                pause = self.pause(attempt)
                if not is_passing or attempt == _ATTEMPTS or self.clock() + pause + _SHORTEST_WAIT_SECONDS > end:
                    raise
                self.sleep(pause)
                request = replace(request, path=again or request.path)
            else:
                if breaker is not None:
                    breaker.succeeded()
                return answer

    def _attempt(self, request: Request, seconds: float) -> Answer:
        headers = {"accept": JSON} if request.body is None else {"accept": JSON, "content-type": request.kind}
        client = self._patient_for(seconds / 2 if self._has_several_nodes else seconds)
        try:
            answer = client.perform_request(request.method, request.path, headers=headers, body=request.body).body
        except UnsupportedProductError:
            raise EngineUnavailable(_NOT_ELASTICSEARCH) from None
        except ApiError as error:
            raise _refusal(error) from None
        except elastic_transport.TransportError as error:
            raise EngineUnavailable(_reason(error)) from None
        if not isinstance(answer, dict):
            raise EngineUnavailable(_NOT_ELASTICSEARCH)
        return answer

    def _patient_for(self, seconds: float) -> Elasticsearch:
        """The client that waits so long, about. Making one costs more than asking it, so they are kept in steps that grow."""
        step = round(20 * math.log2(max(seconds, _SHORTEST_WAIT_SECONDS)))
        client = self._patient.get(step)
        if client is None:
            client = self._patient[step] = self._client.options(request_timeout=2 ** (step / 20))
        return client


def _refusal(error: ApiError) -> RequestRefused:
    body = error.body if isinstance(error.body, dict) else {}
    described = body.get("error")
    kind = described.get("type", "") if isinstance(described, dict) else ""
    return RequestRefused(error.meta.status, str(kind)[:80], body)


def _reason(error: elastic_transport.TransportError) -> str:
    if isinstance(error, elastic_transport.ConnectionTimeout):
        return "Elasticsearch does not answer in time"
    if isinstance(error, elastic_transport.TlsError):
        return "Elasticsearch cannot be reached safely: its certificate does not fit TECHMARKET_SEARCH_CA_FILE or the address"
    if isinstance(error, elastic_transport.SerializationError):
        return "Elasticsearch gives an answer that cannot be read"
    return "Elasticsearch cannot be reached"
