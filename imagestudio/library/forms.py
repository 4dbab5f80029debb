"""What people fill in on the library's pages."""

from uuid import UUID

from django.http import QueryDict

from imagestudio.errors import FieldError, Invalid
from imagestudio.library.models import Change
from imagestudio.library.services.changes import Wanted


def wanted_from(form: QueryDict) -> Wanted:
    """Return what a form wants to become of the selected pictures. Raises Invalid."""
    deed = form.get("deed", "")
    if deed not in Change.Kind.values:
        raise Invalid("Say what to do.", fields=[FieldError("deed", "invalid", "Unknown")])
    return Wanted(
        kind=Change.Kind(deed),
        tag=text_of(form, "tag"),
        album_id=key_of(form, "album"),
        new_album=text_of(form, "new_album"),
    )


def text_of(form: QueryDict, name: str) -> str:
    """Return a text of a form that the database can hold. Raises Invalid."""
    text = form.get(name, "")
    if "\0" in text:
        raise Invalid("The text contains a NUL character.")
    return text


def key_of(form: QueryDict, name: str) -> UUID | None:
    """Return an id of a form, None when it names none. Raises Invalid."""
    text = form.get(name, "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        wrong = FieldError(name, "invalid", "Not an id")
        raise Invalid("This is not the id of anything.", fields=[wrong]) from None
