"""Pictures are classified once they are there, and a person has the last word."""

from generations.models import State
from imagestudio.library.models import Image, Publication
from imagestudio.moderation.models import (
    Case,
    Classification,
    Decision,
)
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.classifying import pictures
from imagestudio.moderation.tasks import classify, forget
from tests.factories import make_generation, make_image, make_limit
from tests.integration.moderation.classifier.conftest import asked, jobs, publish, red, trusted
from tests.integration.moderation.conftest import decided


def test_a_picture_that_is_to_be_public_is_classified_in_a_small_copy(cast, creator, on):
    image = red(cast, prompt="secret words")
    publish(creator, image)
    assert jobs("moderation.classify") == 1
    before = len(asked(on))

    for _ in range(2):
        classify(image_id=str(image.pk))

    said = Classification.objects.get()
    assert (said.image, said.scores["violence"], said.screening) == (image, 0.97, None)
    [told] = asked(on)[before:]  # once, and without its words
    assert [one["type"] for one in told["parts"]] == ["image_url"]


def test_results_are_classified_where_the_setting_says_so(cast, creator, on, settings):
    make_generation(creator, state=State.COMPLETED)
    assert jobs("moderation.classify") == 0
    settings.CLASSIFIER_PICTURES = "all"
    make_generation(creator, state=State.COMPLETED)
    assert jobs("moderation.classify") == 1
    settings.CLASSIFIER_PICTURES = "none"
    publish(creator, red(cast))
    assert jobs("moderation.classify") == 1


def test_a_public_picture_is_filtered_until_a_person_has_looked(cast, creator, on):
    make_limit(cast, field="picture", action="filter")
    image = red(cast)
    assert publish(trusted(creator), image).published_at is not None

    classify(image_id=str(image.pk))

    image.refresh_from_db()
    assert image.moderation == Image.Moderation.HIDDEN_PUBLIC
    assert not Publication.objects.public().filter(pk=image.pk).exists()
    case, decision = Case.objects.get(), Decision.objects.get()
    assert (case.state, case.lane) == ("open", Case.Lane.RULE)
    assert (decision.actor, decision.automated_decide, decision.standing) == (None, True, "")
    decided(cast.user("moderator"), image, Action.RESTORE)
    assert Publication.objects.public().filter(pk=image.pk).exists()


def test_what_waits_for_a_look_is_not_decided_by_a_score(cast, creator, on):
    make_limit(cast, field="picture", action="filter")
    image = red(cast)
    publish(creator, image)
    classify(image_id=str(image.pk))
    image.refresh_from_db()
    assert (image.moderation, image.review) == ("clear", "requested")
    assert Case.objects.get().lane == Case.Lane.RULE
    assert not Decision.objects.exists()


def test_what_a_person_has_decided_stays(cast, creator, on):
    make_limit(cast, field="picture", action="filter")
    image = red(cast)
    publish(creator, image)
    decided(cast.user("moderator"), image, Action.APPROVE)
    classify(image_id=str(image.pk))
    image.refresh_from_db()
    assert (image.moderation, image.review) == ("clear", "approved")
    assert Classification.objects.get().verdict == "filter"
    assert not Case.objects.unclosed().exists()


def test_a_picture_that_could_not_be_classified_is_tried_again(cast, creator, on):
    on.set_fault("moderations_unavailable", times=1)
    image = red(cast)
    classify(image_id=str(image.pk))
    assert Classification.objects.get().failure
    forget(0)
    assert jobs("moderation.classify") == 1
    classify(image_id=str(image.pk))
    assert Classification.objects.get().scores["violence"] == 0.97


def test_some_public_pictures_are_taken_by_chance_and_no_private_ones(cast, creator, on, settings):
    settings.CLASSIFIER_SAMPLE = 100
    private, public = (make_image(cast.team, creator.user) for _ in range(2))
    publish(trusted(creator), public)
    for image in (private, public, public):
        classify(image_id=str(image.pk))
    case = Case.objects.get()
    assert (case.image, case.entries.get(verb="noted").text) == (public, pictures.CHANCE)
