"""A plan simulated, points counted and statistics told among DECISIONS of PEOPLE."""

import os
import random
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Role, User
from imagestudio.library.models import Image
from imagestudio.moderation.models import Appeal, Case, Decision
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.panel.statistics.report import Half, report_of
from imagestudio.moderation.services.panel.statistics.spans import span_of
from imagestudio.moderation.services.panel.statistics.whole import statistics_of
from imagestudio.moderation.services.strikes import simulating
from imagestudio.moderation.services.strikes.counting import count_of
from tests.factories import make_image, make_plan

DECISIONS = int(os.environ.get("DECISIONS", "100000"))
PEOPLE = int(os.environ.get("PEOPLE", "10000"))
SOME = 5_000  # rows of one statement


def maker_among(people, chance):
    """Return one of the people: half of the time one of few, who made much."""
    few = people[min(int(chance.paretovariate(0.7)) - 1, PEOPLE - 1)]
    return chance.choice([few, chance.choice(people)])


def picture_of(first, maker):
    """Return another picture of the same file, of this maker."""
    columns = {one.name: getattr(first, one.name) for one in Image._meta.concrete_fields}
    return Image(**{**columns, "id": uuid7(), "created_by": maker})


def lay(cast):
    """Lay closed cases with a decision each, over two years: of few people many."""
    chance, now = random.Random(1), timezone.now()
    first = make_image(cast.team, cast.user(Role.CREATOR))
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.test", password="!") for number in range(PEOPLE)
    )
    staff = [cast.user(name) for name in ("moderator", "senior_moderator", "operator")]
    actions = [*[Action.KEEP] * 4, *[Action.HIDE] * 3, Action.BLUR, Action.REMOVE, Action.RESTORE]
    for start in range(0, DECISIONS, SOME):
        images = Image.objects.bulk_create(
            picture_of(first, maker_among(people, chance)) for _ in range(SOME)
        )
        cases, decisions, appeals = [], [], []
        for number, image in enumerate(images, start):
            at = now - timedelta(days=730 * chance.random())
            opened = at - timedelta(hours=chance.expovariate(0.1))
            action, reason = chance.choice(actions), chance.choice(list(Reason))
            case = Case(
                account=cast.team,
                kind="image",
                image=image,
                lane=chance.choice([20, 30, 40]),
                state="closed",
                outcome="actioned",
                opened_at=opened,
                closed_at=at,
                version=1,
            )
            cases.append(case)
            decisions.append(
                Decision(
                    case=case,
                    case_version=0,
                    account=cast.team,
                    affected=image.created_by,
                    actor=chance.choice(staff),
                    action=action,
                    reason=reason,
                    policy=reason.policy,
                    facts="Seen.",
                    origin="report",
                    moderation="hidden_public",
                    at=at,
                )
            )
            if not number % 20:
                appeals.append(
                    Appeal(
                        decision=decisions[-1],
                        case=case,
                        user=image.created_by,
                        text="No!",
                        made_at=at,
                    )
                )
        Case.objects.bulk_create(cases)
        Decision.objects.bulk_create(decisions)
        Appeal.objects.bulk_create(appeals)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE")


def bench_strikes(cast, capsys, monkeypatch):
    lay(cast)
    moderator = cast.user("senior_moderator")
    monkeypatch.setattr(simulating, "AT_ONCE", 10_000)
    plan = make_plan(cast)
    today = timezone.now().date()

    def most_decided():
        return User.objects.get(pk=Decision.objects.values_list("affected").first()[0])

    def timed(words, work):
        begun = time.perf_counter()
        work()
        print(f"{words:<34} {(time.perf_counter() - begun) * 1000:8.0f} ms")

    with capsys.disabled():
        print(f"\n{DECISIONS:,} decisions, {PEOPLE:,} people")
        timed(
            "a simulation, first",
            lambda: simulating.begin_simulation(moderator=moderator, plan_id=plan.pk),
        )
        on = make_plan(cast, is_on=True, days=365)
        timed(
            "a simulation, beside another plan",
            lambda: simulating.begin_simulation(moderator=moderator, plan_id=plan.pk),
        )
        with connection.cursor() as cursor:  # everything counts, as if the plan had been there
            cursor.execute("ALTER TABLE moderation_decision DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE moderation_decision SET strike_points = 1, strike_plan_id = %s,"
                " strike_expires_at = at + interval '1 year'"
                " WHERE action IN ('hide', 'blur', 'remove')",
                [on.pk],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE moderation_decision ENABLE TRIGGER USER")
            cursor.execute(
                "SELECT affected_id, count(*) FROM moderation_decision WHERE strike_points > 0"
                " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
            )
            ((worst, strikes),) = cursor.fetchall()
        user = User.objects.get(pk=worst)
        timed(f"points of who has {strikes:,} strikes", lambda: count_of(user))
        timed("points of somebody", lambda: count_of(most_decided()))
        for days in (30, 366):
            span = span_of(today - timedelta(days=days - 1), today)
            timed(f"statistics of {days} days", lambda span=span: statistics_of(moderator, span))
        timed("a transparency report", lambda: report_of(Half.of(today)))
