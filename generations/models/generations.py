"""Wishes for pictures, the calls made for them, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from generations.models.batches import Batch
from imagestudio.accounts.models import Account, User
from imagestudio.library.models import MAX_POSITION, File, Image
from imagestudio.moderation.models import Screening
from imagestudio.money.models import Hold


class State(models.TextChoices):
    """Where a generation stands; who moves it from one to the next stands in `services`."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    REFUSED = "refused", "Refused"
    UNKNOWN = "unknown", "Unknown outcome"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (State.QUEUED, State.RUNNING)


class GenerationQuerySet(models.QuerySet["Generation"]):
    """Reads of generations."""

    def owned_by(self, account: Account) -> GenerationQuerySet:
        """Return the generations of an account."""
        return self.filter(account=account)

    def newest_first(self) -> GenerationQuerySet:
        """Return the generations in the order of their requests, the last one first."""
        return self.order_by("-requested_at", "-id")

    def prompts_of(self, user: User) -> GenerationQuerySet:
        """Return what a person asked for here, the last first: where their prompts are found."""
        return self.filter(user=user).order_by("-requested_at", "-id")

    def with_details(self) -> GenerationQuerySet:
        """Return rows with all that a tile or an answer shows, in a fixed number of statements."""
        return self.select_related("image__file", "user", "screening").prefetch_related(
            models.Prefetch("attempts", Attempt.objects.select_related("hold").order_by("number")),
            models.Prefetch("sources", Source.objects.select_related("image", "file")),
        )

    def on_the_bench(self) -> GenerationQuerySet:
        """Return the composer's tiles: what is open, or ended badly and is not dismissed."""
        return self.filter(
            Q(state__in=OPEN_STATES)
            | Q(state__in=[State.FAILED, State.REFUSED, State.UNKNOWN], dismissed_at=None)
        )

    def in_flight(self) -> GenerationQuerySet:
        """Return what takes a slot: admitted and not yet ended."""
        return self.filter(state__in=OPEN_STATES, admitted_at__isnull=False)

    def waiting(self) -> GenerationQuerySet:
        """Return what waits for a slot."""
        return self.filter(state=State.QUEUED, admitted_at=None)


class Generation(models.Model):
    """A person's wish for one picture: model, prompt, parameters, ordered sources."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="generations")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="generations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=100)
    prompt = models.TextField()
    parameters = models.JSONField(help_text="quality, size, background, output_format")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    screening = models.ForeignKey(
        Screening, on_delete=models.SET_NULL, null=True, related_name="generations"
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    requested_at = models.DateTimeField(db_default=Now())
    admitted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    skips_cache = models.BooleanField(
        default=False, help_text="Its first call was answered with somebody else's picture"
    )
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = GenerationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="generation_completed_has_image",
                condition=~Q(state="completed") | Q(image__isnull=False),
            ),
            models.CheckConstraint(
                name="generation_ended_at_when_ended",
                condition=Q(state__in=["queued", "running"], ended_at=None)
                | (~Q(state__in=["queued", "running"]) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="generation_running_is_admitted",
                condition=~Q(state="running") | Q(admitted_at__isnull=False),
            ),
        ]
        indexes = [
            # Activity: one account's generations, the last one first.
            models.Index(
                "account", F("requested_at").desc(), F("id").desc(), name="generation_activity"
            ),
            # A person's last prompts in one account.
            models.Index(
                "account",
                "user",
                F("requested_at").desc(),
                F("id").desc(),
                name="generation_prompts",
            ),
            # Admission: who waits, in order; and who holds a slot.
            models.Index(
                "account",
                "requested_at",
                "id",
                name="generation_waiting",
                condition=Q(state="queued", admitted_at=None),
            ),
            models.Index(
                "account",
                name="generation_in_flight",
                condition=Q(state__in=["queued", "running"], admitted_at__isnull=False),
            ),
            # Ties in admission: when an account started its last one.
            models.Index(
                "account",
                "admitted_at",
                name="generation_last_start",
                condition=Q(admitted_at__isnull=False),
            ),
            # Tiles of one account that want attention.
            models.Index(
                "account",
                F("requested_at").desc(),
                name="generation_bench",
                condition=Q(state__in=["queued", "running", "failed", "refused", "unknown"])
                & Q(dismissed_at=None),
            ),
            # From a picture to the wish that it fulfils.
            models.Index("image", name="generation_image", condition=Q(image__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def picture(self) -> Image | None:
        """Return its picture as long as the library shows it."""
        return self.image if self.image is not None and self.image.is_listed else None

    @property
    def attempt(self) -> Attempt | None:
        """Return the newest attempt, from the rows that `with_details` loaded."""
        attempts = list(self.attempts.all())
        return attempts[-1] if attempts else None


class Source(models.Model):
    """An image that goes into a generation; `file` fixes its bytes, whatever becomes of it.

    Only when the image is removed for good after the generation has ended is it None.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="sources")
    position = models.PositiveSmallIntegerField()
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(
        File, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "position"], name="source_position"),
            models.CheckConstraint(
                name="source_position_range",
                condition=Q(position__gte=1, position__lte=MAX_POSITION),
            ),
        ]
        indexes = [
            # Where an image was used, page by page; keys of later rows are greater.
            models.Index("image", F("generation").desc(), name="source_uses"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.image_id}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Reads of attempts."""

    def may_come_back(self) -> AttemptQuerySet:
        """Return attempts that may have been billed, and whose pictures have not come home."""
        return self.filter(
            Q(state__in=[Attempt.State.UNKNOWN, Attempt.State.WRITTEN_OFF])
            | Q(state=Attempt.State.NOT_BILLED, logged_cost=None)  # only the log's silence says so
        )

    def lost(self) -> AttemptQuerySet:
        """Return attempts that were answered, and whose pictures have not come home."""
        return self.may_come_back().filter(answer__isnull=False)

    def owned_by(self, account: Account) -> AttemptQuerySet:
        """Return the attempts of an account."""
        return self.filter(generation__account=account)

    def in_doubt(self) -> AttemptQuerySet:
        """Return attempts of which nobody knows whether they were billed; their money is held."""
        return self.filter(state=Attempt.State.UNKNOWN)

    def unverified(self) -> AttemptQuerySet:
        """Return refused attempts whose money was given back although no log said so."""
        return self.filter(
            state=Attempt.State.REFUSED, hold__state=Hold.State.RELEASED, logged_cost=None
        )

    def may_have_reached_the_provider(self) -> AttemptQuerySet:
        """Return attempts whose call the provider may have worked on."""
        surely = Q(state__in=[Attempt.State.SUCCEEDED, Attempt.State.REFUSED])
        return self.may_come_back() | self.filter(surely)


class Attempt(models.Model):
    """One call to the gateway that may cost money. Born with its hold, never without."""

    class State(models.TextChoices):
        RESERVED = "reserved", "Reserved"
        SENT = "sent", "Sent"
        SUCCEEDED = "succeeded", "Succeeded"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"
        RELEASED = "released", "Released"
        NOT_BILLED = "not_billed", "Not billed"
        WRITTEN_OFF = "written_off", "Written off"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="+")
    estimate = models.BigIntegerField(help_text="What it will probably cost, micro-dollars")
    cost = models.BigIntegerField(null=True, blank=True, help_text="As booked, micro-dollars")
    logged_cost = models.BigIntegerField(
        null=True, blank=True, help_text="What the gateway's log says it cost, micro-dollars"
    )
    state = models.CharField(max_length=12, choices=State, default=State.RESERVED)
    resends = models.PositiveSmallIntegerField(
        default=0, help_text="How many attempts the machine made just before this one"
    )
    epoch = models.PositiveIntegerField(
        default=0, help_text="Raised by every claim; a worker with an older one has been replaced"
    )
    worker = models.BigIntegerField(null=True, blank=True, help_text="Who claimed it")
    made_at = models.DateTimeField(db_default=Now())
    deadline_at = models.DateTimeField(
        null=True, blank=True, help_text="When the claim, or the call, is given up"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When the gateway's log is asked about it next"
    )
    looks = models.PositiveSmallIntegerField(
        default=0, help_text="How often the gateway's log was asked about it"
    )
    is_logged = models.BooleanField(default=False, help_text="It was found in the gateway's log")
    gateway_log_id = models.CharField(max_length=100, blank=True)
    key_source = models.CharField(max_length=100, blank=True)
    answer = models.JSONField(null=True, blank=True, help_text="As the gateway gave it")
    error = models.JSONField(null=True, blank=True, help_text="code, message, billed, …")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="attempt_number"),
            # One call at a time: a second one cannot even be reserved.
            models.UniqueConstraint(
                fields=["generation"],
                name="attempt_one_open",
                condition=Q(state__in=["reserved", "sent"]),
            ),
            models.CheckConstraint(
                name="attempt_sent_at_when_sent",
                condition=Q(state__in=["reserved", "released"]) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            # The sweep: claims and calls that have passed their deadline.
            models.Index(
                "deadline_at", name="attempt_deadline", condition=Q(state__in=["reserved", "sent"])
            ),
            # Whom the gateway's log is asked about next.
            models.Index("look_at", name="attempt_look", condition=Q(look_at__isnull=False)),
            # What operators look at: money in doubt, and what was refused.
            models.Index(
                F("sent_at").desc(),
                name="attempt_in_doubt",
                condition=Q(state__in=["unknown", "refused"]),
            ),
            # The pace, and how long calls take: those that were sent lately.
            models.Index("sent_at", name="attempt_sent", condition=Q(sent_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class AttemptImage(models.Model):
    """One picture that came back. All are kept; `Generation.image` is the first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="images")
    position = models.PositiveSmallIntegerField()
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_image_position"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.image_id}"
