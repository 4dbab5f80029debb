"""How each failure is told, and what a person can do about it: one table for page and API."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a tile offers to the person."""

    RETRY = "retry"  # nothing was billed: the same again
    CHANGE_PROMPT = "change_prompt"  # the same again would be refused again
    RUN_AGAIN = "run_again"  # it may have been billed: the same again may cost again
    ASK = "ask"  # those who can raise the limit
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for people and the actions that fit it."""

    sentence: str
    actions: tuple[Action, ...]


RETRY = (Action.RETRY, Action.DISMISS)
CHANGE = (Action.CHANGE_PROMPT, Action.DISMISS)
AGAIN = (Action.RUN_AGAIN, Action.DISMISS)

LOST = "This picture may have been billed. We could not get it back."

WORDS: Mapping[str, Words] = {
    "not_sent": Words("The gateway could not be reached. Nothing was billed.", RETRY),
    "rate_limited": Words("The gateway is too busy right now. Nothing was billed.", RETRY),
    "credentials": Words(
        "The gateway does not accept this studio's credentials. Nothing was billed; the people "
        "who run the studio have to look at it.",
        RETRY,
    ),
    "provider_budget": Words(
        "The studio's credit at the gateway is used up. Nothing was billed; the people who run "
        "the studio have to top it up.",
        RETRY,
    ),
    "spend_limit": Words(
        "A spending rule of the gateway was reached. Nothing was billed; the people who run the "
        "studio can change the rule, or wait until its time has passed.",
        RETRY,
    ),
    "model_not_found": Words("The gateway does not know this model. Nothing was billed.", RETRY),
    "too_large": Words(
        "The request was too large for the gateway. Nothing was billed. Use fewer or smaller "
        "sources.",
        RETRY,
    ),
    "invalid_request": Words("The gateway did not accept the request. Nothing was billed.", CHANGE),
    "refused": Words(
        "The request was refused by a safety system. Change the prompt or the sources.", CHANGE
    ),
    "unknown_outcome": Words(LOST, AGAIN),
    "bad_answer": Words(LOST, AGAIN),
    "bad_picture": Words(LOST, AGAIN),
    "result_lost": Words(LOST, AGAIN),
    "worker_lost": Words(LOST, AGAIN),
    "storage": Words(LOST, AGAIN),
    "foreign_picture": Words(
        "The gateway answered with a picture from its cache that is not yours. It was not kept "
        "and nothing was billed.",
        RETRY,
    ),
    "standing": Words(
        "Making pictures is switched off for this account. Nothing was billed.", RETRY
    ),
    "budget": Words(
        "The budget of this month is used up. Nothing was billed.",
        (Action.RETRY, Action.ASK, Action.DISMISS),
    ),
    "storage_away": Words(
        "Pictures could not be stored, so none was asked for. Nothing was billed; the people who "
        "run the studio have to look at it.",
        RETRY,
    ),
    "not_billed": Words(
        "The call did not come through; the gateway's log shows that nothing was billed.", RETRY
    ),
    "source_unavailable": Words("A source could not be read. Nothing was billed.", RETRY),
}


def words_for(code: str) -> Words:
    """Return what is told about a failure with this code; a code without words counts as lost."""
    return WORDS.get(code, Words(LOST, AGAIN))
