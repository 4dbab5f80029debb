"""Generations, and what they are asked for with."""

from hashlib import sha256
from io import BytesIO
from typing import Any

from django.db import connection
from PIL import Image as Pillow

from generations.catalogue import DEFAULT_MODEL, Parameters
from generations.models import Attempt, Batch, Generation, Preset, SourceSet, State
from generations.services import attempts, deeds, outcomes, presets, requests, source_sets
from generations.services.requests import SourceWish, Wish
from imagestudio.accounts.models import Account, Membership, User
from imagestudio.library import storage
from imagestudio.library.models import Image
from imagestudio.library.services.files import StoredFile
from imagestudio.library.services.results import StoredResult
from tests.factories.counting import NUMBER
from tests.factories.pictures import paint


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
