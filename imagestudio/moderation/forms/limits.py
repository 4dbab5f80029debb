"""A limit of the classifier, as senior moderators fill it in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from imagestudio.errors import Invalid
from imagestudio.moderation.models import ScoreLimit
from imagestudio.moderation.policies import Reason


class ScoreLimitForm(forms.Form):
    """From which score of a category on something follows."""

    field = forms.ChoiceField(choices=ScoreLimit.Field.choices, label="Looks at")
    category = forms.CharField(
        max_length=60, help_text="As the classifier calls it, such as violence/graphic."
    )
    at_least = forms.FloatField(
        label="From which score on",
        widget=forms.NumberInput(attrs={"min": "0.01", "max": "1", "step": "0.01"}),
    )
    action = forms.ChoiceField(
        choices=ScoreLimit.Action.choices, widget=forms.RadioSelect, label="Then"
    )
    reason = forms.ChoiceField(choices=[("", "Choose …"), *Reason.choices])

    def __init__(self, data: Any = None, *, categories: Sequence[str] = ()) -> None:
        """Take what was sent, and the categories that were seen lately."""
        super().__init__(data, initial={"action": ScoreLimit.Action.FLAG, "at_least": 0.8})
        self.categories = categories
        if categories:
            self.fields["category"].widget.attrs["list"] = "categories"

    def values(self) -> dict[str, Any]:
        """Return what was filled in. Raises Invalid for what is no limit."""
        if not self.is_valid():
            raise Invalid(
                " ".join(
                    f"{self[name].label}: {error}"
                    for name, some in self.errors.items()
                    for error in some
                )
            )
        return dict(self.cleaned_data)
