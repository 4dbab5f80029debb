"""Forms of an account's pages."""

from typing import Any

from django import forms

from imagestudio.accounts.models import Scope
from imagestudio.accounts.services.tokens import LONGEST_LIFE_DAYS

OFFERED = [
    (scope.value, scope.label)
    for scope in (Scope.GENERATE, Scope.LIBRARY_READ, Scope.LIBRARY_WRITE, Scope.ACCOUNT_READ)
]


class TokenForm(forms.Form):
    """What a new API token is to be called, what it may do, and for how long."""

    name = forms.CharField(
        max_length=100, help_text="So that you know it again, such as “Laptop script”."
    )
    scopes = forms.MultipleChoiceField(
        choices=OFFERED,
        widget=forms.CheckboxSelectMultiple,
        initial=[value for value, _ in OFFERED],
        label="It may",
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST_LIFE_DAYS,
        label="Days until it expires",
        help_text="Leave it empty for a token that lives until you revoke it.",
    )

    def wanted(self) -> dict[str, Any]:
        """Return the checked values under the names that the service takes."""
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "days")}
