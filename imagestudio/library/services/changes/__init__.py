"""Deeds on many pictures at once: asked for, worked off in slices, undone as one."""

from imagestudio.library.services.changes.asking import (
    Wanted,
    change_of,
    changed_ids,
    make_change,
    undo_change,
)
from imagestudio.library.services.changes.working import (
    SLICE,
    forget_changes,
    go_on_with_changes,
    work_off,
)

__all__ = [
    "SLICE",
    "Wanted",
    "change_of",
    "changed_ids",
    "forget_changes",
    "go_on_with_changes",
    "make_change",
    "undo_change",
    "work_off",
]
