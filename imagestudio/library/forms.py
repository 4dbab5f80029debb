"""What people fill in on the library's pages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone

from imagestudio.errors import FieldError, Invalid
from imagestudio.library.models import Change, ShareLink
from imagestudio.library.services.changes import Wanted
from imagestudio.library.services.shares import LONGEST_PASSWORD, SHORTEST_PASSWORD, Terms

LIVES = {"1": "a day", "7": "a week", "30": "30 days", "365": "a year", "": "until it is revoked"}
KEPT = "kept"  # the life of a link that is changed: as it is


class ShareForm(forms.Form):
    """How a new link is to be."""

    life = forms.ChoiceField(
        label="It works for", choices=list(LIVES.items()), initial="30", required=False
    )
    password = forms.CharField(
        required=False,
        strip=False,
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"Empty for none, or at least {SHORTEST_PASSWORD} characters. Tell it to them "
        "another way than the link.",
    )
    shows_prompt = forms.BooleanField(required=False, label="Show title and prompt")
    allows_download = forms.BooleanField(
        required=False,
        label="Let them download the originals",
        help_text="An original can hold what its maker wrote into the file. Without this, "
        "pictures are shown up to 1,024 pixels.",
    )

    def terms(self) -> Terms:
        """Return the checked values as the service takes them."""
        values = self.cleaned_data
        return Terms(
            expires_at=end_of(values["life"]),
            password=values["password"],
            shows_prompt=values["shows_prompt"],
            allows_download=values["allows_download"],
        )


class ChangeShareForm(ShareForm):
    """How a link is to be from now on."""

    forget_password = forms.BooleanField(required=False, label="Ask for no password any more")
    field_order = ("life", "password", "forget_password", "shows_prompt", "allows_download")

    def __init__(self, data: Any = None, *, link: ShareLink) -> None:
        """Take what was sent, and the link that is changed."""
        as_it_is = {"shows_prompt": link.shows_prompt, "allows_download": link.allows_download}
        super().__init__(data, initial={"life": KEPT, **as_it_is})
        self.fields["life"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (KEPT, f"as long as now ({until(link)})"),
            *((value, f"{words} from now" if value else words) for value, words in LIVES.items()),
        ]
        self.fields["password"].label = "New password"
        self.fields["password"].help_text = "Empty: it stays as it is."
        if not link.password:
            del self.fields["forget_password"]

    def terms(self) -> Terms:
        """Return the values that are to change."""
        values = self.cleaned_data
        terms = Terms(
            shows_prompt=values["shows_prompt"], allows_download=values["allows_download"]
        )
        if values["life"] != KEPT:
            terms["expires_at"] = end_of(values["life"])
        if values["password"] or values.get("forget_password"):
            terms["password"] = "" if values.get("forget_password") else values["password"]
        return terms


def end_of(days: str) -> datetime | None:
    """Return when a link ends that is to work for so many days from now."""
    return timezone.now() + timedelta(days=int(days)) if days else None


def until(link: ShareLink) -> str:
    """Return in words how long a link works."""
    if link.expires_at is None:
        return "until it is revoked"
    return f"until {timezone.localtime(link.expires_at):%-d %b %Y, %H:%M} UTC"


REMOVE = Change.Kind.REMOVE_FROM_ALBUM  # its page names the album beside others to add to


def wanted_from(form: QueryDict) -> Wanted:
    """Return what a form wants to become of the selected pictures. Raises Invalid."""
    deed = form.get("deed", "")
    if deed not in Change.Kind.values:
        raise Invalid("Say what to do.", fields=[FieldError("deed", "invalid", "Unknown")])
    return Wanted(
        kind=Change.Kind(deed),
        tag=text_of(form, "tag"),
        album_id=key_of(form, "from_album" if deed == REMOVE else "album"),
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
