"""Forms of an account's pages."""

import struct
from collections.abc import Iterable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.forms.utils import ErrorDict

from imagestudio.accounts.models import Role, Scope
from imagestudio.accounts.models.invitations import BY_LINK
from imagestudio.accounts.services.invitations import DAYS, MOST_DAYS, MOST_USES
from imagestudio.accounts.services.teams import LONGEST_NAME
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

    def __init__(self, *args: Any, is_moderator: bool = False, **options: Any) -> None:
        """Take whether moderating is offered too, beside what any form takes."""
        super().__init__(*args, **options)
        if is_moderator:
            choices = [*OFFERED, (Scope.MODERATE.value, Scope.MODERATE.label)]
            self.fields["scopes"].choices = choices  # type: ignore[attr-defined] # as below

    def wanted(self) -> dict[str, Any]:
        """Return the checked values under the names that the service takes."""
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "days")}


class NoCredentialPasses:
    """Answers what is no credential at all like a wrong one: what reads them raises a lot."""

    def full_clean(self) -> None:
        """Check what was sent."""
        try:
            super().full_clean()  # type: ignore[misc] # of the form that this is mixed into
        except (
            *(ArithmeticError, AttributeError, LookupError, RecursionError),
            *(TypeError, ValueError, struct.error),
        ):
            self.cleaned_data: dict[str, Any] = {}
            self._errors = ErrorDict()
            wrong = get_adapter().validation_error("incorrect_code")
            self.add_error("credential", wrong)  # type: ignore[attr-defined] # as above


class NewPasskeyForm(NoCredentialPasses, AddWebAuthnForm):  # type: ignore[misc] # ships no types
    """A new passkey, and what it is called."""


class PasskeyForm(NoCredentialPasses, AuthenticateWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey as the second factor of signing in."""


class PasskeyAgainForm(NoCredentialPasses, ReauthenticateWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey, to confirm who is signed in."""


class PasskeyAloneForm(NoCredentialPasses, LoginWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey in place of address and password."""


class TeamForm(forms.Form):
    """What a team is to be called."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="You can change it later.")


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role)

    def wanted(self) -> Role:
        """Return the checked role."""
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """An invitation to one address."""

    email = forms.EmailField(
        max_length=254, label="E-mail address", help_text="They get a letter with a link."
    )
    field_order = ("email", "role")

    def __init__(self, *args: Any, roles: Iterable[Role] = Role, **options: Any) -> None:
        """Take the roles to choose from, beside what any form takes."""
        super().__init__(*args, **options)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined] # of a ChoiceField
        self.fields["role"].initial = Role.CREATOR


class LinkForm(forms.Form):
    """A link for whoever has it."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in BY_LINK])
    days = forms.IntegerField(
        min_value=1, max_value=MOST_DAYS, initial=DAYS, label="Days until it expires"
    )
    max_uses = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_USES,
        label="How many may join",
        help_text="Leave it empty for any number.",
    )


class ConfirmForm(forms.Form):
    """The name of what is about to be closed, typed by hand."""

    typed = forms.CharField(label="Type it to confirm", max_length=254)

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        """Take what has to be typed, beside what any form takes."""
        super().__init__(*args, **options)
        self.name = name
        self.fields["typed"].label = f"Type “{name}” to confirm"
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        """Return what was typed. Raises ValidationError when it is something else."""
        typed = str(self.cleaned_data["typed"])
        if typed.strip().casefold() != self.name.casefold():
            raise forms.ValidationError("That is not the name. Nothing was changed.")
        return typed
