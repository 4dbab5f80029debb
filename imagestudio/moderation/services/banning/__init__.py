"""Bans of pictures: of bytes, which never enter a library again, and of looks, which wait.

What a moderator bans leaves every library's sight. Exactly the same bytes are hidden by the rule
alone; what only looks alike is hidden until a person has looked at it.
"""

from .hiding import follow, let_go, note_held
from .judging import BYTES, LOOK, TWIN
from .listing import (
    ban_picture,
    ban_together,
    bans_together,
    lift_ban,
    require_look,
    undo_decision,
)
from .sweeping import begin_again, cancel_sweep, go_on, go_on_with_sweeps

__all__ = [
    "BYTES",
    "LOOK",
    "TWIN",
    "ban_picture",
    "ban_together",
    "bans_together",
    "begin_again",
    "cancel_sweep",
    "follow",
    "go_on",
    "go_on_with_sweeps",
    "let_go",
    "lift_ban",
    "note_held",
    "require_look",
    "undo_decision",
]
