"""What somebody outside fills in to have pictures removed, and operators about what is kept."""

from collections.abc import Sequence

from django import forms

from imagestudio.errors import FieldError
from imagestudio.moderation.services.cases import LONGEST
from imagestudio.moderation.services.legal.requests import (
    LONGEST_ADDRESS,
    MOST_ADDRESSES,
    Signed,
)
from imagestudio.moderation.services.preserving import LONGEST_REFERENCE

KINDS = {
    "intimate": "An intimate picture of me, or of somebody I speak for, real or made to look so",
    "copyright": "It breaks my copyright, my trade mark, or the rights of somebody I speak for",
    "law": "It breaks another law",
}
EXTENSIONS = {"90": "90 days", "365": "a year", "1095": "three years"}


class RemovalForm(forms.Form):
    """A signed request to remove pictures."""

    kind = forms.ChoiceField(
        label="What is it about?",
        widget=forms.RadioSelect,
        choices=KINDS.items(),
        error_messages={"required": "Choose what it is about."},
    )
    addresses = forms.CharField(
        label="Where are the pictures?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_ADDRESSES * (LONGEST_ADDRESS + 2),
        help_text=f"The address of each picture on a line of its own, at most {MOST_ADDRESSES}: of "
        "its page in the public gallery, or of a shared link.",
    )
    text = forms.CharField(
        label="What do they show, and why may they not be here?",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST,
        help_text="For copyright: name the work, and where it can be found.",
    )
    name = forms.CharField(label="Your name", max_length=200)
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We acknowledge and answer there.",
    )
    is_in_good_faith = forms.BooleanField(
        label="I say in good faith that this is correct, that those concerned have not agreed to "
        "it, and that I am one of them or may speak for them.",
        error_messages={"required": "This is needed for a request to count."},
    )
    signature = forms.CharField(
        label="Signature", max_length=200, help_text="Type your name once more."
    )

    @property
    def lines(self) -> list[str]:
        """Return the addresses, one in a line, each once."""
        lines = (one.strip() for one in self.cleaned_data["addresses"].splitlines())
        return list(dict.fromkeys(one for one in lines if one))

    def signed(self) -> Signed:
        """Return what was said and signed."""
        values = self.cleaned_data
        return Signed(
            kind=values["kind"],
            text=values["text"],
            name=values["name"],
            email=values["email"],
            signature=values["signature"],
            is_in_good_faith=values["is_in_good_faith"],
        )

    def note_errors(self, errors: Sequence[FieldError], message: str) -> None:
        """Show what is wrong beside the fields that it is about."""
        for one in errors:
            self.add_error(one.field, one.message)
        if not errors:
            self.add_error(None, message)


class HoldForm(forms.Form):
    """What becomes of what is kept: each button says which part of it counts."""

    reference = forms.CharField(
        required=False, max_length=LONGEST_REFERENCE, label="Number of the report to an authority"
    )
    days = forms.ChoiceField(choices=EXTENSIONS.items(), required=False, label="Keep it for")
    text = forms.CharField(required=False, max_length=LONGEST, label="Why")
