"""Two hundred requests at once, and money for seven."""

import asyncio
from collections import Counter

import httpx
import pytest

from generations.models import Generation
from generations.services.estimates import estimate_wish
from imagestudio.accounts.models import Role, Scope
from imagestudio.money.models import BudgetPeriod, Hold
from imagestudio.money.services import set_budget
from tests.factories import a_wish, bearer, make_cast
from tests.integration.web_process import web_process

REQUESTS, AFFORDED = 200, 7


@pytest.mark.usefixtures("rows")
def test_exactly_as_many_are_taken_as_the_budget_covers():
    member = make_cast().membership(Role.CREATOR)
    hold = estimate_wish(membership=member, wish=a_wish()).hold
    set_budget(account=member.account, limit=hold * AFFORDED + hold - 1)

    async def ask(client: httpx.AsyncClient) -> int:
        answer = await client.post("/api/v1/generations", json={"prompt": "A red fox in the snow"})
        return answer.status_code

    async def ask_at_once(address: str) -> Counter[int]:
        limits = httpx.Limits(max_connections=REQUESTS)
        async with httpx.AsyncClient(
            base_url=address, headers=bearer_of, limits=limits, timeout=60, trust_env=False
        ) as client:
            return Counter(await asyncio.gather(*(ask(client) for _ in range(REQUESTS))))

    bearer_of = bearer(member, Scope.GENERATE)
    with web_process() as web:
        answers = asyncio.run(ask_at_once(web.address))

    assert answers == {202: AFFORDED, 402: REQUESTS - AFFORDED}
    period = BudgetPeriod.objects.get(account=member.account, member=None)
    assert (period.held, period.settled) == (hold * AFFORDED, 0)
    assert Hold.objects.count() == Generation.objects.count() == AFFORDED
