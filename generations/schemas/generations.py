"""Generations and their attempts as the API gives them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from generations.failures import words_for
from generations.models import Attempt, Generation, Source, State
from generations.schemas.examples import GENERATION
from generations.services.outlooks import NOTHING, Outlook
from imagestudio.accounts.auth import Caller
from imagestudio.library.schemas.images import ImageOut
from imagestudio.money.models import LedgerEntry

CURRENCY = "USD"
ENDED_BADLY = {State.FAILED, State.REFUSED, State.UNKNOWN}


class ParametersOut(Schema):
    """How the picture was asked for."""

    quality: str
    size: str
    background: str
    output_format: str


class SourceOut(Schema):
    """A picture that went into it."""

    position: int
    image_id: UUID | None = Field(description="null: a decision hides it; its place stays")
    role: str

    @classmethod
    def of(cls, source: Source) -> "SourceOut":
        """Return a source whose image is loaded."""
        image_id = None if source.image.is_hidden else source.image_id
        return cls(position=source.position, image_id=image_id, role=source.role)


class ErrorOut(Schema):
    """Why an attempt did not bring a picture."""

    code: str
    message: str
    billed: str = Field(description="`no`, or `maybe`")


class AttemptOut(Schema):
    """One call to the gateway that may cost money."""

    id: UUID
    number: int
    state: str
    sent_at: datetime | None
    answered_at: datetime | None
    estimate_micros: int
    cost_micros: int | None
    logged_cost_micros: int | None = Field(description="What the gateway's log says it cost")
    key_source: str
    gateway_log_id: str
    error: ErrorOut | None
    answer: Any = Field(
        description="What the gateway answered, as it gave it; null: nothing, or nothing that may "
        "be seen"
    )

    @classmethod
    def of(cls, attempt: Attempt, *, is_hidden: bool) -> "AttemptOut":
        """Return an attempt; without its answer, which leads to the picture, if that is hidden."""
        error = attempt.error
        return cls(
            id=attempt.pk,
            number=attempt.number,
            state=attempt.state,
            sent_at=attempt.sent_at,
            answered_at=attempt.answered_at,
            estimate_micros=attempt.estimate,
            cost_micros=attempt.cost,
            logged_cost_micros=attempt.logged_cost,
            key_source=attempt.key_source,
            gateway_log_id=attempt.gateway_log_id,
            error=error
            and ErrorOut(
                code=str(error.get("code", "")),
                message=str(error.get("message", "")),
                billed=str(error.get("billed", "no")),
            ),
            answer=None if is_hidden else attempt.answer,
        )


class FailureOut(Schema):
    """What is told about a bad end, and what can be done about it."""

    code: str
    sentence: str
    actions: list[str]


class ResultOut(Schema):
    """The picture that came of it."""

    image_id: UUID
    image: ImageOut


class GenerationOut(Schema):
    """A wish for one picture, and what became of it. Money is in micro-dollars."""

    id: UUID
    batch_id: UUID
    parent_id: UUID | None
    state: str
    model: str
    prompt: str
    parameters: ParametersOut
    sources: list[SourceOut]
    created_by: UUID
    requested_at: datetime
    admitted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    dismissed_at: datetime | None
    position: int | None = Field(
        description="Place in the line of all accounts while it waits (1 is next) if nobody else "
        "asks; null: it does not wait, or its place is not known, as in the answer that accepts it"
    )
    expected_seconds: int | None = Field(
        description="From now until its picture is there, as calls like it lately took; null: not "
        "known, or it takes longer than they did"
    )
    currency: str = CURRENCY
    estimate_micros: int | None = Field(description="Of the newest attempt; an estimate")
    cost_micros: int | None = Field(description="What is booked for all attempts; null: nothing")
    cost_basis: str | None = Field(description="`estimate` or `gateway_log`")
    attempts: list[AttemptOut]
    failure: FailureOut | None
    result: ResultOut | None

    model_config = {"json_schema_extra": {"examples": [GENERATION]}}

    @classmethod
    def of(
        cls, generation: Generation, caller: Caller, outlook: Outlook = NOTHING
    ) -> "GenerationOut":
        """Return a generation that `with_details` has loaded, with what can be expected of it."""
        attempts = list(generation.attempts.all())
        is_hidden = generation.image is not None and generation.image.is_hidden
        costs = [attempt.cost for attempt in attempts if attempt.cost is not None]
        return cls(
            id=generation.pk,
            batch_id=generation.batch_id,
            parent_id=generation.parent_id,
            state=generation.state,
            model=generation.model,
            prompt=generation.prompt,
            parameters=ParametersOut(**generation.parameters),
            sources=[SourceOut.of(one) for one in generation.sources.all()],
            created_by=generation.user_id,
            requested_at=generation.requested_at,
            admitted_at=generation.admitted_at,
            started_at=generation.started_at,
            ended_at=generation.ended_at,
            cancel_requested_at=generation.cancel_requested_at,
            dismissed_at=generation.dismissed_at,
            position=outlook.position,
            expected_seconds=outlook.seconds,
            estimate_micros=attempts[-1].estimate if attempts else None,
            cost_micros=sum(costs) if costs else None,
            cost_basis=basis_of(attempts) if costs else None,
            attempts=[AttemptOut.of(attempt, is_hidden=is_hidden) for attempt in attempts],
            failure=failure_of(generation, attempts),
            result=result_of(generation, caller),
        )


class GenerationPage(Schema):
    """Some generations, the one asked for last first."""

    items: list[GenerationOut]
    next_cursor: str | None


class BatchOut(Schema):
    """Generations that were asked for in one request."""

    batch_id: UUID
    generations: list[GenerationOut]


def basis_of(attempts: list[Attempt]) -> str:
    """Return whether all of the cost is the gateway's own word, or some of it an estimate."""
    bases = {attempt.hold.basis for attempt in attempts if attempt.cost is not None}
    estimate, log = LedgerEntry.Basis.ESTIMATE, LedgerEntry.Basis.GATEWAY_LOG
    return str(estimate.value if estimate in bases else log.value)


def failure_of(generation: Generation, attempts: list[Attempt]) -> FailureOut | None:
    """Return the words for a bad end, or None."""
    if generation.state not in ENDED_BADLY:
        return None
    errors = [attempt.error for attempt in attempts if attempt.error]
    code = str(errors[-1].get("code", "")) if errors else ""
    words = words_for(code)
    return FailureOut(
        code=code, sentence=words.sentence, actions=[action.value for action in words.actions]
    )


def result_of(generation: Generation, caller: Caller) -> ResultOut | None:
    """Return the picture, if there is one that its account may see."""
    image = generation.image
    if image is None or image.file is None or image.is_hidden:
        return None
    return ResultOut(image_id=image.pk, image=ImageOut.of(image, caller))
