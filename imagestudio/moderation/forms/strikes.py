"""A plan of strikes, as senior moderators fill it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from imagestudio.errors import Invalid
from imagestudio.moderation.models import Threshold
from imagestudio.moderation.policies import STRIKING, Measure, Reason
from imagestudio.moderation.services.strikes.plans import (
    HIGHEST,
    LONGEST,
    MOST_DAYS,
    MOST_POINTS,
    MOST_TIMES,
    Terms,
)


def number(label: str, most: int, *, least: int = 0, required: bool = False) -> forms.IntegerField:
    """Return a field for a small number."""
    widget = forms.NumberInput(attrs={"class": "input"})
    return forms.IntegerField(
        min_value=least, max_value=most, required=required, label=label, widget=widget
    )


class PlanForm(forms.Form):
    """What a plan says: a number for each reason, decision and measure."""

    days = number("Days after which a strike lapses", MOST_DAYS, least=1, required=True)
    counts_copies = forms.BooleanField(
        required=False, label="Count what a rule hides because of its exact bytes, too"
    )
    text = forms.CharField(
        max_length=LONGEST,
        required=False,
        label="Why it is like this",
        help_text="Moderators see it.",
    )

    def __init__(self, data: Any = None, *, terms: Terms) -> None:
        """Take what was sent, and what stands in the form at first."""
        levels = {one.measure: one for one in terms.thresholds}
        initial: dict[str, Any] = {
            "days": terms.days,
            "counts_copies": terms.counts_copies,
            "text": terms.text,
            **{f"reason_{name}": points for name, points in terms.reasons.items()},
            **{f"action_{name}": times for name, times in terms.actions.items()},
            **{f"points_{name.value}": one.points for name, one in levels.items()},
            **{f"at_once_{name.value}": one.at_once for name, one in levels.items()},
        }
        super().__init__(data, initial=initial)
        for reason in Reason:
            self.fields[f"reason_{reason.value}"] = number(str(reason.label), MOST_POINTS)
        for action in STRIKING:
            self.fields[f"action_{action.value}"] = number(str(action.label), MOST_TIMES)
        for measure in Measure:
            label = str(measure.label)
            self.fields[f"points_{measure.value}"] = number(label, HIGHEST, least=1)
            if measure.action:
                once = forms.BooleanField(required=False, label=f"{label}: at once")
                self.fields[f"at_once_{measure.value}"] = once

    def some(self, prefix: str) -> list[BoundField]:
        """Return the fields whose names begin with something."""
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def reasons(self) -> list[BoundField]:
        """Return the points of the reasons."""
        return self.some("reason_")

    @property
    def actions(self) -> list[BoundField]:
        """Return how many times those count."""
        return self.some("action_")

    @property
    def levels(self) -> list[tuple[BoundField, BoundField | None]]:
        """Return the points of each measure, with whether the rule takes it."""
        return [
            (
                self[f"points_{one.value}"],
                self[f"at_once_{one.value}"] if one.action else None,
            )
            for one in Measure
        ]

    def terms(self) -> Terms:
        """Return what was filled in. Raises Invalid for what is no plan."""
        if not self.is_valid():
            told = [
                f"{self[name].label}: {error}"
                for name, some in self.errors.items()
                for error in some
            ]
            raise Invalid(" ".join(told))
        values: Mapping[str, Any] = self.cleaned_data
        thresholds = [
            Threshold(points, one, bool(values.get(f"at_once_{one.value}")))
            for one in Measure
            if (points := values[f"points_{one.value}"])
        ]
        return Terms(
            reasons={one.value: values[f"reason_{one.value}"] or 0 for one in Reason},
            actions={one.value: values[f"action_{one.value}"] or 0 for one in STRIKING},
            days=values["days"],
            thresholds=thresholds,
            counts_copies=values["counts_copies"],
            text=values["text"],
        )
