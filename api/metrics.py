"""Figures for Prometheus at /metrics; a registry per application, so that tests do not share counters."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counters of requests, and gauges that the relay and /metrics keep up to date."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "techmarket_http_requests_total", "Answered requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "techmarket_http_request_seconds",
            "Time to answer",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.outbox_waiting = Gauge(
            "techmarket_outbox_waiting", "Outbox entries not yet indexed", registry=self.registry
        )
        self.outbox_dead = Gauge("techmarket_outbox_dead_letters", "Outbox entries given up", registry=self.registry)
        self.indexed = Counter("techmarket_indexed_total", "Index changes applied", registry=self.registry)
        self.degraded = Counter(
            "techmarket_search_degraded_total", "Searches answered without the engine", registry=self.registry
        )
        self.documents = Gauge("techmarket_index_documents", "Documents in the index", registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """The text format that Prometheus reads."""
        return generate_latest(self.registry)
