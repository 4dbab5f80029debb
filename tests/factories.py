"""Rows and pictures for tests: plain functions with good defaults, pictures painted in memory."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.test import Client
from PIL import Image as Pillow

from generations.catalogue import DEFAULT_MODEL, Parameters
from generations.models import Attempt, Batch, Generation, Preset, SourceSet, State
from generations.services import attempts, deeds, outcomes, presets, requests, source_sets
from generations.services.requests import SourceWish, Wish
from imagestudio.accounts.models import Account, Membership, Role, Scope, SiteRole, Token, User
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.accounts.services.teams import create_team
from imagestudio.accounts.services.tokens import create_token
from imagestudio.library import storage
from imagestudio.library.models import File, Image, Rendition
from imagestudio.library.search import search_of
from imagestudio.library.services.files import StoredFile
from imagestudio.library.services.results import StoredResult
from imagestudio.moderation.models import (
    Case,
    Decision,
    Notice,
    Report,
    Rule,
    StrikePlan,
    Threshold,
)
from imagestudio.moderation.policies import Action, Measure, Reason
from imagestudio.moderation.services.cases import Subject, open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.rules import making
from imagestudio.moderation.services.rules.trials import begin_trial
from imagestudio.moderation.services.strikes import plans
from imagestudio.moderation.services.strikes.simulating import begin_simulation

PASSWORD = "a long pass phrase for tests"
NUMBER = count(1)


# Pictures


def paint(
    width: int = 64, height: int = 48, *, colour: str | None = None, kind: str = "PNG"
) -> bytes:
    """Return a picture of one colour; without a colour, one that was never painted before."""
    drawn = colour or f"#{next(NUMBER) * 7919 % 0xFFFFFF:06x}"
    output = BytesIO()
    Pillow.new("RGB", (width, height), drawn).save(output, kind, lossless=True)
    return output.getvalue()


def noise_picture(width: int = 480, height: int = 400) -> bytes:
    """Return a picture of more than 512 kB: noise that was never painted before."""
    output = BytesIO()
    channels = [Pillow.effect_noise((width, height), 90 + next(NUMBER) % 9) for _ in range(3)]
    Pillow.merge("RGB", channels).save(output, "PNG", compress_level=0)
    return output.getvalue()


# People


def make_user(name: str = "person", **fields: Any) -> User:
    """Return a new user, whose e-mail address and slug begin with the name."""
    return User.objects.create_user(f"{name}-{next(NUMBER)}@example.test", PASSWORD, **fields)


def personal(user: User) -> Membership:
    """Return a user's membership in their personal account."""
    return personal_membership_of(user=user)


def make_team(owner: User, **members: User) -> Account:
    """Return a new team account of this owner with members by role (`creator=…`)."""
    team = create_team(user=owner, name=f"Team {next(NUMBER)}")
    for role, user in members.items():
        Membership.objects.create(account=team, user=user, role=role)
    return team


def with_factor(user: User) -> User:
    """Return a user who has an authenticator app from now on."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


def sign_in(user: User, **options: Any) -> Client:
    """Return a browser in which this user is signed in: staff with their second factor."""
    client = Client(**options)
    client.force_login(user)
    factor = Authenticator.objects.filter(user=user).first() if user.is_moderator else None
    if factor is not None:
        show_factor(client, factor)
    return client


def show_factor(client: Client, factor: Authenticator) -> None:
    """Let a browser's session remember that somebody has shown a second factor in it."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, factor.user, "mfa", id=factor.pk, type=factor.type)
    request.session.save()


def confirm(client: Client) -> Client:
    """Return the browser, in which the password was just given once more."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
    return client


def bearer(membership: Membership, *scopes: Scope) -> dict[str, str]:
    """Return the headers of a program with a new token of this member.

    It may moderate whoever they are, as if they had had a site role when they made it.
    """
    plain = [scope for scope in scopes if scope != Scope.MODERATE] or [Scope.GENERATE]
    new = create_token(membership=membership, name="test", scopes=plain)
    if list(scopes) != plain:
        Token.objects.filter(pk=new.token.pk).update(scopes=scopes)
    return {"Authorization": f"Bearer {new.secret}"}


@dataclass(frozen=True)
class Cast:
    """A team account with a member in each role, and people who are not in it.

    `suspended` is a member whose standing keeps them out; the stranger has a team of their own.
    """

    team: Account
    others: Account
    people: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """Return the person of this role or name."""
        return self.people[name]

    def membership(self, name: str) -> Membership:
        """Return the membership of this person in the team."""
        return Membership.objects.select_related("account", "user").get(
            account=self.team, user=self.people[name]
        )

    def membership_of_stranger(self) -> Membership:
        """Return the stranger's membership in their own team."""
        return Membership.objects.select_related("account", "user").get(
            account=self.others, user=self.people["stranger"]
        )

    def signed_in(self, name: str, **options: Any) -> Client:
        """Return a browser in which this person is signed in."""
        return sign_in(self.people[name], **options)


def make_cast() -> Cast:
    """Return the cast, new."""
    people = {role.value: make_user(role.value) for role in Role}
    people["stranger"] = make_user("stranger")
    people["suspended"] = make_user("suspended", is_active=False, standing="suspended")
    for rank in (SiteRole.MODERATOR, SiteRole.SENIOR_MODERATOR, SiteRole.OPERATOR):
        people[rank.value] = with_factor(make_user(rank.value, site_role=rank))
    team = make_team(
        people[Role.OWNER],
        admin=people[Role.ADMIN],
        creator=people[Role.CREATOR],
        viewer=people[Role.VIEWER],
    )
    Membership.objects.create(account=team, user=people["suspended"], role=Role.OWNER)
    return Cast(team=team, others=make_team(people["stranger"]), people=people)


# Moderation


def make_case(image: Image, *reporters: User, reason: str = "hate", **fields: Any) -> Case:
    """Return the open case about an image, with a report of each of these people."""
    with transaction.atomic():
        case = open_case(subject=picture(image), lane=Case.Lane.REPORT)
    for one in reporters:
        Report.objects.create(case=case, reporter=one, reason=reason, weight=4, text="Look at it.")
    Case.objects.filter(pk=case.pk).update(weight=4 * len(reporters), **fields)
    case.refresh_from_db()
    return case


def make_decision(subject: Subject, moderator: User, **wanted: Any) -> Decision:
    """Return a decision that its person was just told; without a wish, hiding from others."""
    fields = {
        "action": Action.HIDE,
        "reason": Reason.VIOLENCE,
        "facts": "There is blood on the snow.",
        **wanted,
    }
    with transaction.atomic():
        case = open_case(subject=subject, lane=Case.Lane.REPORT)
    verdict = Verdict(**fields)
    decision = decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)
    Notice.objects.filter(decision=decision).update(sent_at=Now())
    return decision


def make_rule(
    cast: Cast, *, is_tried: bool = False, is_enabled: bool = False, **wanted: Any
) -> Rule:
    """Return a new rule that flags prompts with the word “fox”, unless something else is wished.

    Tried on what was written, or in force, if that is wished.
    """
    fields = {
        "kind": "literal",
        "pattern": "fox",
        "field": "prompt",
        "action": "flag",
        "reason": Reason.VIOLENCE,
        **wanted,
    }
    moderator = cast.user("senior_moderator")
    name = fields.pop("name", f"Rule {next(NUMBER)}")
    rule = making.make_rule(moderator=moderator, name=name, wording=making.Wording(**fields))
    if is_tried or is_enabled:
        begin_trial(moderator=moderator, rule_id=rule.pk, version=1)
    if is_enabled:
        making.enable_rule(moderator=moderator, rule_id=rule.pk, version=1, is_confirmed=True)
    rule.refresh_from_db()
    return rule


def make_plan(
    cast: Cast, *, is_simulated: bool = False, is_on: bool = False, **terms: Any
) -> StrikePlan:
    """Return a new plan of strikes, simulated or in force if that is wished.

    Unless something else is wished, a reason has 1 point, which counts twice for what is hidden
    from everybody; from 5 on a person is looked at, from 10 on suspended, in a case.
    """
    wanted = {
        "reasons": dict.fromkeys(Reason.values, 1),
        "actions": {"blur": 1, "hide": 1, "remove": 2, "quarantine": 2},
        "days": 100,
        "thresholds": [Threshold(5, Measure.REVIEW), Threshold(10, Measure.SUSPEND)],
        **terms,
    }
    senior = cast.user("senior_moderator")
    plan = plans.draft_plan(moderator=senior, terms=plans.Terms(**wanted))
    if is_simulated or is_on:
        begin_simulation(moderator=senior, plan_id=plan.pk)
    return plans.switch_on(moderator=senior, plan_id=plan.pk) if is_on else plan


# The library


def make_image(account: Account, user: User, *, data: bytes | None = None, **fields: Any) -> Image:
    """Return an uploaded image whose bytes are stored and whose smallest rendition is made."""
    painted = data or paint()
    picture = Pillow.open(BytesIO(painted))
    mime = Pillow.MIME[picture.format]
    key = f"uploads/{uuid4()}"
    storage.save(key, painted)
    digest = sha256(painted).digest()
    file = File.objects.create(
        account=account,
        sha256=digest,
        received_sha256=digest,
        mime=mime,
        bytes=len(painted),
        width=picture.width,
        height=picture.height,
        key=key,
    )
    make_rendition(file)
    wanted = {
        "origin": Image.Origin.UPLOADED,
        "title": "A painted picture",
        "format": mime.rpartition("/")[2],
        "placeholder": "#808080",
        "created_by": user,
        **fields,
    }
    wanted.setdefault(
        "search", search_of(account.pk, wanted.get("prompt", ""), wanted.get("title", ""))
    )
    return Image.objects.create(
        account=account, file=file, width=file.width, height=file.height, **wanted
    )


def make_copies(image: Image, count: int, **fields: Any) -> list[Image]:
    """Return so many more images of the same file, laid in one statement, the newest first."""
    copies = [
        Image(
            account=image.account,
            file=image.file,
            created_by=image.created_by,
            origin=image.origin,
            format=image.format,
            width=image.width,
            height=image.height,
            placeholder=image.placeholder,
            **{
                "title": f"Number {number}",
                "added_at": image.added_at - timedelta(seconds=number + 1),
                **fields,
            },
        )
        for number in range(count)
    ]
    return Image.objects.bulk_create(copies)


def make_rendition(file: File, name: str = "256") -> Rendition:
    """Return a stored rendition of a file."""
    data = paint(file.width, file.height, kind="WEBP")
    key = f"{file.key}.{name}.webp"
    storage.save(key, data, replace=True)
    return Rendition.objects.create(
        file=file, name=name, key=key, bytes=len(data), width=file.width, height=file.height
    )


# Generations


def a_wish(prompt: str = "A red fox in the snow", **fields: Any) -> Wish:
    """Return a wish that the default model can fulfil."""
    wanted = {"model": DEFAULT_MODEL.id, "parameters": Parameters(), **fields}
    return Wish(prompt=prompt, **wanted)


def make_generation(
    membership: Membership, *, state: State = State.QUEUED, sources: Any = (), **fields: Any
) -> Generation:
    """Return a generation that was asked for and has come to this state by the services."""
    wish = a_wish(sources=[SourceWish(image_id=image.pk) for image in sources], **fields)
    batch = requests.request_generations(membership=membership, wish=wish)
    generation = batch.generations.get()
    if state == State.CANCELLED:
        deeds.cancel(membership=membership, generation_id=generation.pk)
    elif state != State.QUEUED:
        bring_to(generation, state)
    generation.refresh_from_db()
    return generation


def make_preset(membership: Membership, **fields: Any) -> Preset:
    """Return a new preset of this member's account."""
    wanted = {"name": f"Preset {next(NUMBER)}", "prompt": "In ink", **fields}
    return presets.save_preset(membership=membership, **wanted)


def make_source_set(membership: Membership, *images: Image, name: str = "") -> SourceSet:
    """Return a new source set of these images in the member's account."""
    return source_sets.save_source_set(
        membership=membership,
        name=name or f"Set {next(NUMBER)}",
        sources=[SourceWish(image_id=image.pk) for image in images],
    )


def bring_to(generation: Generation, state: State) -> None:
    """Move a queued generation to a state as a worker would."""
    Generation.objects.filter(pk=generation.pk, admitted_at=None).update(
        admitted_at=generation.requested_at
    )
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    assert claim is not None
    assert attempts.mark_sent(claim=claim)
    if state == State.FAILED:
        outcomes.fail(claim=claim, error={"code": "credentials", "message": "no", "billed": "no"})
    elif state == State.REFUSED:
        outcomes.refuse(claim=claim, error={"code": "refused", "message": "no", "billed": "maybe"})
    elif state == State.UNKNOWN:
        outcomes.lose(claim=claim, error={"code": "unknown_outcome", "billed": "maybe"})
    elif state == State.COMPLETED:
        deliver(claim)


def deliver(claim: attempts.Claim, *, data: bytes | None = None) -> None:
    """Answer a sent call with a painted picture, as the gateway would have."""
    painted = data or paint()
    picture = Pillow.open(BytesIO(painted))
    key = f"attempts/{claim.attempt_id}/0"
    storage.save(key, painted)
    digest = sha256(painted).digest()
    outcomes.note_answer(
        claim=claim,
        answer={
            "state": "Completed",
            "result": {"image": "https://pictures.example.test/one.png"},
            "gatewayMetadata": {"keySource": "Unified"},
        },
        log_id="01JTESTLOG",
        key_source="Unified",
    )
    file = StoredFile(
        key=key,
        sha256=digest,
        received_sha256=digest,
        mime=Pillow.MIME[picture.format],
        bytes=len(painted),
        width=picture.width,
        height=picture.height,
        has_alpha=False,
        renditions=(),
    )
    stored = StoredResult(file=file, placeholder="#808080")
    outcomes.complete(claim=claim, deliveries=[outcomes.Delivery(0, stored)])


def make_backlogs(user: User, *, accounts: int, each: int, cap: int = 16) -> list[Account]:
    """Return new accounts, in each of which so many generations of this user wait.

    The rows are just laid, without attempts and holds: for what is about many of them.
    """
    made = Account.objects.bulk_create(
        Account(slug=f"crowd-{next(NUMBER)}", name="Crowd", kind="team", in_flight_cap=cap)
        for _ in range(accounts)
    )
    batches = Batch.objects.bulk_create(Batch(account=one, user=user) for one in made)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO generations_generation
                (id, account_id, batch_id, user_id, model, prompt, parameters, state,
                 requested_at, skips_cache)
            SELECT gen_random_uuid(), batch.account_id, batch.id, batch.user_id, %s, 'A fox',
                jsonb_build_object('quality', 'low', 'size', 'auto', 'background', 'auto',
                    'output_format', 'png'),
                'queued', now() - interval '1 hour' + number * interval '1 second', false
            FROM generations_batch AS batch, generate_series(1, %s) AS number
            WHERE batch.id = ANY(%s)
            """,
            [DEFAULT_MODEL.id, each, [batch.pk for batch in batches]],
        )
    return made


def newest_attempt(generation: Generation) -> Attempt:
    """Return the attempt of a generation that was made last."""
    return generation.attempts.order_by("-number")[0]
