"""Streams and waiting calls through a real server: they hold nothing and end when they must."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from generations.models import State
from imagestudio.accounts.models import Membership, Role, Scope, Standing
from imagestudio.accounts.services.access import change_account_standing, change_standing
from imagestudio.accounts.services.tokens import create_token, revoke_token
from imagestudio.http.release import in_thread
from tests.factories import Cast, bearer, bring_to, make_cast, make_generation, make_user, sign_in
from tests.integration.web_process import WebProcess, web_process

pytestmark = pytest.mark.anyio

POOL = 4  # database connections of the server


@pytest.fixture(scope="module")
def studio(django_db_setup: None) -> Iterator[WebProcess]:
    with web_process(DATABASE_POOL=str(POOL)) as running:
        yield running


@pytest.fixture
def cast(rows: None) -> Cast:
    return make_cast()


@pytest.fixture
def members(cast: Cast) -> dict[str, Membership]:
    found = {role: cast.membership(role) for role in Role}
    return {**found, "stranger": cast.membership_of_stranger()}


@pytest.fixture
async def client(studio: WebProcess) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=studio.address, limits=limits, timeout=30) as one:
        yield one


def cookies(browser: Client) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"}


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, headers: dict[str, str], **query: str
) -> AsyncIterator[AsyncIterator[str]]:
    """Open a stream, and return its lines once it follows."""
    async with client.stream("GET", "/api/v1/events", headers=headers, params=query) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert "no-store" in answer.headers["Cache-Control"]
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        yield lines


async def next_event(lines: AsyncIterator[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    async with asyncio.timeout(30):
        async for line in lines:
            if line.startswith(("id:", "event:", "data:")):
                name, _, value = line.partition(": ")
                found[name] = value
            elif not line and "id" in found:
                break
    return found


async def test_more_streams_and_waits_than_database_connections(
    client: httpx.AsyncClient, members
) -> None:
    headers = await in_thread(bearer, members[Role.CREATOR], *Scope)
    generation = await in_thread(make_generation, members[Role.CREATOR])
    address = f"/api/v1/generations/{generation.pk}"
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(listening(client, headers)) for _ in range(POOL + 2)
        ]
        waits = [
            asyncio.create_task(client.get(address, params={"wait": 30}, headers=headers))
            for _ in range(POOL + 2)
        ]
        started = time.monotonic()
        for _ in range(10):
            assert (await client.get("/api/v1/images", headers=headers)).status_code == 200
        assert time.monotonic() - started < 25  # the waits take 30

        await in_thread(bring_to, generation, State.FAILED)
        for answer in await asyncio.gather(*waits):
            assert answer.json()["state"] == "failed"
        for lines in streams:
            event = await next_event(lines)
            assert event["event"] == "generation.sent"
            assert json.loads(event["data"])["generation"] == str(generation.pk)


async def test_streams_hold_no_threads(
    client: httpx.AsyncClient, studio: WebProcess, members
) -> None:
    headers = await in_thread(bearer, members[Role.CREATOR], Scope.GENERATE)
    async with AsyncExitStack() as stack:
        for _ in range(40):
            await stack.enter_async_context(listening(client, headers))
        assert studio.threads < 25


async def test_a_wait_ends_when_its_seconds_have_passed(client: httpx.AsyncClient, members) -> None:
    headers = await in_thread(bearer, members[Role.CREATOR], Scope.GENERATE)
    generation = await in_thread(make_generation, members[Role.CREATOR])
    started = time.monotonic()
    answer = await client.get(
        f"/api/v1/generations/{generation.pk}", params={"wait": 1}, headers=headers
    )
    assert answer.json()["state"] == "queued"
    assert 0.9 < time.monotonic() - started < 25  # not forever


@pytest.mark.parametrize("wait", ["-1", "61", "1.5", "soon"])
async def test_other_waits_are_refused(client: httpx.AsyncClient, members, wait: str) -> None:
    headers = await in_thread(bearer, members[Role.CREATOR], Scope.GENERATE)
    generation = await in_thread(make_generation, members[Role.CREATOR])
    address = f"/api/v1/generations/{generation.pk}"
    assert (await client.get(address, params={"wait": wait}, headers=headers)).status_code == 422


async def test_a_wait_for_what_is_not_there_or_has_ended_does_not_wait(
    client: httpx.AsyncClient, members
) -> None:
    headers = await in_thread(bearer, members[Role.CREATOR], Scope.GENERATE)
    foreign = await in_thread(make_generation, members["stranger"])
    ended = await in_thread(make_generation, members[Role.CREATOR], state=State.CANCELLED)
    started = time.monotonic()
    for generation, status in ((foreign, 404), (ended, 200)):
        answer = await client.get(
            f"/api/v1/generations/{generation.pk}", params={"wait": 30}, headers=headers
        )
        assert answer.status_code == status
    assert time.monotonic() - started < 25  # the waits take 30


async def test_a_browser_resumes_by_the_number_it_saw_last(
    client: httpx.AsyncClient, cast: Cast, members
) -> None:
    headers = cookies(await in_thread(cast.signed_in, Role.VIEWER))
    for _ in range(2):
        await in_thread(make_generation, members[Role.CREATOR])
    here = {"account": cast.team.slug}
    async with listening(client, {**headers, "Last-Event-ID": "1"}, **here) as lines:
        assert (await next_event(lines))["id"] == "2"
    async with listening(client, headers, after="1", **here) as lines:
        assert (await next_event(lines))["id"] == "2"
    for odd in ("x", "-1", "9" * 40, "٣"):
        async with listening(client, {**headers, "Last-Event-ID": odd.encode()}, **here) as lines:
            assert (await next_event(lines))["event"] == "reset"


async def test_u28_a_stream_of_another_account_is_not_there(
    client: httpx.AsyncClient, cast: Cast
) -> None:
    stranger = cookies(await in_thread(cast.signed_in, "stranger"))
    answer = await client.get(
        "/api/v1/events", headers=stranger, params={"account": cast.team.slug}
    )
    assert answer.status_code == 404


def shut_out(cast: Cast) -> dict[str, dict[str, str]]:
    """Return the headers of callers, by what will be done to them."""
    headers = {}
    for name in ("signed out", "suspended", "new password", "removed"):
        user = make_user("leaver")
        Membership.objects.create(account=cast.team, user=user, role=Role.CREATOR)
        headers[name] = {**cookies(sign_in(user)), "X-User": str(user.pk)}
    for name in ("revoked", "token of the removed"):
        user = make_user("leaver")
        membership = Membership.objects.create(account=cast.team, user=user, role=Role.CREATOR)
        new = create_token(membership=membership, name="test", scopes=[Scope.GENERATE])
        headers[name] = {"Authorization": f"Bearer {new.secret}", "X-Token": str(new.token.pk)}
        headers[name]["X-User"] = str(user.pk)
    return headers


def do_to(cast: Cast, name: str, headers: dict[str, str]) -> None:
    """Shut one caller out."""
    membership = Membership.objects.select_related("user", "account").get(
        account=cast.team, user=headers["X-User"]
    )
    user = membership.user
    if name == "signed out":
        Session.objects.filter(pk=headers["Cookie"].partition("=")[2]).delete()
    elif name == "suspended":
        change_standing(user=user, standing=Standing.SUSPENDED)
    elif name == "new password":
        user.set_password("another long pass phrase")
        user.save()
    elif name == "revoked":
        revoke_token(membership=membership, token_id=headers["X-Token"])
    else:
        membership.delete()


async def test_u28_streams_end_within_ten_seconds_of_being_shut_out(
    client: httpx.AsyncClient, cast: Cast, members
) -> None:
    callers = await in_thread(shut_out, cast)
    stays = await in_thread(bearer, members[Role.OWNER], Scope.GENERATE)
    async with AsyncExitStack() as stack:
        streams = {
            name: await stack.enter_async_context(
                listening(client, headers, **token_needs_no_account(headers, cast))
            )
            for name, headers in callers.items()
        }
        staying = await stack.enter_async_context(listening(client, stays))
        for name, headers in callers.items():
            await in_thread(do_to, cast, name, headers)
        async with asyncio.timeout(10):
            for lines in streams.values():
                assert not [line async for line in lines if line.startswith("id:")]
        await in_thread(make_generation, members[Role.CREATOR])
        assert (await next_event(staying))["event"] == "generation.queued"


def token_needs_no_account(headers: dict[str, str], cast: Cast) -> dict[str, str]:
    return {} if "Authorization" in headers else {"account": cast.team.slug}


async def test_u28_streams_end_when_the_account_is_suspended(
    client: httpx.AsyncClient, cast: Cast, members
) -> None:
    headers = await in_thread(bearer, members[Role.OWNER], Scope.GENERATE)
    async with listening(client, headers) as lines:
        await in_thread(change_account_standing, account=cast.team, standing=Standing.SUSPENDED)
        async with asyncio.timeout(10):
            assert not [line async for line in lines if line.startswith("id:")]
