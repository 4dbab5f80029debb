"""What a wish would cost, without making it: nothing is stored and no money is held."""

from dataclasses import dataclass

from generations import catalogue, prices
from generations.services.outlooks import expected_of
from generations.services.requests import Wish, check, library_images, parent_of
from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated cost of one picture of `count`, and its upper bound, in micro-dollars.

    `seconds` are those until all of them can be expected, None where nothing was measured.
    """

    model: str
    count: int
    one: prices.Cost
    hold: int
    seconds: int | None


def estimate_wish(*, membership: Membership, wish: Wish) -> Estimate:
    """Return what a wish would cost, if it is one that could be fulfilled.

    Raises what `request_generations` raises for a wish that it cannot fulfil: RequestInvalid,
    SourceMissing, NoSuchGeneration, RoleTooLow, StandingTooLow.
    """
    require(Deed.GENERATE, membership)
    check(wish)
    library_images(account=membership.account, sources=wish.sources)
    parent_of(account=membership.account, wish=wish)
    model, parameters = catalogue.find(wish.model), wish.parameters
    sources = len(wish.sources)
    return Estimate(
        model=model.id,
        count=wish.count,
        one=prices.estimate(model, parameters, prompt=wish.prompt, source_count=sources),
        hold=prices.hold_amount(model, parameters, prompt=wish.prompt, source_count=sources),
        seconds=expected_of(account=membership.account, kind=wish.kind, count=wish.count),
    )
