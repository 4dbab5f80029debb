"""The studio as a whole: opening it, keeping it open, closing it."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from imagestudio.supervisor.address import Address, check_free
from imagestudio.supervisor.children import Children
from imagestudio.supervisor.claim import claimed
from imagestudio.supervisor.console import say
from imagestudio.supervisor.database import Database
from imagestudio.supervisor.emulation import HOST
from imagestudio.supervisor.endurance import Startable, endure
from imagestudio.supervisor.opening import prepare, wait_for_emulator, wait_for_studio
from imagestudio.supervisor.part import Part, Program
from imagestudio.supervisor.plan import Plan
from imagestudio.supervisor.stopping import Wish, drain, end


async def run(*, data: Path, address: Address, plan: Callable[[], Plan]) -> None:
    """Open the studio and keep it open until somebody wants it to stop, then close it.

    `plan` is asked once the data folder is claimed. Raises SupervisorError or EmbeddedError where
    the studio cannot be opened or kept open; then all that was started has ended as well.
    """
    async with claimed(data, note=f"process {os.getpid()}, {address.public_url}") as claim:
        check_free(address)
        await Studio(plan(), claim=claim).run()


class Studio:
    """The parts of one studio, from its opening to its closing."""

    def __init__(self, plan: Plan, *, claim: int) -> None:
        """Take the plan, and the descriptor of the claim, which all parts hold."""
        self.plan = plan
        self.wish = Wish()
        self.database = Database(plan.data) if plan.embedded else None
        self._claim = claim
        self._children = Children()
        # Nothing is ever written: they close when this process is gone, and that is the word.
        # The emulator's closes only when the worker, whose calls it answers, is gone as well.
        self._leash, self._kept = os.pipe()
        self._emulator_leash, self._emulator_kept = os.pipe()
        self.web = self._part(plan.web)
        self.worker = self._part(plan.worker, self._emulator_kept)
        self.emulator = plan.emulator and Part(
            plan.emulator,
            children=self._children,
            leash=self._emulator_leash,
            held=lambda: [self._claim],
        )
        self._watches: dict[Startable, asyncio.Task[None]] = {}
        self._failure: BaseException | None = None

    def _part(self, program: Program, *held: int) -> Part:
        def all_held() -> list[int]:
            return [self._claim, *held, *(self.database.held() if self.database else [])]

        return Part(program, children=self._children, leash=self._leash, held=all_held)

    async def run(self) -> None:
        """Open, wait for the wish to stop, close; raise what went wrong."""
        opening = self._task(self._open())
        await self.wish.stop.wait()
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await self._close()
        for descriptor in (self._leash, self._kept, self._emulator_leash, self._emulator_kept):
            os.close(descriptor)
        if self._failure:
            raise self._failure

    def _task(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Do this beside the rest; its failure is a reason to stop."""

        def done(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (failure := task.exception()):
                self._failure = self._failure or failure
                self.wish.stop.set()

        task = asyncio.create_task(work)
        task.add_done_callback(done)
        return task

    async def _open(self) -> None:
        began = time.monotonic()
        if self.database:
            await self._watch(self.database)
            os.environ["DATABASE_URL"] = self.database.url
            say("PostgreSQL is up")
        await prepare(self.plan, self._part(self.plan.prepare))
        if self.emulator:
            await self._watch(self.emulator)
        await self._watch(self.web)
        if self.emulator:
            await wait_for_emulator(HOST, self.plan.emulator_port)
            say("the gateway emulator is up: no Cloudflare account is named, nothing is paid")
        await self._watch(self.worker)
        await wait_for_studio(self.plan.address, began=began)

    async def _watch(self, part: Startable) -> None:
        await part.start()
        self._watches[part] = self._task(endure(part, patience=self.plan.patience))

    async def _unwatch(self, *parts: Startable) -> None:
        watches = [self._watches.pop(part) for part in parts if part in self._watches]
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    async def _close(self) -> None:
        """Stop the parts, those first that need the others; the rest is watched meanwhile."""
        await self._unwatch(self.web, self.worker)
        self.web.ask_to_end()
        self.worker.ask_to_end()  # takes no new call from now on
        await end(self.web, wish=self.wish, limit=self.plan.web.grace)
        await drain(self.worker, wish=self.wish, limit=self.plan.drain)
        if self.emulator:
            await self._unwatch(self.emulator)
            self.emulator.ask_to_end()
            await end(self.emulator, wish=self.wish, limit=self.emulator.program.grace)
        if self.database:
            await self._unwatch(self.database)
            await self.database.stop()
        say("stopped")
