"""What staff fills in to look into a library, and within one."""

from typing import Any

from django import forms

from imagestudio.errors import Invalid
from imagestudio.library.filters import LAST_YEAR
from imagestudio.moderation.models import Look
from imagestudio.moderation.models.looks import SHORTEST_TEXT
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.looks.beginning import Wish
from imagestudio.moderation.services.looks.seeing import Wanted

REASONS = [("", "Choose …"), *Reason.choices]
HOURS = {"1": "an hour", "2": "2 hours", "4": "4 hours", "8": "8 hours", "24": "a day"}
DAY = forms.DateInput(attrs={"type": "date"})


class LookForm(forms.Form):
    """A wish to look into a library."""

    account = forms.SlugField(max_length=60, help_text="As in its address: /a/account/")
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=REASONS, help_text="The owners are told it.")
    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "minlength": SHORTEST_TEXT}),
        label="Why, in your words",
        help_text=f"For the log alone; at least {SHORTEST_TEXT} characters.",
    )
    hours = forms.ChoiceField(choices=HOURS.items(), label="For how long")
    notice = forms.ChoiceField(
        choices=Look.Notice.choices, required=False, label="The owners are told"
    )

    def __init__(
        self, data: Any = None, *, may_delay: bool, initial: dict[str, Any] | None = None
    ) -> None:
        """Take what was sent, and whether this moderator may choose when owners are told."""
        super().__init__(data, initial=initial)
        if not may_delay:
            del self.fields["notice"]

    def wish(self) -> Wish:
        """Return what was filled in. Raises Invalid for what is no look."""
        if not self.is_valid():
            raise Invalid(
                " ".join(
                    f"{self[name].label}: {error}" if name in self.fields else str(error)
                    for name, some in self.errors.items()
                    for error in some
                )
            )
        values = self.cleaned_data
        return Wish(
            account=values["account"],
            person=values["person"],
            case=values["case"],
            reason=values["reason"],
            text=values["text"],
            hours=int(values["hours"]),
            notice=values.get("notice") or Look.Notice.AT_END,
        )


class LeafForm(forms.Form):
    """Which pictures of a library."""

    q = forms.CharField(required=False, max_length=200, label="Words of prompt or title")
    since = forms.DateField(required=False, widget=DAY)
    until = forms.DateField(required=False, widget=DAY)
    trash = forms.BooleanField(required=False, label="In the trash")

    def wanted(self) -> Wanted:
        """Return what was asked for; what means nothing is left out."""
        self.is_valid()
        values = self.cleaned_data
        days = {
            name: day
            for name in ("since", "until")
            if (day := values.get(name)) and day.year <= LAST_YEAR
        }
        return Wanted(
            words=values.get("q") or "",
            **days,
            is_trash=bool(values.get("trash")),
        )


class FindingForm(forms.Form):
    """Why a case is opened on a picture that was seen in a look."""

    reason = forms.ChoiceField(choices=REASONS)
    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What you see",
        help_text="For moderators: it stands in the case.",
    )

    def values(self) -> dict[str, str]:
        """Return reason and text. Raises Invalid."""
        if not self.is_valid():
            raise Invalid("Choose a reason, and say what you see.")
        return {"reason": self.cleaned_data["reason"], "text": self.cleaned_data["text"]}
