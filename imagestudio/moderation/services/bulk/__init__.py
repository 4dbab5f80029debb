"""One verdict for many cases: chosen, tried without any effect, done, and taken back as one.

Each case is decided by the same rules as alone, in a transaction of its own, on the version in
which it was chosen; so whoever works on it can be killed anywhere, and goes on from there.
"""

from .choosing import MOST, Chosen, choose
from .trying import Forecast, choices_of, forget_drafts, try_out
from .undoing import undo, way_back
from .working import begin, go_on, take_up

__all__ = [
    "MOST",
    "Chosen",
    "Forecast",
    "begin",
    "choices_of",
    "choose",
    "forget_drafts",
    "go_on",
    "take_up",
    "try_out",
    "undo",
    "way_back",
]
