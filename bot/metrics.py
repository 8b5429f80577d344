"""The figures this process shows to Prometheus; no label ever names a person, a team or a text."""

from __future__ import annotations

import math
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

# Slack gives up after 3 s, so the buckets are dense below it and the last one says "too late".
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0)


class Metrics:
    """One process's registry and every metric in it; built once in bootstrap, handed to whoever counts."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.acks = Histogram(
            "gagyo_ack_seconds",
            "Seconds from the last byte of a signed request to its answer.",
            ["kind", "outcome"],
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )
        self.refused = Counter(
            "gagyo_requests_refused",
            "Requests turned away before dispatch.",
            ["reason"],
            registry=self.registry,
        )
        self.redelivered = Counter(
            "gagyo_requests_redelivered",
            "Signed requests that carry Slack's retry header.",
            registry=self.registry,
        )
        self.waiting = Gauge(
            "gagyo_dispatch_waiting", "Requests waiting for a dispatch thread.", registry=self.registry
        )
        self.outbox_sent = Counter("gagyo_outbox_sent", "Messages Slack confirmed.", registry=self.registry)
        self.outbox_failed = Counter("gagyo_outbox_failed", "Messages given up.", registry=self.registry)
        self.outbox_uncertain = Counter(
            "gagyo_outbox_uncertain", "Posts whose fate was unknown at first.", registry=self.registry
        )

    def watch_outbox(self, *, pending: Callable[[], float], lag_seconds: Callable[[], float]) -> None:
        """Read both figures at each scrape: rows not yet sent, and the age in seconds of the oldest due one.

        Call it once; a second call raises ValueError because the names are taken.
        """
        Gauge("gagyo_outbox_pending", "Outbox rows not yet sent.", registry=self.registry).set_function(
            _or_nan(pending)
        )
        Gauge(
            "gagyo_outbox_lag_seconds", "Age of the oldest due outbox row.", registry=self.registry
        ).set_function(_or_nan(lag_seconds))

    def render(self) -> tuple[bytes, str]:
        """Give the exposition text and its content type; may block on the watched callbacks."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


def _or_nan(read: Callable[[], float]) -> Callable[[], float]:
    def read_or_nan() -> float:
        try:
            return read()
        # The callbacks ask a database through any driver; when it is down the other figures matter most.
        except Exception:
            return math.nan

    return read_or_nan
