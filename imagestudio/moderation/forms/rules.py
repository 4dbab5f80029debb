"""A rule on words, as senior moderators fill it in."""

from typing import Any

from django import forms

from imagestudio.errors import Invalid
from imagestudio.moderation.matching import LONGEST, Kind
from imagestudio.moderation.models import RuleVersion, Screening
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.rules.making import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    Wording,
    wording_of,
)


class RuleForm(forms.Form):
    """What a rule says; of one that there is, on the version that its maker has seen."""

    name = forms.CharField(
        max_length=LONGEST_NAME, help_text="Moderators see it. The people concerned do not."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    field = forms.ChoiceField(choices=Screening.Field.choices, label="Looks in")
    kind = forms.ChoiceField(
        choices=Kind.choices,
        label="Looks for",
        help_text="Words match whole words in any case and with any accents. In disguise they are "
        "found, too, with digits, signs, dots or lookalike letters in place of theirs.",
    )
    pattern = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"}),
    )
    action = forms.ChoiceField(
        choices=RuleVersion.Action.choices, widget=forms.RadioSelect, label="Then"
    )
    reason = forms.ChoiceField(choices=[("", "Choose …"), *Reason.choices])
    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        required=False,
        label="What people are told",
        help_text="Only where it blocks. Without it they read that a rule does not allow it.",
    )

    def __init__(self, data: Any = None, *, version: RuleVersion | None = None) -> None:
        """Take what was sent, and the newest version of a rule that there is."""
        initial: dict[str, Any] = {"kind": Kind.LITERAL, "action": RuleVersion.Action.FLAG}
        if version is not None:
            names = ("kind", "pattern", "field", "action", "reason", "message")
            wording = wording_of(version)
            initial = {name: getattr(wording, name) for name in names}
            initial["version"] = version.number
        super().__init__(data, initial=initial)
        if version is not None:
            del self.fields["name"]

    def wording(self) -> Wording:
        """Return what was filled in. Raises Invalid for what is no rule."""
        if not self.is_valid():
            told = [
                f"{self[name].label}: {error}" if name in self.fields else str(error)
                for name, some in self.errors.items()
                for error in some
            ]
            raise Invalid(" ".join(told))
        values = self.cleaned_data
        return Wording(
            kind=values["kind"],
            pattern=values["pattern"],
            field=values["field"],
            action=values["action"],
            reason=values["reason"],
            message=values["message"],
        )
