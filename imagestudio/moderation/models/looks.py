"""Looks into private libraries: who of the staff may see what is nobody else's, why, how long."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThanOrEqual
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, SiteRole, User
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.policies import Reason

SHORTEST_TEXT = 20  # characters of why somebody looks
LONGEST = timedelta(hours=24)  # that a look may last


class LookQuerySet(models.QuerySet["Look"]):
    """Reads of looks."""

    def under_way(self) -> LookQuerySet:
        """Return those that go on now, by the database's clock."""
        return self.filter(ended_at=None, until__gt=Now())

    def lapsed(self) -> LookQuerySet:
        """Return those whose time is over, which nobody has noted yet."""
        return self.filter(ended_at=None, until__lte=Now())

    def seen_by(self, moderator: User) -> LookQuerySet:
        """Return what the panel shows somebody: all but looks into accounts of their own."""
        return self.exclude(account__in=moderator.memberships.values("account"))

    def untold(self) -> LookQuerySet:
        """Return those of which the account's owners are to be told by now."""
        return self.filter(told_at=None, tell_at__lte=Now()).order_by("tell_at", "id")

    def owned_by(self, account: Account) -> LookQuerySet:
        """Return the looks into an account of which its owners have been told, newest first."""
        told = self.filter(account=account, told_at__isnull=False)
        return told.order_by("-began_at", "-id")


class Look(models.Model):
    """Somebody of the staff looks into a library for a while. It only ends, and is never removed.

    A trigger refuses to change anything but how it ended and that its owners were told.
    """

    class Notice(models.TextChoices):
        """When the account's owners are told; never is none of the choices."""

        AT_END = "at_end", "When it ends"
        AFTER_30_DAYS = "after_30_days", "30 days after it has ended"

    class Ending(models.TextChoices):
        TIME = "time", "Its time was over"
        HAND = "hand", "Ended by hand"
        RIGHT = "right", "The right to it was lost"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: what anybody has made in the account",
    )  # fmt: skip
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=SiteRole, help_text="Of who looks, at that time")
    reason = models.CharField(max_length=40, choices=Reason)
    text = models.TextField(max_length=2000, help_text="Why; for the log alone")
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="looks"
    )
    notice = models.CharField(max_length=20, choices=Notice, default=Notice.AT_END)
    began_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    tell_at = models.DateTimeField(null=True, blank=True, help_text="When owners are to be told")
    told_at = models.DateTimeField(null=True, blank=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="look_within_a_day",
                condition=Q(until__gt=F("began_at"), until__lte=F("began_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="look_says_why",
                condition=Q(GreaterThanOrEqual(Length("text"), SHORTEST_TEXT)),
            ),
            models.CheckConstraint(
                name="look_is_told", condition=Q(notice__in=["at_end", "after_30_days"])
            ),
            models.CheckConstraint(
                name="look_ended_somehow",
                condition=Q(ended_at=None, ending="", tell_at=None, told_at=None)
                | Q(ended_at__isnull=False, tell_at__isnull=False) & ~Q(ending=""),
            ),
            models.UniqueConstraint(
                fields=["by", "account"], name="look_one_at_a_time", condition=Q(ended_at=None)
            ),
        ]
        indexes = [
            # All looks, newest first; those into one account.
            models.Index(F("began_at").desc(), F("id").desc(), name="look_began"),
            models.Index("account", F("began_at").desc(), F("id").desc(), name="look_account"),
            # Those that have to be ended, and told.
            models.Index("until", name="look_open", condition=Q(ended_at=None)),
            models.Index("tell_at", name="look_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"Look into {self.account} {self.began_at}"

    @property
    def is_over(self) -> bool:
        """Say whether it was noted that it has ended."""
        return self.ended_at is not None


class LookNotice(models.Model):
    """An owner who is told of a look by letter; one row for each, so that nobody gets two."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    look = models.ForeignKey(Look, on_delete=models.PROTECT, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look", "user"], name="look_notice_once"),
        ]
        indexes = [
            # Letters that have not left yet.
            models.Index("made_at", name="look_notice_unmailed", condition=Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.look_id} to {self.user}"
