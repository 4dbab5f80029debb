"""Who did what in the panel, and who looked at what was not public: written once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import Image
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.models.looks import Look


class AuditEntry(models.Model):
    """One line of the audit log. A trigger refuses to change or delete it."""

    class Verb(models.TextChoices):
        OPENED = "opened", "Case opened"
        REPORTED = "reported", "Reported"
        CLAIMED = "claimed", "Claimed"
        RELEASED = "released", "Claim given up"
        SKIPPED = "skipped", "Skipped"
        SNOOZED = "snoozed", "Put off"
        ESCALATED = "escalated", "Escalated"
        NOTED = "noted", "Note"
        RELATED = "related", "Asked for from another case"
        DECIDED = "decided", "Decided"
        REVERSED = "reversed", "Decision taken back"
        REFUSED = "refused", "Not allowed to"
        APPEALED = "appealed", "Appealed"
        VIEWED = "viewed", "Looked at"
        BANNED = "banned", "Banned"
        UNBANNED = "unbanned", "Ban lifted"
        PRESERVED = "preserved", "Kept for an authority"
        SWEPT = "swept", "Search for a ban"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPORTED = "exported", "Exported"
        TRUSTED = "trusted", "Trust changed"
        MATCHED = "matched", "A rule matched"
        RULED = "ruled", "Rule changed"
        TOGETHER = "together", "Decided together"
        BACK_TOGETHER = "back_together", "Taken back together"
        MUTED = "muted", "Reports muted"
        UNMUTED = "unmuted", "Reports heard again"
        PLANNED = "planned", "Plan of strikes changed"
        REACHED = "reached", "Strikes reached a threshold"
        LOOK_BEGAN = "look_began", "Look into a library begun"
        LOOK_ENDED = "look_ended", "Look ended"
        LOOK_TOLD = "look_told", "Owners told of a look"
        LEAFED = "leafed", "Page of a library read"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: the studio itself, or somebody who was not signed in",
    )  # fmt: skip
    verb = models.CharField(max_length=20, choices=Verb)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Whom it is about",
    )  # fmt: skip
    look = models.ForeignKey(
        Look, on_delete=models.PROTECT, null=True, blank=True, related_name="entries",
        help_text="In which look into a private library it was",
    )  # fmt: skip
    text = models.TextField(max_length=2000, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            # The log, newest first; of one case; of one moderator.
            models.Index(F("at").desc(), F("id").desc(), name="audit_at"),
            models.Index("case", "at", name="audit_case", condition=Q(case__isnull=False)),
            models.Index("actor", F("at").desc(), F("id").desc(), name="audit_actor"),
            # What happened in one look.
            models.Index("look", "at", name="audit_look", condition=Q(look__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at}"
