"""Changes of many pictures in words."""

from django import template

from imagestudio.library.models import Change

register = template.Library()

Kind, State = Change.Kind, Change.State

DONE = {
    Kind.TRASH: "{} moved to the trash",
    Kind.RESTORE: "{} restored",
    Kind.TAG: "{} tagged “{name}”",
    Kind.UNTAG: "“{name}” removed from {}",
    Kind.ADD_TO_ALBUM: "{} added to “{name}”",
    Kind.REMOVE_FROM_ALBUM: "{} removed from “{name}”",
    Kind.FAVOURITE: "{} marked as favourite",
    Kind.UNFAVOURITE: "{} no longer favourite",
    Kind.PURGE: "{} removed for good",
}


def pictures(count: int) -> str:
    """Return so many pictures in words."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


@register.filter
def in_words(change: Change) -> str:
    """Return what a change has done so far, in a sentence."""
    name = change.tag.name if change.tag else change.album.name if change.album else "it"
    words = DONE[Kind(change.kind)].format(pictures(change.changed), name=name)
    words = words[0].upper() + words[1:]
    if change.state == State.RUNNING:
        of = f" of {change.total:,}" if change.total is not None else ""
        return f"{words} so far. Looked at {change.done:,}{of} …"
    if change.state == State.UNDOING:
        return f"Being undone: {change.undone:,} of {change.changed:,} …"
    if change.state == State.UNDONE:
        rest = change.changed - change.undone
        left = (
            f" {pictures(rest)} had been changed again since and stay as they are." if rest else ""
        )
        return f"Undone: {pictures(change.undone)} as before.{left}"
    return f"{words}."
