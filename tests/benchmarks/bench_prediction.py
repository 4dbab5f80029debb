"""What the studio says of its line, against what then happens: worker, web and emulator at work."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from statistics import fmean, median

import httpx

from tests.browser.stack import Studio, fresh_database, running_studio

DELAY = 4.0  # seconds of a call of medium quality; one of low quality takes 1.8 to 3.0
SLOTS = 3
ASKED = (14, 7, 3)  # pictures that each account asks for
PATIENCE = 120  # seconds
MAKE_PEOPLE = """
from imagestudio.accounts.models import Scope, User
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.accounts.services.tokens import create_token
for number in range(3):
    member = personal_membership_of(user=User.objects.create_user(f"p{number}@example.test"))
    print(create_token(membership=member, name="bench", scopes=[Scope.GENERATE]).secret)
"""
KEY = count(1)


def bench_prediction(tmp_path, migrated, monkeypatch, capsys):
    monkeypatch.setenv("GATEWAY_SLOTS", str(SLOTS))
    with (
        fresh_database(migrated) as database_url,
        running_studio(tmp_path, database_url, delay=DELAY) as studio,
        clients(studio) as makers,
    ):
        ask(makers[0], 12)
        ended(makers[:1])
        time.sleep(11)  # until every process looks at the latencies again
        for maker, number in zip(makers, ASKED, strict=True):
            ask(maker, number)
        now = datetime.now().astimezone()
        told = {one["id"]: one for maker in makers for one in listed(maker) if not one["ended_at"]}
        actual = {one["id"]: one for one in ended(makers) if one["id"] in told}
    assert len(actual) == sum(ASKED)
    compared = [
        (one["expected_seconds"], (at(actual[key]["ended_at"]) - now).total_seconds())
        for key, one in told.items()
    ]
    errors = [abs(expected - took) for expected, took in compared]
    right = [abs(e - took) <= max(2, 0.25 * took) for e, took in compared]
    order = sorted(
        (one for one in told.values() if one["position"]),
        key=lambda one: at(actual[one["id"]]["admitted_at"]),
    )
    moved = [abs(one["position"] - place) for place, one in enumerate(order, 1)]
    with capsys.disabled():
        print(
            f"\n{len(errors)} pictures of {len(ASKED)} accounts in {SLOTS} slots: "
            f"{100 * fmean(right):.0f} % came within max(2 s, 25 %) of what was told; "
            f"error: median {median(errors):.1f} s, largest {max(errors):.1f} s "
            f"of {max(took for _, took in compared):.0f} s; "
            f"places: {100 * fmean(step == 0 for step in moved):.0f} % exact, "
            f"largest difference {max(moved)}"
        )
    assert fmean(right) >= 0.9


@contextmanager
def clients(studio: Studio) -> Iterator[list[httpx.Client]]:
    """Let programs of three people work."""
    made = studio.manage("shell", "--verbosity", "0", "-c", MAKE_PEOPLE)
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                httpx.Client(
                    base_url=f"{studio.url}/api/v1/",
                    headers={"Authorization": f"Bearer {token}"},
                    trust_env=False,
                )
            )
            for token in made.split()
        ]


def ask(maker: httpx.Client, number: int) -> None:
    """Ask for so many pictures."""
    body = {"prompt": f"A fox, {next(KEY)}", "quality": "low", "count": number}
    maker.post("generations", json=body).raise_for_status()


def listed(maker: httpx.Client) -> list[dict]:
    """What somebody has asked for."""
    answer = maker.get("generations", params={"limit": 100}).raise_for_status()
    return answer.json()["items"]


def ended(makers: list[httpx.Client]) -> list[dict]:
    """What they have asked for, when all of it has ended."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        rows = [one for maker in makers for one in listed(maker)]
        if all(one["ended_at"] for one in rows):
            return rows
        time.sleep(0.5)
    raise AssertionError("it did not end")


def at(text: str) -> datetime:
    """A moment."""
    return datetime.fromisoformat(text)
