"""The rules of the studio, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.moderation.models import APPEAL_WINDOW
from imagestudio.moderation.policies import RULES, Policy, Reason


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show each rule with the reasons that rest on it, and how decisions are made."""
    listed = [
        (policy, RULES[policy], [reason.label for reason in Reason if reason.policy == policy])
        for policy in Policy
    ]
    return render(request, "moderation/rules.html", {"rules": listed, "days": APPEAL_WINDOW.days})
