"""What a tile says of its generation: how far it is, in which words, and what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from generations import catalogue
from generations.catalogue import UnknownModel
from generations.failures import LOST, Action, words_for
from generations.line.words import about_time, ordinal
from generations.models import OPEN_STATES, Attempt, Generation, State
from generations.services.outlooks import NOTHING, Outlook, outlooks
from imagestudio.money.models import LedgerEntry
from imagestudio.money.services import dollars

REFUSED = "refused"  # what a failure without a code of its own is called in that state
UNBILLED = "Nothing was billed."  # as the sentences about failures say it
BILLED = "This picture was billed ({}). We could not get it back."
WAITING = "Waiting"
SENDING = "Sending"
SENT = "Sent, being made"
RECEIVING = "Receiving and saving"
RESTS = "the gateway has trouble, it goes on by itself"
LATE = "taking longer than usual"
NOT_TAKEN_BACK = (
    "The call has left and cannot be taken back. If a picture arrives, it was paid for and is kept."
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A generation as the pages show it. Times are seconds, money is in micro-dollars."""

    generation: Generation
    stage: str
    sentence: str
    said: str  # by the gateway, where that tells a person what to change
    actions: tuple[Action, ...]
    seconds: int
    estimate: int
    cost: int | None
    outlook: Outlook

    @property
    def is_open(self) -> bool:
        """Say whether it has not ended yet."""
        return self.generation.state in OPEN_STATES

    @property
    def can_cancel(self) -> bool:
        """Say whether cancelling it means anything (again)."""
        return self.is_open and self.generation.cancel_requested_at is None

    @property
    def has_left(self) -> bool:
        """Say whether its call is at the gateway, from where nothing can be taken back."""
        attempt = self.generation.attempt
        return attempt is not None and attempt.state == Attempt.State.SENT

    @property
    def place(self) -> str:
        """Return its place in line in words, nothing for one that does not wait for a slot."""
        if self.outlook.behind is not None:
            return f"more than {self.outlook.behind:,} in line before it"
        if self.outlook.position is None:
            return ""
        if self.outlook.position == 1:
            return "next in line"
        return f"{ordinal(self.outlook.position)} in line"

    @property
    def expected(self) -> str:
        """Return in words when its picture can be expected, nothing where that is not known."""
        if self.outlook.rests:
            return RESTS
        if self.outlook.is_late:
            return LATE
        if self.outlook.seconds is None:
            return ""
        words = about_time(self.outlook.seconds)
        return words if self.generation.admitted_at is None else f"{words} left"

    @property
    def cost_is_estimate(self) -> bool:
        """Say whether some of what was booked has not been confirmed by the gateway's log."""
        booked = [one for one in self.generation.attempts.all() if one.cost is not None]
        return any(one.hold.basis == LedgerEntry.Basis.ESTIMATE for one in booked)

    @property
    def model_name(self) -> str:
        """Return the name of its model for people."""
        return model_name(self.generation.model)

    @property
    def chips(self) -> list[str]:
        """Return the parameters that a tile names: those that were chosen."""
        values = self.generation.parameters
        chosen = [values.get("size"), values.get("quality"), values.get("background")]
        return [
            self.model_name,
            *(str(value).replace("x", " × ") for value in chosen if value and value != "auto"),
            str(values.get("output_format", "")).upper(),
        ]


def model_name(key: str) -> str:
    """Return a model's name for people; one that has left the catalogue keeps its id."""
    try:
        return catalogue.find(key).name
    except UnknownModel:
        return key


def tiles_of(generations: Iterable[Generation]) -> list[Tile]:
    """Return the tiles of generations whose rows `with_details` loaded."""
    rows = list(generations)
    expected = outlooks(rows)
    return [tile_of(one, expected.get(one.pk, NOTHING)) for one in rows]


def tile_of(generation: Generation, outlook: Outlook) -> Tile:
    """Return the tile of one generation of which so much can be expected."""
    attempt = generation.attempt
    return Tile(
        generation=generation,
        stage=stage_of(generation, attempt),
        sentence=sentence_of(generation, attempt),
        said=said_of(generation, attempt),
        actions=actions_of(generation, attempt),
        seconds=seconds_of(generation),
        estimate=attempt.estimate if attempt else 0,
        cost=cost_of(generation),
        outlook=outlook,
    )


def stage_of(generation: Generation, attempt: Attempt | None) -> str:
    """Return where it stands, in a word or two; of a running one the stage of its call."""
    if generation.state not in OPEN_STATES:
        return State(generation.state).label
    if attempt is None or generation.admitted_at is None:
        return WAITING
    if attempt.answered_at is not None:
        return RECEIVING
    return SENT if attempt.state == Attempt.State.SENT else SENDING


def sentence_of(generation: Generation, attempt: Attempt | None) -> str:
    """Return what a person has to know besides, or nothing."""
    if generation.state in OPEN_STATES:
        return NOT_TAKEN_BACK if generation.cancel_requested_at else ""
    if generation.state == State.COMPLETED:
        return ""
    if generation.state == State.CANCELLED:
        sentence = f"Cancelled. {UNBILLED}"
    else:
        sentence = words_for(code_of(generation, attempt)).sentence
    if attempt is not None and attempt.logged_cost and sentence == LOST:
        sentence = BILLED.format(dollars(attempt.logged_cost))
    if cost_of(generation) is None:
        return sentence
    return sentence.replace(UNBILLED, "This call was not billed, but an earlier one counts.")


def said_of(generation: Generation, attempt: Attempt | None) -> str:
    """Return the gateway's own words about what it did not accept, safe but not escaped."""
    if attempt is None or Action.CHANGE_PROMPT not in actions_of(generation, attempt):
        return ""
    return str((attempt.error or {}).get("message", ""))


def actions_of(generation: Generation, attempt: Attempt | None) -> tuple[Action, ...]:
    """Return what a person can do with one that ended badly."""
    if generation.state not in (State.FAILED, State.REFUSED, State.UNKNOWN):
        return ()
    actions = words_for(code_of(generation, attempt)).actions
    return tuple(
        action
        for action in actions
        if action is not Action.DISMISS or generation.dismissed_at is None
    )


def code_of(generation: Generation, attempt: Attempt | None) -> str:
    """Return the code of its failure."""
    error = (attempt.error if attempt else None) or {}
    return str(error.get("code") or (REFUSED if generation.state == State.REFUSED else ""))


def seconds_of(generation: Generation, now: datetime | None = None) -> int:
    """Return how long it has taken since it was asked for, until its end or until now."""
    until = generation.ended_at or now or timezone.now()
    return max(0, round((until - generation.requested_at).total_seconds()))


def cost_of(generation: Generation) -> int | None:
    """Return what its calls were booked at in all, None as long as nothing was booked."""
    booked = [one.cost for one in generation.attempts.all() if one.cost is not None]
    return sum(booked) if booked else None
