"""What a member may do, for pages that offer only that."""

from django import template

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, allows

register = template.Library()


@register.filter
def may(membership: Membership | None, deed: str) -> bool:
    """Say whether a member may do this deed (`change_library`) now."""
    return membership is not None and allows(Deed(deed), membership)
