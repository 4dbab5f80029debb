"""The classifier: how it stands, and from which scores on something follows."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Invalid, StudioError
from imagestudio.http.problems import status_of
from imagestudio.moderation.forms.limits import ScoreLimitForm
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.classifying.limits import (
    remove_limit,
    set_limit,
    standing_now,
)
from imagestudio.moderation.services.panel.rules import may_change


@require_safe
@moderator_page
def classifier(request: ModeratorRequest) -> HttpResponseBase:
    """Show how the classifier stands, and its limits."""
    return shown(request)


@require_POST
@moderator_page
def set_one(request: ModeratorRequest) -> HttpResponseBase:
    """Set a limit, in place of the one of the same category and action."""
    require_rank(Rank.SENIOR_MODERATOR, request.user)
    form = ScoreLimitForm(request.POST)
    try:
        set_limit(moderator=request.user, **form.values())
    except Invalid as error:
        return shown(request, form=form, error=error)
    messages.success(request, "The limit counts from now on.")
    return redirect("moderation:classifier")


@require_POST
@moderator_page
def remove_one(request: ModeratorRequest, limit_id: UUID) -> HttpResponseBase:
    """Let nothing follow from such a score any more."""
    remove_limit(moderator=request.user, limit_id=limit_id)
    messages.success(request, "Nothing follows from such a score any more.")
    return redirect("moderation:classifier")


def shown(
    request: ModeratorRequest,
    *,
    form: ScoreLimitForm | None = None,
    error: StudioError | None = None,
) -> HttpResponseBase:
    """Answer with the page, and with what stands in the way of something."""
    standing = standing_now()
    context = {
        "standing": standing,
        "form": form or ScoreLimitForm(categories=standing.categories),
        "error": error,
        "may_change": may_change(request.user),
    }
    status = status_of(error) if error else None
    return render(request, "moderation/classifier.html", context, status=status)
