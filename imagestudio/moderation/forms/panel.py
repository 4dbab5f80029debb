"""What moderators fill in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from imagestudio.errors import Invalid
from imagestudio.moderation.models import AuditEntry, Case
from imagestudio.moderation.policies import EFFECTS, Action, Reason
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.panel.drafts import BANNING
from imagestudio.moderation.services.panel.records import Wanted

LENGTHS = {"": "until it is taken back", "1": "a day", "7": "a week", "30": "30 days"}
KEYS = {
    "a": (Action.APPROVE, Action.KEEP, Action.UPHOLD, Action.RESTORE),  # the first offered
    "h": (Action.HIDE,),
    "x": (Action.REMOVE,),
}


class DecisionForm(forms.Form):
    """A decision, on the version of the case that its maker has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    action = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        choices=[("", "Choose …"), *Reason.choices],
        required=False,
        help_text="The person is told it, with the rule that it rests on.",
    )
    facts = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        label="What you see",
        help_text="The person is told it. Say what is in the picture, not what you think of it.",
    )
    legal_ground = forms.CharField(
        max_length=500, required=False, help_text="Only where a law forbids it. Told, too."
    )
    ends = forms.ChoiceField(choices=LENGTHS.items(), required=False, label="For how long")
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        label="Note for moderators",
    )
    bans = forms.BooleanField(
        required=False, label="And ban these bytes: nobody can bring them in again"
    )
    bans_look = forms.BooleanField(
        required=False,
        label="And its appearance: what resembles it waits until a moderator decides",
    )

    def __init__(
        self, data: Any = None, *, offered: Sequence[Action], initial: dict[str, Any] | None = None
    ) -> None:
        """Take what was sent, and what this moderator may decide."""
        super().__init__(data, initial=initial)
        self.offered = offered
        choices = [(one.value, one.label) for one in Action]
        self.fields["action"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    @property
    def may_restrict(self) -> bool:
        """Say whether something is offered that takes something from a person."""
        return any(EFFECTS[one].restricts for one in self.offered)

    @property
    def may_ban(self) -> bool:
        """Say whether something is offered with which bytes can be banned."""
        return bool(set(BANNING) & set(self.offered))

    @property
    def actions(self) -> list[tuple[Action, str, bool]]:
        """Return what is offered, each with its key and whether it is chosen."""
        keys = {
            next((one for one in some if one in self.offered), None): key
            for key, some in KEYS.items()
        }
        chosen = self["action"].value()
        return [(one, keys.get(one, ""), one.value == chosen) for one in self.offered]

    def verdict(self) -> Verdict:
        """Return what was decided. Raises Invalid for what no decision can be made of."""
        if not self.is_valid():
            raise Invalid(" ".join(str(error) for some in self.errors.values() for error in some))
        values = self.cleaned_data
        action, days = Action(values["action"]), values["ends"]
        verdict = Verdict(action, facts=values["facts"], note=values["note"])
        if not EFFECTS[action].restricts:  # what the form hides then says nothing
            return verdict
        return replace(
            verdict,
            reason=values["reason"],
            legal_ground=values["legal_ground"],
            ends_at=timezone.now() + timedelta(days=int(days)) if days else None,
        )

    @property
    def bans_wanted(self) -> dict[str, bool]:
        """Return what is to be banned with the decision; its look goes with its bytes."""
        values = self.cleaned_data
        bans = values["bans"] or values["bans_look"]
        return {"bans": bans, "with_look": values["bans_look"]}


class BulkForm(DecisionForm):
    """One verdict for many cases; `counts` are what can be decided, each in how many of them."""

    def __init__(
        self,
        data: Any = None,
        *,
        counts: Sequence[tuple[Action, int]],
        of_reporter: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Take what was sent, and what this moderator may decide in how many cases."""
        kept = [(one, n) for one, n in counts if one == Action.KEEP or not of_reporter]
        super().__init__(data, offered=[one for one, _ in kept], initial=initial)
        self.counts, self.of_reporter = dict(kept), of_reporter
        del self.fields["version"], self.fields["bans"]

    @property
    def choices(self) -> list[tuple[Action, str, bool, int]]:
        """Return what is offered, each with its key, whether it is chosen, and how often."""
        return [(one, key, chosen, self.counts[one]) for one, key, chosen in self.actions]

    def verdict(self) -> Verdict:
        """Return what was decided; of a reporter's cases that their reports are invalid."""
        verdict = super().verdict()
        if self.of_reporter:
            return replace(verdict, outcome=Case.Outcome.INVALID_REPORT)
        return verdict


class LogForm(forms.Form):
    """Which lines of the audit log."""

    actor = forms.CharField(required=False, max_length=254, label="Who (e-mail)")
    verb = forms.ChoiceField(
        choices=[("", "everything"), *AuditEntry.Verb.choices], required=False, label="What"
    )
    case = forms.UUIDField(required=False, label="Case (ID)")
    look = forms.UUIDField(required=False, label="Look into a library (ID)")
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def wanted(self) -> Wanted:
        """Return what was asked for; what means nothing is left out."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**values)


def uuid_from(text: str) -> UUID | None:
    """Return the id that an address names, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
