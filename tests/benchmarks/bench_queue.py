"""A queue of 1,000 cases (QUEUE_CASES), decided by two moderators and a rule at the same time.

The moderators are programs at the API: they take the next case, look, decide what is offered by
chance, at times skip, undo, or send a version that has passed. Somebody reports pictures anew.
Afterwards nothing is decided twice or lost, everybody is told once of each decision, and what the
pictures are is what the decisions add up to.
"""

import os
import threading
import time
from collections import Counter
from random import Random
from statistics import median, quantiles

from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role, Scope
from imagestudio.library.models import Image
from imagestudio.moderation.models import Case, Decision, Notice
from imagestudio.moderation.policies import EFFECTS, Action
from imagestudio.moderation.projections import in_force, settled
from imagestudio.moderation.services.cases import lock_case, open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule
from tests.factories import bearer, make_copies, make_image, personal
from tests.integration.moderation.conftest import WHY

CASES = int(os.environ.get("QUEUE_CASES", "1000"))
ROOT = "/api/v1/moderation"
RULE, SHARE = "a rule on trial", 0.2  # of the cases, which it decides
NAMES = ("moderator", "senior_moderator")
LANES = (Case.Lane.APPEAL, Case.Lane.REPORT, Case.Lane.RULE)


def bench_queue(cast, transactional_db, settings, capsys):
    settings.API_CALLS_PER_MINUTE = 1_000_000
    chance = Random(1)
    image = make_image(cast.team, cast.user(Role.CREATOR))
    images = [image, *make_copies(image, CASES - 1)]
    for one in images:
        opened(one, chance.choice(LANES), weight=chance.randrange(20))
    desk = cast.signed_in("moderator")
    with capsys.disabled():
        print(f"\n{CASES:,} cases")
        told_of_page(desk)
        told_of_work(work(cast, images))
        told_of_rows(images)


def opened(image, lane, weight=0):
    """Return the open case of a picture."""
    with transaction.atomic():
        return open_case(subject=picture(image), lane=lane, weight=weight)


def told_of_page(desk):
    """Say what the first page of the queue takes."""
    times = []
    for _ in range(10):
        begun = time.perf_counter()
        with CaptureQueriesContext(connection) as statements:
            assert desk.get("/moderation/").status_code == 200
        times.append((time.perf_counter() - begun) * 1000)
    print(f"page of 50: {len(statements)} statements, {median(times):.0f} ms")
    assert len(statements) < 15


def work(cast, images):
    """Let all work until nothing waits, and return the seconds that each decision took."""
    took, ended = [], threading.Event()
    people = [Moderator(cast.user(name), seed) for seed, name in enumerate(NAMES)]
    workers = [
        *(threading.Thread(target=run, args=(one.work, took)) for one in people),
        threading.Thread(target=run, args=(decide_some, ended)),
        threading.Thread(target=run, args=(report_some, images, ended)),
    ]
    for one in workers:
        one.start()
    for one in workers[: len(people)]:
        one.join()
    ended.set()
    for one in workers[len(people) :]:
        one.join()
    for one in people:  # what was reported last
        one.work(took)
    return took


def run(deed, *given):
    """Do something in a thread and leave no connection behind."""
    try:
        deed(*given)
    finally:
        connections.close_all()


class Moderator:
    """A program of somebody who works through the queue."""

    def __init__(self, user, seed):
        self.client = Client(headers=bearer(personal(user), Scope.MODERATE))
        self.chance = Random(seed)

    def post(self, path, body=None):
        return self.client.post(f"{ROOT}{path}", body or {}, content_type="application/json")

    def work(self, took):
        """Take and decide cases until there is none."""
        while (taken := self.post("/claims")).status_code == 200:
            case = taken.json()["id"]
            if self.chance.random() < 0.02:
                self.post(f"/cases/{case}/skips")
            else:
                self.decide(case, took)

    def decide(self, case, took):
        """Decide a case, at times from an old look at it; at times take that back at once."""
        begun = time.perf_counter()
        shown = self.client.get(f"{ROOT}/cases/{case}").json()
        action = Action(self.chance.choice(shown["offered"]))
        fields = WHY if EFFECTS[action].restricts else {}
        version = shown["version"] + (self.chance.random() < 0.05)
        body = {"action": action, "version": version, **fields}
        answer = self.post(f"/cases/{case}/decisions", body)
        assert answer.status_code in {201, 409}, answer.content
        took.append(time.perf_counter() - begun)
        if answer.status_code == 201 and self.chance.random() < 0.05:
            assert self.post(f"/decisions/{answer.json()['id']}/reversal").status_code == 201


def decide_some(ended):
    """Decide cases by a rule, as somebody's bytes are banned, until the others have done."""
    chance = Random(9)
    while not ended.is_set():
        key = Case.objects.waiting().order_by("?").values_list("pk", flat=True).first()
        if key is None:
            time.sleep(0.05)
            continue
        with transaction.atomic():
            case = lock_case(key)
            if case.state == Case.State.OPEN and case.claimed_by is None:
                verdict = Verdict(chance.choice((Action.HIDE, Action.BLUR)), **WHY)
                decide_by_rule(case=case, verdict=verdict, rule=RULE)
        time.sleep(SHARE / 4)


def report_some(images, ended):
    """Open cases anew about pictures that were decided already."""
    chance = Random(5)
    while not ended.is_set():
        opened(chance.choice(images), Case.Lane.REPORT, weight=1)
        time.sleep(0.2)


def told_of_work(took):
    """Say how long deciding took."""
    ordered = [1000 * one for one in took]
    by = Counter("rule" if one.actor_id is None else "person" for one in Decision.objects.all())
    last = quantiles(ordered, n=20)[-1]
    print(f"decisions: {dict(by)}; looked at and decided: {median(ordered):.0f} ms, p95 {last:.0f}")


def told_of_rows(images):
    """Say that nothing was decided twice or lost, and that all follows from the decisions."""
    assert not Case.objects.unclosed().exists()
    decisions = list(Decision.objects.order_by("at", "id").select_related("case"))
    by_case, by_image = {}, {}
    for one in decisions:
        by_case.setdefault(one.case_id, []).append(one)
        by_image.setdefault(one.case.image_id, []).append(one)
    assert set(by_case) == set(Case.objects.values_list("pk", flat=True))
    assert all(len(in_force(some)) == 1 for some in by_case.values())
    told = Counter(Notice.objects.values_list("decision", flat=True))
    assert set(told.values()) == {1}
    assert set(told) >= {one.pk for one in decisions if EFFECTS[Action(one.action)].restricts}
    now = dict(
        Image.objects.filter(pk__in=[one.pk for one in images]).values_list("pk", "moderation")
    )
    assert all(settled(some).moderation == now[key] for key, some in by_image.items())
    print(f"{len(by_case):,} cases closed, each by one decision that stands; {len(told):,} notices")
