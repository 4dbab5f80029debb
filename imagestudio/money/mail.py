"""Letters about budgets: to those who can raise a limit, and back to those who asked."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from imagestudio.accounts.models import Account, Role, SiteRole, User
from imagestudio.money.models import BudgetPeriod, BudgetRequest

MANAGERS = (Role.OWNER, Role.ADMIN)


def send(*, event: str, data: Mapping[str, Any]) -> int:
    """Send the letter that an event calls for and return how many people it went to."""
    return WRITERS[event](data)


def line_passed(data: Mapping[str, Any], *, is_end: bool) -> int:
    """Write to the account's owners, and to the member whose own limit it is."""
    period = BudgetPeriod.objects.select_related("account", "member").get(pk=UUID(data["period"]))
    people = with_role(period.account, [Role.OWNER])
    if period.member is not None and period.member not in people:
        people.append(period.member)
    context = {"period": period, "is_end": is_end, "used": period.held + period.settled}
    return post("line", people, account=period.account, **context)


def asked(data: Mapping[str, Any]) -> int:
    """Write to those who can raise the limit that somebody asked about."""
    request = request_of(data)
    if request.whose == BudgetRequest.Whose.MEMBER:
        people = with_role(request.account, MANAGERS)
    else:
        people = list(User.objects.filter(site_role=SiteRole.OPERATOR, is_active=True))
    return post("asked", people, account=request.account, request=request)


def answered(data: Mapping[str, Any]) -> int:
    """Write back to who asked."""
    request = request_of(data)
    return post("answered", [request.user], account=request.account, request=request)


WRITERS: Mapping[str, Callable[[Mapping[str, Any]], int]] = {
    "budget.warning": lambda data: line_passed(data, is_end=False),
    "budget.exhausted": lambda data: line_passed(data, is_end=True),
    "budget.asked": asked,
    "budget.answered": answered,
}


def request_of(data: Mapping[str, Any]) -> BudgetRequest:
    """Return the request that an event is about."""
    requests = BudgetRequest.objects.select_related("account", "user")
    return requests.get(pk=UUID(data["request"]))


def with_role(account: Account, roles: Iterable[Role]) -> list[User]:
    """Return an account's active members in one of these roles."""
    members = account.memberships.select_related("user").order_by("added_at", "id")
    found = members.filter(role__in=[*roles], user__is_active=True)
    return [member.user for member in found]


def post(name: str, people: Iterable[User], *, account: Account, **context: Any) -> int:
    """Send one letter to all of these people; its first line is its subject."""
    addresses = [user.email for user in people if user.is_active]
    if not addresses:
        return 0
    page = f"{settings.PUBLIC_URL}{reverse('money:account', args=[account.slug])}"
    text = render_to_string(f"money/mail/{name}.txt", {"account": account, "page": page, **context})
    subject, _, body = text.strip().partition("\n")
    EmailMessage(subject.strip(), f"{body.strip()}\n", to=addresses).send()
    return len(addresses)
