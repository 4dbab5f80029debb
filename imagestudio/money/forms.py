"""Forms about limits: amounts are typed in dollars and handed on in micro-dollars."""

from decimal import Decimal
from typing import Any

from django import forms

from imagestudio.money.services.amounts import LARGEST, MICROS
from imagestudio.money.services.requests import LONGEST_NOTE


class DollarsField(forms.DecimalField):
    """An amount of dollars, which becomes micro-dollars; nothing stays nothing."""

    def __init__(self, **options: Any) -> None:
        """Take what any field takes."""
        super().__init__(min_value=0, max_value=LARGEST, decimal_places=2, **options)

    def clean(self, value: Any) -> int | None:
        """Return micro-dollars. Raises ValidationError."""
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount * MICROS)


class LimitForm(forms.Form):
    """A monthly limit; to take it away is a button of its own, so that nobody does by accident."""

    limit = DollarsField(
        required=False, error_messages={"invalid": "Say the limit in dollars, such as 12.50."}
    )
    remove = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a form that says neither a limit nor that there is to be none."""
        values = super().clean() or {}
        if values.get("limit") is None and not values.get("remove") and not self.errors:
            self.add_error("limit", "Say the limit in dollars, such as 12.50.")
        return values

    def wanted(self) -> int | None:
        """Return the limit in micro-dollars, None for no limit."""
        return None if self.cleaned_data["remove"] else self.cleaned_data["limit"]


class AnswerForm(forms.Form):
    """An answer to somebody who asked: a new limit, or *Decline*."""

    limit = DollarsField(required=False)
    decline = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an answer without a limit that does not decline."""
        values = super().clean() or {}
        if values.get("limit") is None and not values.get("decline") and not self.errors:
            self.add_error("limit", "Say the new limit in dollars, or decline.")
        return values

    def wanted(self) -> int | None:
        """Return the new limit in micro-dollars, None when it is declined."""
        return None if self.cleaned_data["decline"] else self.cleaned_data["limit"]


class AskForm(forms.Form):
    """A wish for a higher limit."""

    amount = DollarsField(required=False, label="Dollars a month", help_text="If you know it.")
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it is for.",
    )


def words_of(form: forms.Form) -> str:
    """Return what is wrong with a form, in a sentence or two."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
