"""People and programs that use the studio all at once, through the API, each by a seed."""

import base64
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.utils import InterfaceError, OperationalError
from django.test import Client
from psycopg_pool import PoolTimeout

from generations.models import Generation
from imagestudio.accounts.models import Account, Membership, Scope
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.money.services import set_budget
from tests.crash.history.journal import Journal
from tests.factories import bearer, make_team, make_user, paint

ROOT = "/api/v1/generations"
CAPS = (2, 3, 4)  # calls in flight that an account may have
CALL = 6_000  # micro-dollars; about what one call may cost
LIMITS = (None, None, 60 * CALL, 120 * CALL, 400 * CALL)
PATIENCE = 30.0  # seconds for an answer
AWAY = (OperationalError, InterfaceError, PoolTimeout)  # the database is just being restarted
# Answers that a client has to expect; anything else is a mistake of the studio.
EXPECTED = {200, 201, 202, 402, 409, 429, 503}


@dataclass
class Person:
    """A member of an account with a program that asks for pictures."""

    name: str
    membership: Membership
    journal: Journal
    chance: random.Random
    made: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        scopes = [scope for scope in Scope if scope != Scope.MODERATE]
        headers = bearer(self.membership, *scopes) | {"host": "127.0.0.1"}
        self.client = Client(headers=headers)

    @property
    def account(self) -> Account:
        """Return the account in which they work."""
        return self.membership.account

    def live(self) -> None:
        """Do one thing after the other until told to stop."""
        deeds: list[Callable[[], None]] = [
            *[self.submit] * 5,
            *[self.submit_twice] * 3,
            *[self.edit] * 2,
            *[self.cancel] * 2,
            *[self.retry] * 3,
            self.dismiss,
            self.change_budget,
        ]
        try:
            while not self.stop.wait(self.chance.uniform(0, 0.15)):
                self.chance.choice(deeds)()
        finally:
            connections.close_all()

    def submit(self) -> None:
        """Ask for one to three pictures."""
        self.post("submit", ROOT, self.a_wish(), key=self.new_key())

    def submit_twice(self) -> None:
        """Send the same request twice at the same moment, as an impatient client does."""
        key, wish = self.new_key(), self.a_wish()
        with ThreadPoolExecutor(2) as pool:
            for _ in range(2):
                pool.submit(self.post_and_leave, "submit", ROOT, wish, key=key)

    def edit(self) -> None:
        """Ask for a picture made from one that is sent along."""
        data = base64.b64encode(paint(colour=f"#{self.chance.randrange(4096):03x}")).decode()
        wish = self.a_wish() | {"sources": [{"data": data}], "count": 1}
        self.post("submit", ROOT, wish, key=self.new_key())

    def cancel(self) -> None:
        """Take a wish back."""
        self.on_one("cancel", ["queued", "running"])

    def retry(self) -> None:
        """Run again what ended badly, twice with the same key."""
        self.on_one("retry", ["failed", "refused", "unknown"], key=self.new_key())

    def dismiss(self) -> None:
        """Put out of sight what ended badly."""
        self.on_one("dismiss", ["failed", "refused", "unknown"])

    def change_budget(self) -> None:
        """Give the account another limit for this month."""
        limit = self.chance.choice(LIMITS)
        try:
            set_budget(account=self.account, limit=limit)
        except AWAY:
            connections.close_all()
        self.journal.note(self.name, "budget", account=self.account.pk, limit=limit)

    def on_one(self, deed: str, states: list[str], *, key: str | None = None) -> None:
        """Do something with one of the account's generations in these states, if there is one."""
        rows = Generation.objects.owned_by(self.account).filter(state__in=states)
        try:
            keys = list(rows.values_list("pk", flat=True)[:20])
        except AWAY:
            connections.close_all()
            return
        if keys:
            self.post(deed, f"{ROOT}/{self.chance.choice(keys)}/{deed}", {}, key=key)

    def a_wish(self) -> dict[str, Any]:
        """Return a request that nobody has made before."""
        return {
            "prompt": f"{self.name} {self.made}",
            "quality": "low",
            "size": "1024x1024",
            "count": self.chance.choice([1, 1, 1, 2, 3]),
        }

    def new_key(self) -> str:
        """Return an Idempotency-Key that was not used before."""
        self.made += 1
        return f"{self.name} {self.made}"

    def post_and_leave(self, *args: Any, **kwargs: Any) -> None:
        """Make a request in a thread of its own."""
        try:
            self.post(*args, **kwargs)
        finally:
            connections.close_all()

    def post(self, deed: str, path: str, body: dict[str, Any], *, key: str | None) -> None:
        """Make a request, and make it again with the same key while the database is away."""
        headers = {} if key is None else {"Idempotency-Key": key}
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.try_to_post(path, body, headers)
            if answer is not None:
                break
            self.journal.note(self.name, "interrupted", what=deed, key=key)
            if key is None:
                return
            assert time.monotonic() < until, f"{path} is never answered"
            time.sleep(0.2)
        said = answer.json()
        self.journal.note(
            self.name,
            deed,
            path=path,
            key=key,
            status=answer.status_code,
            batch=said.get("batch_id"),
            expected=answer.status_code in EXPECTED,
            said=said if answer.status_code >= 300 else None,
        )

    def try_to_post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        """Return the answer to a request, None while the database is away."""
        try:
            answer = self.client.post(path, body, content_type="application/json", headers=headers)
        except AWAY:
            connections.close_all()
            return None
        if answer.status_code == 503 and answer.json()["code"] == "unavailable":
            connections.close_all()  # a server does that behind each request
            return None
        return answer


def make_people(journal: Journal, *, seed: int) -> list[Person]:
    """Return people in several accounts, each with a small number of calls at once."""
    alone = [personal_membership_of(user=make_user(name)) for name in ("ann", "ben")]
    owner, member = make_user("cleo"), make_user("dora")
    team = make_team(owner, creator=member)
    members = Membership.objects.select_related("account", "user")
    alone += [members.get(account=team, user=one) for one in (owner, member)]
    for cap, membership in zip(CAPS, alone, strict=False):
        Account.objects.filter(pk=membership.account_id).update(in_flight_cap=cap)
    set_budget(account=team, limit=80 * CALL, member=member)
    return [
        Person(name, membership, journal, random.Random(f"{seed} {name}"))
        for name, membership in zip(("ann", "ben", "cleo", "dora"), alone, strict=True)
    ]
