"""An account's events reach whoever follows it: all of them, once, in their order."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from django.db import connection, transaction

from imagestudio.accounts.models import Account
from imagestudio.events.hub import Overtaken, Reader, hub
from imagestudio.events.models import Event
from imagestudio.events.news import MOST_MISSED, News
from imagestudio.events.services import Happening, record
from imagestudio.events.stream import Pace, stream
from imagestudio.http.release import in_thread
from tests.factories import make_user

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("rows")]

QUICK = Pace(check=0.05, heartbeat=0.05)


@pytest.fixture
def account(rows: None) -> Account:
    return make_user().personal_account


def happen(account: Account, *marks: int) -> None:
    """Commit one transaction with an event for each mark."""
    with transaction.atomic():
        record(*(Happening(account.pk, "test.happened", {"mark": mark}) for mark in marks))


def follow(account: Account, after: int | None = None, pace: Pace = QUICK) -> AsyncIterator[str]:
    return stream(account_id=account.pk, after=after, still_allowed=lambda: True, pace=pace)


async def take(texts: AsyncIterator[str], count: int) -> list[dict[str, str]]:
    """Return the next events of a stream, without its heartbeats."""
    found = []
    async with asyncio.timeout(30):
        async for text in texts:
            if text.startswith("id:"):
                found.append(dict(line.split(": ", 1) for line in text.strip().splitlines()))
            if len(found) == count:
                break
    return found


async def begun(texts: AsyncIterator[str]) -> None:
    """Wait until a stream follows its account."""
    assert (await anext(texts)).startswith("retry: ")


def marks(events: list[dict[str, str]]) -> list[int]:
    return [json.loads(event["data"])["mark"] for event in events]


async def test_what_happens_from_now_on(account: Account) -> None:
    await in_thread(happen, account, 1)
    async with aclosing(follow(account)) as texts:
        await begun(texts)
        await in_thread(happen, account, 2, 3)
        events = await take(texts, 2)
    assert marks(events) == [2, 3]
    assert [event["id"] for event in events] == ["2", "3"]
    assert events[0]["event"] == "test.happened"
    assert "at" in json.loads(events[0]["data"])


async def test_coming_back_resumes_behind_the_last_one_seen(account: Account) -> None:
    await in_thread(happen, account, 1, 2, 3)
    async with aclosing(follow(account, after=1)) as texts:
        assert marks(await take(texts, 2)) == [2, 3]
        await in_thread(happen, account, 4)
        assert marks(await take(texts, 1)) == [4]


async def test_no_gap_and_no_repeat_however_often_the_line_breaks(account: Account) -> None:
    total, seen = 150, 0
    chance = random.Random(7)

    async def keep_happening() -> None:
        for mark in range(1, total + 1):
            await in_thread(happen, account, mark)

    writer = asyncio.create_task(keep_happening())
    while seen < total:
        async with aclosing(follow(account, after=seen)) as texts:
            for event in await take(texts, min(chance.randint(1, 20), total - seen)):
                assert marks([event]) == [seen + 1]
                seen += 1
    await writer


async def test_numbers_are_in_commit_order_among_many_writers(account: Account) -> None:
    async with aclosing(follow(account)) as texts:
        await begun(texts)
        await asyncio.gather(*(in_thread(happen, account, mark) for mark in range(40)))
        events = await take(texts, 40)
    assert [int(event["id"]) for event in events] == list(range(1, 41))
    assert sorted(marks(events)) == list(range(40))


async def test_what_is_rolled_back_never_happened(account: Account) -> None:
    def half() -> None:
        with transaction.atomic():
            record(Happening(account.pk, "test.happened", {"mark": 1}))
            transaction.set_rollback(True)

    async with aclosing(follow(account)) as texts:
        await begun(texts)
        await in_thread(half)
        await in_thread(happen, account, 2)
        assert marks(await take(texts, 1)) == [2]


async def test_other_accounts_are_not_heard(account: Account) -> None:
    other = await in_thread(lambda: make_user().personal_account)
    async with aclosing(follow(account)) as texts:
        await begun(texts)
        await in_thread(happen, other, 1)
        await in_thread(happen, account, 2)
        assert marks(await take(texts, 1)) == [2]


@pytest.mark.parametrize("after", [4, 10**15, -1])
async def test_a_number_beyond_the_stream_is_a_reset(account: Account, after: int) -> None:
    await in_thread(happen, account, 1, 2, 3)
    async with aclosing(follow(account, after)) as texts:
        (reset,) = await take(texts, 1)
        assert (reset["event"], reset["id"]) == ("reset", "3")
        await in_thread(happen, account, 4)
        assert marks(await take(texts, 1)) == [4]


async def test_a_number_older_than_what_is_kept_is_a_reset(account: Account) -> None:
    await in_thread(happen, account, 1, 2, 3)
    await in_thread(lambda: Event.objects.filter(seq__lte=2).delete())
    async with aclosing(follow(account, after=1)) as texts:
        (event,) = await take(texts, 1)
        assert event["event"] == "reset"
    async with aclosing(follow(account, after=2)) as texts:
        assert marks(await take(texts, 1)) == [3]


async def test_more_than_anybody_wants_to_catch_up_with_is_a_reset(account: Account) -> None:
    await in_thread(happen, account, *range(MOST_MISSED + 1))
    async with aclosing(follow(account, after=0)) as texts:
        (event,) = await take(texts, 1)
        assert event["event"] == "reset"


async def test_silence_is_broken_by_heartbeats(account: Account) -> None:
    async with aclosing(follow(account)) as texts:
        await begun(texts)
        assert (await anext(texts)).startswith(":")


async def test_the_stream_ends_when_its_reader_is_shut_out(account: Account) -> None:
    allowed = [True]
    texts = stream(account_id=account.pk, after=None, still_allowed=lambda: allowed[0], pace=QUICK)
    await begun(texts)
    allowed[0] = False
    async with asyncio.timeout(30):
        rest = [text async for text in texts]
    assert not [text for text in rest if text.startswith("id:")]


async def test_a_lost_database_connection_leaves_no_gap(account: Account) -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )

    async with aclosing(follow(account)) as texts:
        await begun(texts)
        await in_thread(cut)
        await in_thread(happen, account, 1, 2)
        assert marks(await take(texts, 2)) == [1, 2]
        await in_thread(happen, account, 3)
        assert marks(await take(texts, 1)) == [3]


async def test_all_streams_share_one_connection(account: Account) -> None:
    def listening() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
            return cursor.fetchone()[0]

    streams = [follow(account) for _ in range(20)]
    for texts in streams:
        await begun(texts)
    assert await in_thread(listening) == 1
    await in_thread(happen, account, 1)
    for texts in streams:
        assert marks(await take(texts, 1)) == [1]
        await texts.aclose()
    assert not hub()._followed


async def test_whoever_reads_too_slowly_is_let_go() -> None:
    reader = Reader()
    for seq in range(1, 1100):
        reader.give([News(seq, "test", None, {})])
    with pytest.raises(Overtaken):
        await reader.next(1)


async def test_who_comes_while_the_connection_closes_behind_the_last_one_hears(
    account: Account,
) -> None:
    async with hub().follow(account.pk):
        pass  # the connection stays open for a while
    asyncio.get_running_loop().call_soon(hub()._rest)
    async with hub().follow(account.pk) as reader:
        await in_thread(happen, account, 1)
        news = await reader.next(5)
    assert [one.data["mark"] for one in news] == [1]
