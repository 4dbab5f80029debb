"""The rules of the studio, the reasons for which something is decided, and what can be decided.

One table for the panel, the notices to people, the public page of the rules, and the database's
constraints. The reasons stay few and their names stable; decisions keep them for years.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.db import models

from imagestudio.accounts.models import SiteRole


class Policy(models.TextChoices):
    """A rule of the studio, as its public page lists them."""

    CHILDREN = "children", "Protect children"
    REAL_PEOPLE = "real_people", "Respect real people"
    SEXUAL = "sexual", "Mark what is sexual, publish none of it"
    VIOLENCE = "violence", "Show no cruelty"
    HATE = "hate", "Do not hate or harass"
    HARM = "harm", "Do not lead people to harm"
    LAW = "law", "Keep the law"
    HONESTY = "honesty", "Do not deceive"
    RIGHTS = "rights", "Respect the rights of others"
    FAIR_USE = "fair_use", "Use the studio fairly"


# What each rule says, shown to everybody and quoted in every notice that rests on it.
RULES: Mapping[Policy, str] = {
    Policy.CHILDREN: "Nothing that sexualises or endangers children, drawn or photographed.",
    Policy.REAL_PEOPLE: "No intimate or degrading pictures of real people without their consent.",
    Policy.SEXUAL: "Nudity and sexual content stay private; they are not published.",
    Policy.VIOLENCE: "No pictures that take pleasure in gore, torture or cruelty.",
    Policy.HATE: "Nothing that attacks people for who they are, threatens or exposes them.",
    Policy.HARM: "Nothing that encourages self-harm, suicide or eating disorders.",
    Policy.LAW: "Nothing that praises terror, or offers what is forbidden to sell.",
    Policy.HONESTY: "No impersonation, forged documents or fraud.",
    Policy.RIGHTS: "Nothing whose publication breaks somebody's copyright, mark or likeness.",
    Policy.FAIR_USE: "No spam, and no use that takes the studio away from others.",
}


class Reason(models.TextChoices):
    """Why something is reported or decided."""

    CHILD_SAFETY = "child_safety", "Child safety"
    REAL_PERSON = "ncii_or_deepfake_of_real_person", "Intimate or fake picture of a real person"
    SEXUAL = "sexual_unlabelled", "Nudity or sexual content"
    VIOLENCE = "graphic_violence", "Graphic violence"
    HATE = "hate", "Hate"
    HARASSMENT = "harassment_doxxing", "Harassment, or private facts about somebody"
    SELF_HARM = "self_harm", "Self-harm"
    EXTREMISM = "extremism", "Extremism or terror"
    ILLEGAL_GOODS = "illegal_goods", "Illegal goods"
    FRAUD = "impersonation_or_fraud", "Impersonation or fraud"
    RIGHTS = "ip_complaint", "Copyright or trade mark"
    SPAM = "spam_or_abuse_of_quota", "Spam or unfair use"
    OTHER = "other", "Something else"

    @property
    def policy(self) -> Policy:
        """Return the rule that it is about."""
        return POLICY_OF[self]

    @property
    def is_urgent(self) -> bool:
        """Say whether a report for this reason comes before all others."""
        return self in {Reason.CHILD_SAFETY, Reason.REAL_PERSON}

    @property
    def is_legal(self) -> bool:
        """Say whether a case for this reason belongs into the legal lane."""
        return self.is_urgent or self is Reason.RIGHTS

    @property
    def bans_copies(self) -> bool:
        """Say whether what is removed for this reason is banned with it unless somebody objects.

        The TAKE IT DOWN Act wants known identical copies to go as well.
        """
        return self is Reason.REAL_PERSON

    @property
    def within(self) -> timedelta | None:
        """Return in what time the law wants an answer, None where it names none.

        Intimate pictures of real people: the TAKE IT DOWN Act of the United States.
        """
        return timedelta(hours=48) if self is Reason.REAL_PERSON else None


POLICY_OF: Mapping[Reason, Policy] = {
    Reason.CHILD_SAFETY: Policy.CHILDREN,
    Reason.REAL_PERSON: Policy.REAL_PEOPLE,
    Reason.SEXUAL: Policy.SEXUAL,
    Reason.VIOLENCE: Policy.VIOLENCE,
    Reason.HATE: Policy.HATE,
    Reason.HARASSMENT: Policy.HATE,
    Reason.SELF_HARM: Policy.HARM,
    Reason.EXTREMISM: Policy.LAW,
    Reason.ILLEGAL_GOODS: Policy.LAW,
    Reason.FRAUD: Policy.HONESTY,
    Reason.RIGHTS: Policy.RIGHTS,
    Reason.SPAM: Policy.FAIR_USE,
    Reason.OTHER: Policy.FAIR_USE,
}


class Action(models.TextChoices):
    """What a decision does. Its effects stand in `EFFECTS`."""

    KEEP = "keep", "No violation"
    APPROVE = "approve", "Publish"
    REJECT = "reject", "Do not publish"
    BLUR = "blur", "Cover for others"
    HIDE = "hide", "Hide from others"
    REMOVE = "remove", "Hide from everybody"
    QUARANTINE = "quarantine", "Quarantine for legal reasons"
    RESTORE = "restore", "Show again"
    WARN = "warn", "Warn"
    BLOCK_GALLERY = "block_gallery", "Keep out of the public gallery"
    BLOCK_MAKING = "block_making", "Stop the making of pictures"
    SUSPEND = "suspend", "Suspend"
    REINSTATE = "reinstate", "Back to good standing"
    REVERSE = "reverse", "Take a decision back"
    UPHOLD = "uphold", "Uphold the decision"


class Rank(IntEnum):
    """The order of the site roles."""

    NONE = 0
    MODERATOR = 1
    SENIOR_MODERATOR = 2
    OPERATOR = 3


def rank_of(role: str) -> Rank:
    """Return the rank of a site role."""
    return Rank[SiteRole(role).name]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action sets, empty for what it leaves alone, and who may take it.

    `restricts`: it takes something from a person, and so needs a reason and tells them why.
    """

    moderation: str = ""
    review: str = ""
    standing: str = ""
    restricts: bool = True
    rank: Rank = Rank.MODERATOR


EFFECTS: Mapping[Action, Effect] = {
    Action.KEEP: Effect(restricts=False),
    Action.APPROVE: Effect(review="approved", restricts=False),
    Action.REJECT: Effect(review="rejected"),
    Action.BLUR: Effect(moderation="blurred"),
    Action.HIDE: Effect(moderation="hidden_public"),
    Action.REMOVE: Effect(moderation="hidden_all"),
    Action.QUARANTINE: Effect(moderation="quarantined_legal", rank=Rank.SENIOR_MODERATOR),
    Action.RESTORE: Effect(moderation="clear", restricts=False),
    Action.WARN: Effect(standing="warned"),
    Action.BLOCK_GALLERY: Effect(standing="gallery_blocked"),
    Action.BLOCK_MAKING: Effect(standing="generation_blocked", rank=Rank.SENIOR_MODERATOR),
    Action.SUSPEND: Effect(standing="suspended", rank=Rank.SENIOR_MODERATOR),
    Action.REINSTATE: Effect(standing="ok", restricts=False, rank=Rank.SENIOR_MODERATOR),
    Action.REVERSE: Effect(restricts=False),
    Action.UPHOLD: Effect(restricts=False),
}
RESTRICTING = [action.value for action, effect in EFFECTS.items() if effect.restricts]
# What counts against a person, where a plan of strikes says so: what was decided about a picture.
# What is decided about the person follows from that, and counts no second time.
STRIKING = (Action.REJECT, Action.BLUR, Action.HIDE, Action.REMOVE, Action.QUARANTINE)
EXACT_COPY = "banned bytes"  # the rule that decides about bytes which were decided about before


class Measure(models.TextChoices):
    """What a threshold of strikes leads to, the mildest first."""

    REVIEW = "review", "Somebody looks at the person"
    WARN = Action.WARN.value, Action.WARN.label
    BLOCK_GALLERY = Action.BLOCK_GALLERY.value, Action.BLOCK_GALLERY.label
    BLOCK_MAKING = Action.BLOCK_MAKING.value, Action.BLOCK_MAKING.label
    SUSPEND = Action.SUSPEND.value, Action.SUSPEND.label

    @property
    def action(self) -> Action | None:
        """Return the decision that it proposes; None where it proposes none."""
        return None if self is Measure.REVIEW else Action(self.value)

    @property
    def severity(self) -> int:
        """Return 0 for a look, more for what takes more from the person."""
        return list(Measure).index(self)
