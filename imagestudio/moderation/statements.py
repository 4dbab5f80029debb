"""The statement of reasons: what a person is told about a decision, made of its row alone.

It says all that Art. 17 (3) of the Digital Services Act (EU) 2022/2065 asks for: (a) what is
restricted and how long, (b) the facts, and whether a report led to them, (c) whether machines
found or decided it, (d) the legal ground or (e) the rule of the studio, (f) how to object.
"""

from dataclasses import dataclass
from datetime import UTC

from django.utils.formats import date_format

from imagestudio.moderation.models import APPEAL_WINDOW, Decision
from imagestudio.moderation.policies import EFFECTS, RULES, Action, Policy, Reason

WHAT = {
    Action.KEEP: "Nothing changes: we found no violation.",
    Action.APPROVE: "It is in the public gallery now.",
    Action.REJECT: "It is not shown in the public gallery. It stays in your library.",
    Action.BLUR: "People outside of your account see it covered until they ask for it.",
    Action.HIDE: "Nobody outside of your account sees it any more. It stays in your library.",
    Action.REMOVE: "Nobody sees it any more. Its bytes are kept while this can be contested.",
    Action.QUARANTINE: "Nobody sees it any more. It is kept only as the law demands.",
    Action.RESTORE: "It is shown again as you have set it.",
    Action.WARN: "This is a warning. Nothing else changes.",
    Action.BLOCK_GALLERY: "Nothing of it is shown in the public gallery, and nothing new can be.",
    Action.BLOCK_MAKING: "No new pictures can be made, and none is shown in the public gallery.",
    Action.SUSPEND: "Nobody can use it, and its links and public pictures are not shown.",
    Action.REINSTATE: "All restrictions of it have ended.",
    Action.REVERSE: "An earlier decision no longer holds; its effects have ended. What was decided "
    "otherwise stays.",
    Action.UPHOLD: "We looked at your objection. The decision stays as it is.",
}
IN_TRASH = (
    "It may be shown as you have set it. It is in the trash now, where nobody else sees it, and is "
    "shown once it is restored."
)
# A button says what to do; a letter says what was done.
TITLES = {
    Action.KEEP: "No violation",
    Action.APPROVE: "Published",
    Action.REJECT: "Not published",
    Action.BLUR: "Covered for others",
    Action.HIDE: "Hidden from others",
    Action.REMOVE: "Hidden from everybody",
    Action.QUARANTINE: "Quarantined for legal reasons",
    Action.RESTORE: "Shown again",
    Action.WARN: "A warning",
    Action.BLOCK_GALLERY: "Kept out of the public gallery",
    Action.BLOCK_MAKING: "Stopped from making pictures",
    Action.SUSPEND: "Suspended",
    Action.REINSTATE: "Back in good standing",
    Action.REVERSE: "A decision has ended",
    Action.UPHOLD: "The decision stays",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A subject line and a text of paragraphs, the same on the page and in the letter."""

    subject: str
    text: str


def statement_of(decision: Decision, *, what: str) -> Statement:
    """Return the statement of reasons of a decision about `what`, such as a picture's title."""
    action = Action(decision.action)
    title = "Found to be in order" if is_in_trash(decision) else TITLES[action]
    parts = [f"We decided about {what}: {title[0].lower()}{title[1:]}.", now_so(decision)]
    if EFFECTS[action].restricts:
        parts += [duration(decision), grounds(decision), facts(decision), found(decision)]
        parts.append(strikes(decision))
        parts.append(redress())
    elif decision.facts:
        parts.append(decision.facts)
    return Statement(f"{title}: {what}"[:200], "\n\n".join(part for part in parts if part))


def now_so(decision: Decision) -> str:
    """Say what is so from now on."""
    return IN_TRASH if is_in_trash(decision) else WHAT[Action(decision.action)]


def is_in_trash(decision: Decision) -> bool:
    """Say whether a picture may be shown that is in the trash, where nobody else sees it."""
    image = decision.case.image
    is_shown = decision.action in {Action.APPROVE, Action.RESTORE}
    return is_shown and image is not None and image.trashed_at is not None


def duration(decision: Decision) -> str:
    """Say where it holds, and how long."""
    if decision.ends_at is None:
        return "This holds everywhere, until it is taken back."
    end = date_format(decision.ends_at.astimezone(UTC), "j F Y, H:i")
    return f"This holds everywhere, until {end} (UTC)."


def grounds(decision: Decision) -> str:
    """Say which law or which rule of the studio it rests on, and why."""
    policy, reason = Policy(decision.policy), Reason(decision.reason)
    rule = f"Reason: {reason.label}. Rule of this studio: {policy.label}. {RULES[policy]}"
    return f"{rule}\nLegal ground: {decision.legal_ground}" if decision.legal_ground else rule


def facts(decision: Decision) -> str:
    """Say what it rests on, and whether somebody reported it."""
    origin = {
        Decision.Origin.REPORT: "Somebody reported it to us.",
        Decision.Origin.OWN: "We looked at it of our own accord.",
        Decision.Origin.APPEAL: "You had objected to an earlier decision.",
    }[Decision.Origin(decision.origin)]
    return f"What we saw: {decision.facts}\n{origin}"


def found(decision: Decision) -> str:
    """Say what machines had to do with it."""
    by = "by a program" if decision.automated_detect else "by people"
    decided = "by a program" if decision.automated_decide else "by a person"
    return f"It was found {by} and decided {decided}."


def strikes(decision: Decision) -> str:
    """Say how much it counts against the person, and until when; empty where it does not."""
    if not decision.strike_points or decision.strike_expires_at is None:
        return ""
    points = "1 point" if decision.strike_points == 1 else f"{decision.strike_points} points"
    end = date_format(decision.strike_expires_at.astimezone(UTC), "j F Y")
    return (
        f"It counts as {points} against you, until {end}. Points add up, and what they lead to "
        "stands on the page of your decisions. If this decision is taken back, they are gone, too."
    )


def redress() -> str:
    """Say what can be done against it."""
    return (
        f"You can object once, within {APPEAL_WINDOW.days} days, on the page of this decision. "
        "Somebody else will look at it. You can also go to a body for the settlement of disputes "
        "out of court, or to a court."
    )
