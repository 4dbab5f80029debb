"""One prompt becomes one picture, kept, booked and told."""

from generations.models import Attempt, State
from imagestudio.events.models import Event
from imagestudio.library import storage
from imagestudio.library.models import Image
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of


def test_a_prompt_becomes_a_picture_in_the_library(alice, emulator):
    generation = alice.made("A lighthouse", quality="low", size="1024x1536", output_format="webp")

    assert generation.state == State.COMPLETED
    image = generation.image
    assert (image.width, image.height, image.format) == (1024, 1536, "webp")
    assert (image.origin, image.prompt, image.model) == (
        Image.Origin.GENERATED,
        "A lighthouse",
        "openai/gpt-image-2",
    )
    assert [one.name for one in image.file.renditions.all()] == ["256"]
    assert storage.size(image.file.key) == image.file.bytes


def test_the_gateways_answer_is_kept_on_the_attempt(alice):
    (attempt,) = attempts_of(alice.made())

    assert attempt.state == Attempt.State.SUCCEEDED
    assert attempt.answer["state"] == "Completed"
    assert attempt.answer["result"]["image"].startswith("http")
    assert attempt.answer["gatewayMetadata"]["keySource"] == attempt.key_source == "Unified"
    assert attempt.gateway_log_id
    assert attempt.sent_at <= attempt.answered_at


def test_exactly_one_call_was_made_and_booked(alice, emulator):
    generation = alice.made(quality="low", size="1024x1024")

    (call,) = calls_of(emulator, generation)
    (attempt,) = attempts_of(generation)
    assert call["attempt_id"] == str(attempt.pk)
    assert attempt.hold.state == "settled"
    assert [entry.kind for entry in attempt.hold.entries.order_by("at", "id")] == ["hold", "settle"]
    assert attempt.cost == attempt.estimate <= attempt.hold.amount
    assert_books_balance(generation.account_id)


def test_every_step_is_told_in_order(alice):
    generation = alice.made()

    events = Event.objects.owned_by(generation.account)
    assert [event.seq for event in events] == list(range(1, 6))
    assert [event.type for event in events] == [
        "generation.queued",
        "generation.sent",
        "generation.answered",
        "image.created",
        "generation.completed",
    ]


def test_the_original_bytes_are_kept_as_they_came(alice, emulator):
    image = alice.made(output_format="png").image

    data = storage.read(image.file.key)
    assert data.startswith(b"\x89PNG")
    assert b"emulat" in data.lower()  # what the provider wrote into the file is still there


def test_asking_twice_makes_two_pictures(alice):
    first, second = alice.made("A cup"), alice.made("A cup")

    assert first.image_id != second.image_id
    assert first.image.file_id != second.image.file_id
