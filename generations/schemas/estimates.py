"""What a wish would cost, as the API gives it."""

from ninja import Schema
from pydantic import Field

from generations.schemas.examples import ESTIMATE
from generations.services.estimates import Estimate

CURRENCY = "USD"


class BreakdownOut(Schema):
    """What one picture is paid for, in micro-dollars."""

    text_in_micros: int
    image_in_micros: int
    image_out_micros: int


class EstimateOut(Schema):
    """An estimate: the gateway's bill decides. `hold` is the upper bound that is reserved."""

    model: str
    count: int
    is_estimate: bool = True
    currency: str = CURRENCY
    cost_micros: int = Field(description="One picture")
    total_micros: int = Field(description="All of them")
    breakdown: BreakdownOut
    hold_micros: int = Field(description="Reserved for one picture until it is done")
    total_hold_micros: int
    expected_seconds: int | None = Field(
        description="Until all of them are there, the wait for their turn included; null: not known"
    )

    model_config = {"json_schema_extra": {"examples": [ESTIMATE]}}

    @classmethod
    def of(cls, estimate: Estimate) -> "EstimateOut":
        """Return an estimate."""
        one = estimate.one
        return cls(
            model=estimate.model,
            count=estimate.count,
            cost_micros=one.total,
            total_micros=one.total * estimate.count,
            breakdown=BreakdownOut(
                text_in_micros=one.text_in,
                image_in_micros=one.image_in,
                image_out_micros=one.image_out,
            ),
            hold_micros=estimate.hold,
            total_hold_micros=estimate.hold * estimate.count,
            expected_seconds=estimate.seconds,
        )
