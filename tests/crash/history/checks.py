"""What must be true when a history has settled, whatever happened in it.

Each check yields a sentence for whatever breaks it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Sum

from generations.models import OPEN_STATES, Attempt, Batch, Generation, State
from imagestudio.accounts.models import Account
from imagestudio.events.models import Event
from imagestudio.library import storage
from imagestudio.money.models import BudgetPeriod, Hold, LedgerEntry
from tests.crash.history.journal import Journal

Calls = Sequence[dict[str, Any]]
S = Attempt.State
HOLDS = {
    S.SUCCEEDED: {Hold.State.SETTLED, Hold.State.RELEASED},  # given back, and billed after all
    S.FAILED: {Hold.State.RELEASED},
    S.RELEASED: {Hold.State.RELEASED},
    S.NOT_BILLED: {Hold.State.RELEASED, Hold.State.SETTLED},  # written off, and free after all
    S.WRITTEN_OFF: {Hold.State.SETTLED, Hold.State.RELEASED},
    S.REFUSED: {Hold.State.SETTLED, Hold.State.RELEASED},
    S.UNKNOWN: {Hold.State.HELD},
}
LEAVES = {f"generation.{state}" for state in (*State.values, "queued") if state != "running"}


@dataclass(frozen=True)
class Evidence:
    """What the checks look at: the gateway's charge book, and what people were told."""

    calls: Calls
    journal: Journal
    slots: int

    def by_attempt(self) -> dict[str, list[dict[str, Any]]]:
        """Return the calls by the id of their attempt."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for call in self.calls:
            found[str(call["attempt_id"])].append(call)
        return found


def broken(evidence: Evidence) -> list[str]:
    """Return a sentence for everything that is not as it must be."""
    checks = (
        no_attempt_is_called_twice,
        calls_belong_to_sent_attempts,
        charges_are_booked_to_the_micro_dollar,
        charged_pictures_are_there,
        everything_has_ended,
        holds_fit_their_attempts,
        counters_equal_the_ledger,
        limits_are_kept,
        one_key_is_one_batch,
        answers_are_expected,
        events_are_whole,
        no_more_at_once_than_allowed,
    )
    return [f"{check.__name__}: {words}" for check in checks for words in check(evidence)]


def no_attempt_is_called_twice(evidence: Evidence) -> Iterator[str]:
    """Yield attempts for which the gateway was called more than once."""
    for attempt_id, calls in evidence.by_attempt().items():
        if len(calls) > 1:
            yield f"{attempt_id} was called {len(calls)} times"


def calls_belong_to_sent_attempts(evidence: Evidence) -> Iterator[str]:
    """Yield calls of attempts that are unknown to the studio, or that it has not sent."""
    sent = {str(a.pk): a for a in Attempt.objects.filter(sent_at__isnull=False)}
    for attempt_id in evidence.by_attempt():
        if attempt_id not in sent:
            yield f"{attempt_id} was called without being marked as sent"


def charges_are_booked_to_the_micro_dollar(evidence: Evidence) -> Iterator[str]:
    """Yield attempts for which the ledger says something else than the charge book.

    A charge without a picture stays held until a person decides; the log's amount is noted.
    """
    kinds = LedgerEntry.Kind
    booked: Counter[str] = Counter()
    for entry in LedgerEntry.objects.select_related("hold").exclude(
        kind__in=[kinds.HOLD, kinds.RELEASE]
    ):
        booked[str(entry.hold.attempt_id)] += entry.amount
    charged = {
        key: sum(c["cost_microdollars"] for c in calls)
        for key, calls in evidence.by_attempt().items()
    }
    for attempt in Attempt.objects.select_related("hold"):
        key = str(attempt.pk)
        was_charged, was_booked = charged.get(key, 0), booked[key]
        if attempt.state == S.UNKNOWN:
            if (attempt.logged_cost, was_booked) != (was_charged, 0):
                yield f"{key} unknown: charged {was_charged}, the log said {attempt.logged_cost}"
            if was_charged > attempt.hold.amount:
                yield f"{key} unknown: charged {was_charged}, held {attempt.hold.amount}"
        elif was_charged != was_booked or (attempt.cost or 0) != was_booked:
            yield f"{key} {attempt.state}: charged {was_charged}, booked {was_booked}"


def charged_pictures_are_there(evidence: Evidence) -> Iterator[str]:
    """Yield charged calls without a picture that are not in doubt, given up or refused."""
    without = {S.UNKNOWN, S.WRITTEN_OFF, S.REFUSED}
    by_attempt = evidence.by_attempt()
    for attempt in Attempt.objects.prefetch_related("images__image__file"):
        images = [one.image for one in attempt.images.all()]
        is_charged = any(call["charged"] for call in by_attempt.get(str(attempt.pk), []))
        if is_charged and not images and attempt.state not in without:
            yield f"{attempt.pk} was charged, has no picture, and is {attempt.state}"
        if (attempt.state == S.SUCCEEDED) != bool(images):
            yield f"{attempt.pk} is {attempt.state} with {len(images)} pictures"
        for image in images:
            if storage.size(image.file.key) != image.file.bytes:
                yield f"the bytes of image {image.pk} are not those of its row"


def everything_has_ended(_: Evidence) -> Iterator[str]:
    """Yield generations and attempts that still go on."""
    for generation in Generation.objects.filter(state__in=OPEN_STATES):
        yield f"generation {generation}"
    for attempt in Attempt.objects.filter(state__in=[S.RESERVED, S.SENT]):
        yield f"attempt {attempt.pk} {attempt.state}"


def holds_fit_their_attempts(_: Evidence) -> Iterator[str]:
    """Yield holds that do not fit their attempts; only what waits for a person is held."""
    for attempt in Attempt.objects.select_related("hold"):
        if attempt.hold.state not in HOLDS.get(S(attempt.state), set()):
            yield f"{attempt.pk} is {attempt.state}, its hold {attempt.hold.state}"
    attached = Attempt.objects.values("hold")
    for hold in Hold.objects.exclude(pk__in=attached):
        yield f"hold {hold.pk} has no attempt"


def counters_equal_the_ledger(_: Evidence) -> Iterator[str]:
    """Yield months whose counters are not the sums of their entries and open holds."""
    kinds = LedgerEntry.Kind
    spent = [kinds.SETTLE, kinds.ADJUST, kinds.WRITE_OFF]
    for period in BudgetPeriod.objects.all():
        owner = {"member_period": period} if period.member_id else {"period": period}
        holds = Hold.objects.filter(**owner)
        held = holds.filter(state=Hold.State.HELD).aggregate(sum=Sum("amount"))["sum"] or 0
        entries = LedgerEntry.objects.filter(hold__in=holds, kind__in=spent)
        settled = entries.aggregate(sum=Sum("amount"))["sum"] or 0
        if (period.held, period.settled) != (held, settled):
            yield (
                f"{period}: held {period.held}, settled {period.settled}; "
                f"by the ledger {held}, {settled}"
            )


def limits_are_kept(evidence: Evidence) -> Iterator[str]:
    """Yield months in which more is held and spent than the highest limit ever allowed."""
    limits = limits_of(evidence.journal)
    for period in BudgetPeriod.objects.filter(member=None):
        ever = limits.get(str(period.account_id), [None])
        highest = None if None in ever else max(limit for limit in ever if limit is not None)
        if highest is not None and period.held + period.settled > highest:
            yield f"{period}: {period.held} held and {period.settled} spent of {highest}"


def limits_of(journal: Journal) -> dict[str, list[int | None]]:
    """Return every limit that an account has had; at first it had none."""
    found: dict[str, list[int | None]] = defaultdict(lambda: [None])
    for entry in journal.of("budget"):
        found[str(entry["account"])].append(entry["limit"])
    return found


def one_key_is_one_batch(evidence: Evidence) -> Iterator[str]:
    """Yield keys with two batches, batches that nobody was told of, and prompts made twice."""
    told: dict[str, set[str]] = defaultdict(set)
    for entry in evidence.journal.of("submit"):
        if entry["batch"]:
            told[entry["key"]].add(entry["batch"])
    yield from (f"{key} made {len(made)} batches" for key, made in told.items() if len(made) > 1)
    known = {batch for made in told.values() for batch in made}
    stored = {str(key) for key in Batch.objects.values_list("pk", flat=True)}
    if known != stored:
        yield f"{len(stored - known)} batches nobody knows of, {len(known - stored)} are lost"


def answers_are_expected(evidence: Evidence) -> Iterator[str]:
    """Yield answers of the API that are nobody's fault but the studio's."""
    for entry in evidence.journal.entries:
        if entry.get("expected") is False:
            yield f"{entry['deed']} {entry['path']}: {entry['status']} {entry['said']}"


def events_are_whole(_: Evidence) -> Iterator[str]:
    """Yield accounts in whose stream a number is missing."""
    for account in Account.objects.all():
        numbers = list(Event.objects.owned_by(account).values_list("seq", flat=True))
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{account.slug} has {len(numbers)} events up to {max(numbers)}"


def no_more_at_once_than_allowed(evidence: Evidence) -> Iterator[str]:
    """Yield accounts, or the studio, with more calls at once than they may have.

    By intervals, from `sent` to the end: in the order of commits for one account, and by the
    clock for all. What is counted here held a slot for all of that time.
    """
    for account in Account.objects.all():
        most = most_at_once(account)
        if most > account.in_flight_cap:
            yield f"{account.slug} had {most} of {account.in_flight_cap}"
    if (most := most_at_once_in_all()) > evidence.slots:
        yield f"{most} of {evidence.slots} slots"


def most_at_once(account: Account) -> int:
    """Return how many calls of an account were under way at once, in the order of commits."""
    under_way: set[str] = set()
    most = 0
    for event in Event.objects.owned_by(account):
        if event.type == "generation.sent":
            under_way.add(event.data["generation"])
        elif event.type in LEAVES:
            under_way.discard(event.data["generation"])
        most = max(most, len(under_way))
    return most


def most_at_once_in_all() -> int:
    """Return how many calls of all accounts were under way at once, by the database's clock."""
    steps = []
    for begin, end in spans():
        steps += [(begin, 1), (end, -1)]
    return max(accumulate(step for _, step in sorted(steps)), default=0)


def spans() -> Iterator[tuple[Any, Any]]:
    """Yield when each call was marked as sent, and when its generation ended or waited again."""
    begun: dict[str, Any] = {}
    for event in Event.objects.order_by("account", "seq").filter(data__has_key="generation"):
        generation = event.data["generation"]
        if event.type == "generation.sent":
            begun[generation] = event.at
        elif event.type in LEAVES and generation in begun:
            yield begun.pop(generation), event.at
