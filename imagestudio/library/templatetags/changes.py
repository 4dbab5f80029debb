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


# What is true of a picture that a deed finds so already.
ALREADY = {
    Kind.TAG: "tagged “{name}” already",
    Kind.UNTAG: "not tagged “{name}”",
    Kind.ADD_TO_ALBUM: "in “{name}” already",
    Kind.REMOVE_FROM_ALBUM: "not in “{name}”",
    Kind.FAVOURITE: "marked as favourite already",
    Kind.UNFAVOURITE: "not marked as favourite",
}
FROM_TRASH = (Kind.RESTORE, Kind.PURGE)


def pictures(count: int) -> str:
    """Return so many pictures in words."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def were(count: int, what: str) -> str:
    """Return a sentence that so many pictures were something, empty for none."""
    if not count:
        return ""
    return f" {pictures(count)} {'was' if count == 1 else 'were'} {what}."


@register.filter
def in_words(change: Change) -> str:
    """Return what a change has done so far, in a sentence or two; what it left alone, and why."""
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
    back = f" {change.undone:,} of them undone." if change.undone else ""
    return f"{words if change.changed else 'Nothing changed'}.{back}{left_alone(change, name)}"


def left_alone(change: Change, name: str) -> str:
    """Return sentences about the pictures that a change found and did not change."""
    kind = Kind(change.kind)
    if not change.done:
        return " No picture matches."
    place = "trash" if kind in FROM_TRASH else "library"
    already = ALREADY.get(kind, f"not in the {place}").format(name=name)
    return were(change.unchanged, already) + were(change.missing, f"not in the {place}")
