"""Cases in words, and how many of them wait."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.library.models import Image, KnownBadHash
from imagestudio.moderation.models import AuditEntry, Case, StrikePlan
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import EFFECTS, STRIKING, Action, Rank, Reason
from imagestudio.moderation.services.notices import SILENT
from imagestudio.moderation.services.panel.dossier import called
from imagestudio.moderation.services.panel.drafts import BANNING
from imagestudio.moderation.services.panel.queue import count_waiting
from imagestudio.moderation.services.panel.statistics.tables import Cell, Share
from imagestudio.moderation.services.reporters import ENOUGH, FAIR, Accuracy

register = template.Library()

MOST = 99  # that the frame counts to
CLOCK = ((0, "late"), (2, "now"), (12, "soon"), (24, "day"))  # hours
HOW_OFTEN = (
    (0.9, "nearly always right"),
    (FAIR, "mostly right"),
    (0.4, "right about half the time"),
    (0.1, "mostly wrong"),
    (0.0, "nearly always wrong"),
)
UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))  # seconds


@register.inclusion_tag("moderation/_waiting.html")
def waiting_cases(user: User, *, is_news: bool = False) -> dict[str, Any]:
    """Show how many cases wait for this moderator, counted no further than a hundred.

    As news it takes the place of the number that stands on the page already.
    """
    count = count_waiting(user, most=MOST + 1)
    return {"count": min(count, MOST), "more": count > MOST, "is_news": is_news}


@register.filter
def age(moment: datetime) -> str:
    """Return how long ago something was, in one unit."""
    return in_one_unit(timezone.now() - moment) or "now"


@register.filter
def due(moment: datetime) -> str:
    """Return how long there is until something is due, or how late it is: in hours, or minutes."""
    left = moment - timezone.now()
    words = in_one_unit(abs(left), UNITS[1:]) or "a moment"
    return f"{words} late" if left < timedelta() else f"due in {words}"


@register.filter
def grouped(number: int) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,}"


@register.filter
def urgency(moment: datetime) -> str:
    """Return how near the time is when something is due: `late`, `now`, `soon`, `day`, or nothing.

    That is: 2, 12 and 24 hours, and more.
    """
    left = moment - timezone.now()
    return next((name for hours, name in CLOCK if left <= timedelta(hours=hours)), "")


@register.filter
def left(moment: datetime) -> str:
    """Return how long there is until a time, in hours and minutes."""
    minutes = max(int((moment - timezone.now()).total_seconds()), 0) // 60
    hours = [f"{minutes // 60} h"] if minutes >= 60 else []
    return " ".join([*hours, f"{minutes % 60} min"])


@register.filter
def may_look(user: User) -> bool:
    """Say whether somebody may look into private libraries."""
    return rank_in_panel(user) >= Rank.SENIOR_MODERATOR


def in_one_unit(time: timedelta, units: Sequence[tuple[int, str]] = UNITS) -> str:
    """Return a time in the first of the units of which it has one; nothing for less."""
    seconds = int(time.total_seconds())
    for size, unit in units:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return ""


@register.filter
def subject(case: Case) -> str:
    """Return what a case is about, in a few words."""
    return called(case)


@register.filter
def who(user: User | None) -> str:
    """Return what a person is called in the panel; the studio itself is somebody, too."""
    return (user.name or user.email) if user else "The studio"


@register.filter
def done_by(entry: AuditEntry) -> str:
    """Return who did what a line of the log says; strangers report, too, the studio never does."""
    if entry.actor is None and entry.verb == AuditEntry.Verb.REPORTED:
        return "A visitor"
    return who(entry.actor)


@register.filter
def accuracy(of: Accuracy) -> str:
    """Return how often a reporter was right, in words."""
    if not of.handled:
        return "nothing decided yet"
    count = f"{of.right} of {of.handled}"
    if of.handled < ENOUGH:
        return f"right {count}: too few to say"
    share = of.right / of.handled
    return next(f"{words} ({count})" for least, words in HOW_OFTEN if share >= least)


@register.filter
def restricts(action: Action) -> bool:
    """Say whether an action takes something from a person."""
    return EFFECTS[action].restricts


@register.filter
def is_silent(action: Action) -> bool:
    """Say whether nobody is told of an action."""
    return action in SILENT


@register.filter
def is_banning(action: Action) -> bool:
    """Say whether bytes can be banned with an action."""
    return action in BANNING


@register.filter
def decided_in_words(entry: AuditEntry) -> list[str]:
    """Return what a line of the log says was decided, and why; nothing where it says nothing."""
    named = ((Action, entry.data.get("action")), (Reason, entry.data.get("reason")))
    return [str(words(value).label) for words, value in named if value in words.values]


@register.filter
def digest(ban: KnownBadHash) -> str:
    """Return the hash of a ban as it is written."""
    return bytes(ban.hash).hex()


@register.filter
def ban_in_words(ban: KnownBadHash) -> str:
    """Return why something is banned, and what happens to pictures that are it."""
    waits = " until somebody decides" if ban.kind == KnownBadHash.Kind.LOOK else ""
    return f"{Reason(ban.reason).label}: {Image.Moderation(ban.hides).label.lower()}{waits}"


@register.filter
def points_by_reason(plan: StrikePlan) -> list[tuple[str, int]]:
    """Return the reasons that count by a plan, with their points, the gravest first."""
    found = [(str(Reason(name).label), points) for name, points in plan.reasons.items() if points]
    return sorted(found, key=lambda one: -one[1])


@register.filter
def times_by_action(plan: StrikePlan) -> list[tuple[str, int]]:
    """Return the decisions that count by a plan, with how many times, the mildest first."""
    return [(str(one.label), plan.actions.get(one.value, 0)) for one in STRIKING]


@register.filter
def cell(value: Cell) -> str:
    """Return a cell of a table in words: a time in one unit, a share in percent."""
    if value is None:
        return "–"
    if isinstance(value, Share):
        return f"{value.value * 100:.1f} %"
    if isinstance(value, timedelta):
        return in_one_unit(value) or "under a minute"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    return f"{value:,}" if isinstance(value, int) else value


@register.filter
def is_word(value: Cell) -> bool:
    """Say whether a cell holds words, and no figure."""
    return isinstance(value, str)
