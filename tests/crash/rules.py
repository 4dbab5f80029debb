"""The rules that keep money safe, and for each an edit that breaks it."""

from collections.abc import Sequence
from dataclasses import dataclass

GENERATIONS = "tests/integration/generations"
DEATHS = "tests/crash/test_deaths.py"
ANY_ORDER = "tests/crash/test_any_order.py"
OVERLAP = "tests/crash/test_overlap.py"
TRAPS = "tests/integration/worker/test_traps.py"
LAPSES = f"{GENERATIONS}/test_lapses.py"


@dataclass(frozen=True)
class Mutation:
    """A rule, the edits of one file that break it, and the tests that must notice."""

    rule: str
    file: str
    edits: Sequence[tuple[str, str]]
    tests: Sequence[str]


MUTATIONS = (
    Mutation(
        "`sent` is committed before the call leaves",
        "generations/execution/calls.py",
        [
            (
                """\
    if await upstream.rows(attempts.mark_sent, claim=claim):
        with upstream.counted():
            await run(upstream, claim, call.to_begin_by(begin_by))
""",
                """\
    answer = await upstream.gateway.run(call.request)
    if await upstream.rows(attempts.mark_sent, claim=claim):
        async def again(_):
            return answer
        upstream.gateway.run = again
        await run(upstream, claim, call)
""",
            )
        ],
        [DEATHS],
    ),
    Mutation(
        "every move carries the epoch",
        "generations/services/attempts.py",
        [("epoch=self.epoch, ", "")],
        [LAPSES, TRAPS],
    ),
    Mutation(
        "only what ended badly can be run again",
        "generations/services/deeds.py",
        [
            (
                """\
        if generation.state not in ENDED_BADLY:
            raise StateForbids("Only what failed, was refused or got lost can be tried again.")
""",
                "",
            )
        ],
        [f"{GENERATIONS}/test_deeds.py"],
    ),
    Mutation(
        "a call may not leave over a limit that was lowered",
        "generations/services/attempts.py",
        [("if not within_limits(hold=attempt.hold):", "if False:")],
        [f"{GENERATIONS}/test_budget.py"],
    ),
    Mutation(
        "money is held by an update that looks at the limit",
        "imagestudio/money/services/holds.py",
        [("objects.filter(fits, pk=period.pk)", "objects.filter(pk=period.pk)")],
        [f"{GENERATIONS}/test_budget.py", ANY_ORDER],
    ),
    Mutation(
        "a hold is resolved once",
        "imagestudio/money/services/holds.py",
        [("filter(pk=hold.pk, state=Hold.State.HELD)", "filter(pk=hold.pk)")],
        ["tests/integration/money/test_holds.py"],
    ),
    Mutation(
        "the account's budget is locked before the member's",
        "imagestudio/money/services/holds.py",
        [("in periods.in_order_of_locks()", 'in periods.order_by("id")')],
        [f"{GENERATIONS}/test_side_by_side.py"],
    ),
    Mutation(
        "one key is one deed",
        "imagestudio/accounts/services/idempotency.py",
        [("if row.status is not None:", "if False:")],
        ["tests/integration/api/test_idempotency.py", ANY_ORDER],
    ),
    Mutation(
        "the machine never sends again what may have been billed",
        "generations/execution/calls.py",
        [
            (
                """\
    if error.billed is Billed.NO:
""",
                """\
    if error.billed is Billed.MAYBE:
        await upstream.surely(resends.send_again, claim=claim, error=report, wait=None)
    elif error.billed is Billed.NO:
""",
            )
        ],
        [f"{GENERATIONS}/test_faults.py"],
    ),
    Mutation(
        "a call of a dead worker is not run again",
        "generations/services/sweep.py",
        [
            (
                "filter(state=Attempt.State.RESERVED, generation__state=State.RUNNING)",
                'filter(state__in=["reserved", "sent"], generation__state=State.RUNNING)',
            ),
            (
                """\
    fenced = claim.attempts(Attempt.State.RESERVED).update(
        epoch=""",
                """\
    fenced = claim.attempts("reserved", "sent").update(
        state="reserved", epoch=""",
            ),
        ],
        [LAPSES, DEATHS],
    ),
    Mutation(
        "what a living worker has left by an error is taken care of",
        "generations/services/sweep.py",
        [(' & Q(Exists(jobs_of(OuterRef("generation_id"))))', "")],
        [LAPSES],
    ),
    Mutation(
        "money of a lost call stays held",
        "generations/services/outcomes.py",
        [
            (
                """\
    if generation.state == State.COMPLETED:
        write_off(generation)
    circuits""",
                """\
    release(hold=claim.attempts("unknown").select_related("hold").get().hold)
    circuits""",
            )
        ],
        [ANY_ORDER],
    ),
    Mutation(
        "a second delivery changes nothing",
        "generations/services/outcomes.py",
        [
            (
                """\
    Attempt.State.NOT_BILLED,
)
# How""",
                """\
    Attempt.State.NOT_BILLED,
    Attempt.State.SUCCEEDED,
)
# How""",
            )
        ],
        [f"{GENERATIONS}/test_late_results.py", ANY_ORDER],
    ),
    Mutation(
        "the bytes are stored before the rows are committed",
        "generations/execution/delivery.py",
        [
            (
                "        await upstream.surely(results.keep_bytes, key=key, data=data)\n",
                """\
        later = asyncio.get_running_loop().call_later
        later(1, lambda: results.keep_bytes(key=key, data=data))
""",
            )
        ],
        [DEATHS],
    ),
    Mutation(
        "the answer is kept before anything is done with it",
        "generations/execution/calls.py",
        [
            (
                """\
    await upstream.surely(
        outcomes.note_answer,
""",
                """\
    await asyncio.sleep(0)
    await upstream.surely(
        lambda **_: None,
""",
            ),
            ("import logging\n", "import asyncio\nimport logging\n"),
        ],
        [f"{GENERATIONS}/test_first_picture.py", "tests/crash/test_storage_away.py"],
    ),
    Mutation(
        "sending again and its new hold are one transaction",
        "generations/services/resends.py",
        [
            ("@transaction.atomic\ndef send_again", "def send_again"),
            (
                "    generation = lock(claim)\n",
                "    with transaction.atomic():\n        generation = lock(claim)\n",
            ),
            (
                '    record(happening("queued", generation))',
                '    with transaction.atomic():\n        record(happening("queued", generation))',
            ),
        ],
        [DEATHS],
    ),
    Mutation(
        "a refused call's money waits for the log",
        "generations/services/sweep.py",
        [("REFUSAL_UNVERIFIED = timedelta(minutes=15)", "REFUSAL_UNVERIFIED = timedelta(0)")],
        [LAPSES],
    ),
    Mutation(
        "an entry that is missing proves nothing at first",
        "generations/services/looks.py",
        [("LOG_DELAY = timedelta(minutes=15)", "LOG_DELAY = -timedelta(hours=1)")],
        [f"{GENERATIONS}/test_reconciliation.py"],
    ),
    Mutation(
        "a worker that drains gives signs of life",
        "imagestudio/jobs/worker.py",
        [("[task for task in side_tasks if task not in heartbeats]", "side_tasks")],
        [TRAPS, OVERLAP],
    ),
    Mutation(
        "the queue does not repeat a paid job",
        "generations/tasks.py",
        [('NEVER_AGAIN = frozenset({"generations.run"})', "NEVER_AGAIN = frozenset()")],
        [TRAPS],
    ),
    Mutation(
        "pauses are counted by the database's clock",
        "imagestudio/jobs/__init__.py",
        [
            ("at = database_now() +", "at = timezone.now() +"),
            (
                "from imagestudio.clock import database_now\n",
                "from django.utils import timezone\n",
            ),
        ],
        [OVERLAP],
    ),
    Mutation(
        "the clock's jobs follow the database's clock",
        "imagestudio/jobs/worker.py",
        [("async def _periodic_deferrer(", "async def _another_deferrer(")],
        [OVERLAP],
    ),
    Mutation(
        "no account has more calls at once than it may",
        "generations/line/turns.py",
        [(" and queue.in_flight < queue.cap", "")],
        [f"{GENERATIONS}/test_admission.py"],
    ),
    Mutation(
        "after a long sleep nothing is sent",
        "generations/gateway/connection.py",
        [('            raise TooLate("it was not sent in time")\n', "            pass\n")],
        [f"{GENERATIONS}/test_doubts.py"],
    ),
    Mutation(
        "a log that answers another question proves nothing",
        "generations/gateway/logs.py",
        [("if len(found) < len(entries):", "if False:")],
        ["tests/unit/gateway/test_logs.py"],
    ),
    Mutation(
        "no call is made while a paid picture cannot be stored",
        "generations/execution/calls.py",
        [("if not await upstream.may_send():", "if False:")],
        [f"{GENERATIONS}/test_storage_away.py"],
    ),
    Mutation(
        "an open circuit takes nothing",
        "generations/services/requests.py",
        [("    require_closed(model=catalogue.find(wish.model).id)\n", "")],
        [f"{GENERATIONS}/test_circuit.py"],
    ),
)
