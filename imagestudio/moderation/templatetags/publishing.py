"""Whether everybody sees a picture, and the way there and back, on the picture's own page."""

from typing import Any

from django import template
from django.conf import settings
from django.template import RequestContext

from imagestudio.accounts.models import Membership, User
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.library.explore import State, published
from imagestudio.library.models import Image
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.models import Decision, Notice
from imagestudio.moderation.policies import RESTRICTING
from imagestudio.moderation.services.publishing import needs_review

register = template.Library()


@register.inclusion_tag("moderation/_publication.html", takes_context=True)
def publication(context: RequestContext, image: Image) -> dict[str, Any]:
    """Show how a picture stands, with the form for publishing it."""
    membership: Membership = context["request"].membership
    return {
        **about(image, membership),
        "here": membership.account,
        "csrf_token": context.get("csrf_token"),
    }


def about(image: Image, membership: Membership) -> dict[str, Any]:
    """Return what is said of publishing a picture of the member's account."""
    now = published(image)
    may_publish = allows(Deed.PUBLISH, membership) and image.trashed_at is None
    may_withdraw = allows(Deed.CHANGE_LIBRARY, membership) and image.trashed_at is None
    refused = now.state in {State.REJECTED, State.KEPT_BACK}
    return {
        "is_on": settings.EXPLORE_IS_ON,
        "image": image,
        "state": now.state.value,
        "publication": now.publication,
        "decision": told(image, membership.user) if refused else None,
        "may_publish": may_publish and image.moderation not in HIDDEN_FROM_OTHERS,
        "may_withdraw": may_withdraw and image.visibility == Image.Visibility.PUBLIC,
        "is_looked_at": needs_review(membership.user, image),
    }


def told(image: Image, user: User) -> Decision | None:
    """Return the decision that keeps a picture from others, if this person was told of one."""
    restricting = {"decision__action__in": RESTRICTING, "decision__reversal": None}
    mine = Notice.objects.to(user).filter(decision__case__image=image, **restricting)
    notice = mine.select_related("decision").first()
    return notice.decision if notice else None
