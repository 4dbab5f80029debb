"""Decisions: one at a time in each case, on the version of it that the moderator has seen.

Whoever decides locks the case first and its subject next, and reads what was decided before under
both: so that decisions about one subject never overlap, whichever of its cases they belong to.
"""

from .rulings import decide, decide_by_rule, decide_one_of
from .taking_back import end_by_rule, end_over, take_back, take_back_one_of
from .verdicts import Verdict

__all__ = [
    "Verdict",
    "decide",
    "decide_by_rule",
    "decide_one_of",
    "end_by_rule",
    "end_over",
    "take_back",
    "take_back_one_of",
]
