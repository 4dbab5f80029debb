"""What becomes of an account's wishes when it is closed, or when who made them is."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from generations.models import Attempt, Generation, Preset, SourceSet, State
from generations.services.admission import admit
from generations.services.attempts import release_unsent
from generations.services.happenings import happening
from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import Fate
from imagestudio.events.services import record

SLICE = 500  # generations of one statement
OPEN_ATTEMPTS = [Attempt.State.RESERVED, Attempt.State.SENT, Attempt.State.UNKNOWN]


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of the generations of an account."""
    mine = Generation.objects.owned_by(account)
    attempts = Attempt.objects.owned_by(account)
    yield Fate(
        "Pictures that wait to be made",
        mine.filter(attempts__state=Attempt.State.RESERVED).count(),
        "cancelled before their calls leave; the money held for them is given back",
    )
    yield Fate(
        "Calls under way",
        attempts.filter(state=Attempt.State.SENT).count(),
        "run to their end; what they bring is kept like the other pictures, and booked",
    )
    yield Fate(
        "Calls that may have been billed",
        attempts.in_doubt().count(),
        "are looked for as always, and booked as they turn out",
    )
    yield Fate(
        "Generations",
        mine.count(),
        "kept with their states and costs; prompts and answers are removed after 30 days",
    )
    yield Fate(
        "Presets and source sets",
        Preset.objects.owned_by(account).count() + SourceSet.objects.owned_by(account).count(),
        "removed after 30 days",
    )


def close(*, account: Account) -> None:
    """Cancel what waits in a closed account, and what its person, closed too, asked for elsewhere.

    What was sent cannot be taken back: it ends by itself, is booked, and its picture is kept.
    """
    whose = Q(account=account)
    if account.person is not None and account.person.closed_at is not None:
        whose |= Q(user=account.person)
    waiting = Generation.objects.filter(whose, attempts__state=Attempt.State.RESERVED)
    for key in list(waiting.values_list("pk", flat=True)):
        cancel(key)


@transaction.atomic
def cancel(generation_id: UUID) -> bool:
    """Cancel a generation whose call has not left, and free its money; say whether it had not."""
    rows = Generation.objects.select_for_update(of=("self",)).select_related("account", "user")
    generation = rows.get(pk=generation_id)
    if not release_unsent(generation):
        return False
    Generation.objects.filter(pk=generation.pk).update(
        state=State.CANCELLED, ended_at=Now(), cancel_requested_at=Now()
    )
    admit()
    record(happening("cancelled", generation))
    return True


def purge(*, account: Account) -> None:
    """Remove the words of a closed account's wishes, what the gateway answered, and presets.

    What is still open stays as it is: it may yet come home, and money hangs on it.
    """
    Preset.objects.owned_by(account).delete()
    SourceSet.objects.owned_by(account).delete()
    while True:
        ended = settled().filter(account=account)
        keys = list(ended.values_list("pk", flat=True)[:SLICE])
        if not keys:
            return
        with transaction.atomic():
            Attempt.objects.filter(generation__in=keys).update(answer=None)
            Generation.objects.filter(pk__in=keys).update(prompt="")


def settled() -> QuerySet[Generation]:
    """Return the generations that still have their words, and of which nothing is open any more."""
    worded = Generation.objects.exclude(prompt="")
    return worded.exclude(attempts__state__in=OPEN_ATTEMPTS)


def settled_late() -> QuerySet[Account]:
    """Return accounts that were purged while something was open which has been settled since."""
    late = settled().filter(account__purged_at__isnull=False)
    return Account.objects.filter(pk__in=late.values("account"))
