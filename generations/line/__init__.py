"""Who is next in line, how long calls take, and when a picture can be expected: plain data."""

from generations.line.forecast import (
    MOST,
    SWEEP,
    Place,
    Running,
    Situation,
    Waiting,
    forecast,
    unevenly,
)
from generations.line.latency import Kind, Latencies, Latency, Measured, measured
from generations.line.turns import Queue, Turns

__all__ = [
    "MOST",
    "SWEEP",
    "Kind",
    "Latencies",
    "Latency",
    "Measured",
    "Place",
    "Queue",
    "Running",
    "Situation",
    "Turns",
    "Waiting",
    "forecast",
    "measured",
    "unevenly",
]
