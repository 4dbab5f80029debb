"""The road from a request to its end, with a real database and a real emulator."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import pytest

from generations.catalogue import Parameters
from generations.execution import Upstream, execute, reconcile
from generations.gateway import CloudflareLogs, Gateway, Timeouts
from generations.models import Attempt, Generation
from generations.services.requests import SourceWish, Wish, request_generations
from imagestudio.accounts.models import Membership, User
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.egress import Egress
from imagestudio.money.models import BudgetPeriod, LedgerEntry
from tests.integration.emulator_process import EmulatorProcess

T = TypeVar("T")

# A busy machine takes its time; only what never comes is given up quickly.
PATIENT = Timeouts(connect=60, write=60, read=60, total=60)
QUICK = Timeouts(connect=1, write=1, read=1, total=3)
NEVER_COMES = {"never_answers", "silence_after_head", "slow_body", "result_slow"}  # faults


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "imagestudio.library.storage.files.Files",
            "OPTIONS": {"location": str(tmp_path / "media")},
        }
    }


@dataclass
class Maker:
    """Somebody who asks for pictures, and the worker that makes them, one call at a time."""

    membership: Membership
    emulator: EmulatorProcess
    timeouts: Timeouts = PATIENT
    fetch_seconds: float = 60
    wish: dict[str, object] = field(default_factory=dict)

    def set_fault(self, fault: str, **options: Any) -> None:
        """Switch on a fault of the emulator, and wait no longer for it than is worth it."""
        self.emulator.set_fault(fault, **options)
        if fault in NEVER_COMES:
            self.timeouts, self.fetch_seconds = QUICK, 1

    def ask(self, prompt: str = "A fox in the snow", **wish: object) -> Generation:
        """Ask for one picture and return its generation."""
        return self.ask_for(1, prompt, **wish)[0]

    def ask_for(self, count: int, prompt: str = "A fox", **wish: object) -> list[Generation]:
        sources = [SourceWish(image_id=image.pk) for image in wish.pop("images", ())]
        parameters = Parameters(
            **{key: wish.pop(key) for key in list(wish) if key in Parameters.__slots__}
        )
        batch = request_generations(
            membership=self.membership,
            wish=Wish(
                prompt=prompt,
                model=wish.pop("model", "openai/gpt-image-2"),
                parameters=parameters,
                sources=wish.pop("sources", sources),
                count=count,
                **wish,
            ),
        )
        return list(batch.generations.order_by("id"))

    def upstream(self) -> Upstream:
        access = {
            "account_id": self.emulator.account_id,
            "api_token": self.emulator.token,
            "api_base": self.emulator.base_url,
        }
        return Upstream(
            gateway=Gateway(**access, timeouts=self.timeouts),
            egress=Egress(hosts=[self.emulator.result_host], pauses=(0, 0)),
            logs=CloudflareLogs(**access),
            fetch_seconds=self.fetch_seconds,
        )

    def with_upstream(self, work: Callable[[Upstream], Coroutine[Any, Any, T]]) -> T:
        """Do something with the way to the gateway and return what came of it."""

        async def do() -> T:
            upstream = self.upstream()
            try:
                return await work(upstream)
            finally:
                await upstream.aclose()

        return asyncio.run(do())

    def look_up(self, generation: Generation) -> str:
        """Ask the gateway's log about the newest call of a generation."""
        attempt = generation.attempts.latest("number")
        words = self.with_upstream(lambda upstream: reconcile(upstream, attempt_id=attempt.pk))
        generation.refresh_from_db()
        return words

    def work(self, *generations: Generation) -> None:
        """Run these generations' present attempts to their end, at once."""

        async def all_of_them(upstream: Upstream) -> None:
            await asyncio.gather(*(execute(upstream, generation_id=one.pk) for one in generations))

        self.with_upstream(all_of_them)
        for one in generations:
            one.refresh_from_db()

    def made(self, prompt: str = "A fox in the snow", **wish: object) -> Generation:
        """Ask for one picture, have it made, and return its generation."""
        generation = self.ask(prompt, **wish)
        self.work(generation)
        return generation


@pytest.fixture
def alice(transactional_db, settings, emulator) -> Maker:
    settings.DEFAULT_MONTHLY_BUDGET = None
    user = User.objects.create_user("alice@example.com")
    return Maker(personal_membership_of(user=user), emulator)


@pytest.fixture
def bob(transactional_db, settings, emulator) -> Maker:
    settings.DEFAULT_MONTHLY_BUDGET = None
    user = User.objects.create_user("bob@example.com")
    return Maker(personal_membership_of(user=user), emulator)


def attempts_of(generation: Generation) -> list[Attempt]:
    return list(generation.attempts.order_by("number"))


def calls_of(emulator: EmulatorProcess, generation: Generation) -> list[dict[str, object]]:
    """The calls that the gateway received for a generation, oldest first."""
    return emulator.charges(generation_id=str(generation.pk))


def assert_books_balance(account_id: UUID) -> None:
    """The counters of every period equal the sums of its entries, and nothing was held twice."""
    for period in BudgetPeriod.objects.filter(account=account_id, member=None):
        held = settled = 0
        for entry in LedgerEntry.objects.filter(period=period).select_related("hold"):
            match entry.kind:
                case "hold":
                    held += entry.amount
                case "release":
                    held -= entry.amount
                case "settle" | "write_off":
                    held -= entry.hold.amount
                    settled += entry.amount
                case "adjust":
                    settled += entry.amount
        assert (period.held, period.settled) == (held, settled)
