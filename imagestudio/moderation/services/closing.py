"""What becomes of moderation's rows when an account or a user is closed."""

from collections.abc import Iterator

from django.db import transaction

from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import Fate
from imagestudio.library.services import publishing as library
from imagestudio.moderation.models import Appeal, Case, Decision, Look, Report, Screening, Signal
from imagestudio.moderation.services.cases import lock_subject
from imagestudio.moderation.services.publishing import drop

LANE = Case.Lane


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of moderation's rows of an account that is closed."""
    cases = Case.objects.unclosed().filter(account=account)
    yield Fate(
        "Pictures that wait to be published",
        cases.filter(lane=LANE.REVIEW).count(),
        "are not looked at any more, and private should the account be opened again",
    )
    yield Fate(
        "Open cases about pictures or the account",
        cases.exclude(lane=LANE.REVIEW).count(),
        "are decided all the same; what they are about is kept until then",
    )
    yield Fate(
        "Decisions, with what people were told",
        Decision.objects.filter(account=account).count(),
        "kept, without names",
    )
    if account.person is not None:
        yield Fate(
            "Objections that wait",
            Appeal.objects.filter(user=account.person, decided_at=None).count(),
            "are decided all the same; nobody is written to",
        )
        yield Fate(
            "Reports",
            Report.objects.filter(reporter=account.person).count(),
            "kept, without names",
        )
    yield Fate(
        "Screenings of prompts and titles",
        Screening.objects.filter(account=account).count(),
        "kept as their own rules say, whoever closes",
    )
    yield Fate(
        "Looks of staff into the library",
        Look.objects.owned_by(account).count(),
        "kept, with what was seen in each",
    )
    yield Fate(
        "What safety systems refused",
        Signal.objects.filter(account=account).count(),
        "removed after 30 days",
    )


def close(*, account: Account) -> None:
    """Withdraw what waits to be published in a closed account, case by case."""
    review = Case.objects.unclosed().filter(account=account, lane=LANE.REVIEW, image__isnull=False)
    for key in list(review.values_list("pk", flat=True)):
        with transaction.atomic():
            case = review.filter(pk=key).select_for_update(no_key=True, of=("self",)).first()
            if case is None:
                continue
            lock_subject(case)
            if case.image is not None and case.image.purged_at is None:
                library.withdraw(image=case.image)
            drop(case, actor=None)
