"""What people fill in on moderation's pages."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imagestudio.moderation.policies import RULES, Reason
from imagestudio.moderation.services.cases import LONGEST


class ReportForm(forms.Form):
    """What is wrong with a picture."""

    reason = forms.ChoiceField(
        label="What is wrong with it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong with it."},
    )
    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="What should we know?",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label="Your e-mail address",
        help_text="If you want to hear what came of it. It is used for nothing else.",
    )

    def __init__(self, data: Any = None, *, is_stranger: bool) -> None:
        """Take what was sent, and whether a person sends it whose address is not known."""
        super().__init__(data)
        self.fields["reason"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (one.value, in_words(one)) for one in Reason
        ]
        if not is_stranger:
            del self.fields["email"]


def in_words(reason: Reason) -> SafeString:
    """Return a reason with the rule that it is about."""
    rule = "Say below what it is." if reason is Reason.OTHER else RULES[reason.policy]
    return format_html("<span>{} <small>{}</small></span>", reason.label, rule)
