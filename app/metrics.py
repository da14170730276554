"""Prometheus figures. Labels never hold personal values."""

from prometheus_client import Counter, Gauge, Histogram

from connectors.wire import Call

CALLS = Counter("baton_vendor_calls", "Requests to vendors", ["connection", "status"])
CALL_SECONDS = Histogram("baton_vendor_call_seconds", "Time of requests to vendors", ["connection"])
RECEIVED = Counter("baton_webhook_events", "Events received by webhook", ["connection", "outcome"])
DRAINED = Counter("baton_lane_steps", "Batches of work that lanes did", ["lane", "outcome"])
STEP_SECONDS = Histogram(
    "baton_lane_step_seconds", "Time of the parts of a batch of work", ["lane", "part"]
)
ALERT_SECONDS = Histogram(
    "baton_alert_seconds",
    "From the cause at the vendor to the alert's task in the SFA",
    buckets=(0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10, 60, 600),
)
SLA_STEPS = Counter("baton_sla_steps", "Steps that SLA clocks took", ["clock", "step"])
SLA_OPEN = Gauge("baton_sla_clocks", "SLA clocks that have not ended", ["clock", "state"])
ALERT_REACTION_SECONDS = Histogram(
    "baton_alert_reaction_seconds",
    "From the alert's task in the SFA to the first reaction of a person",
    buckets=(60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200),
)
FEED_LAG = Gauge(
    "baton_feed_lag_seconds", "Age of what a feed has not read yet", ["connection", "feed"]
)
FEED_KEPT = Gauge(
    "baton_feed_kept_seconds", "How long the vendor keeps a feed", ["connection", "feed"]
)
QUEUE = Gauge("baton_queue_depth", "Rows that wait", ["connection", "what"])


def observe(call: Call) -> None:
    """Count one vendor call."""
    CALLS.labels(call.connection, str(call.status)).inc()
    CALL_SECONDS.labels(call.connection).observe(call.took_s)
