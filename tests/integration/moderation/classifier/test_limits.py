"""Limits of scores, who sets them, and what is forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from generations.models import Generation, State
from imagestudio.moderation.exceptions import RankTooLow, ScoreLimitInvalid
from imagestudio.moderation.models import (
    AuditEntry,
    Classification,
    ScoreLimit,
    Screening,
)
from imagestudio.moderation.services.classifying import pictures
from imagestudio.moderation.services.classifying.limits import remove_limit
from imagestudio.moderation.services.screening import forget_screenings
from imagestudio.moderation.tasks import classify
from tests.factories import make_generation, make_limit
from tests.integration.moderation.classifier.conftest import CRUEL, red
from tests.integration.moderation.conftest import later


def test_limits_are_set_by_seniors_and_each_change_is_in_the_log(cast):
    desk, senior = cast.signed_in("moderator"), cast.signed_in("senior_moderator")
    assert b"There are no limits" in desk.get("/moderation/classifier/").content
    sent = {"field": "picture", "category": "self-harm", "at_least": "0.7", "action": "flag"}
    sent["reason"] = "self_harm"
    for wrong in ({"at_least": "1.5"}, {"at_least": "nan"}, {"action": "block"}, {"reason": "x"}):
        answer = senior.post("/moderation/classifier/set", {**sent, **wrong})
        assert answer.status_code == 422
    for score in ("0.7", "0.6"):
        answer = senior.post("/moderation/classifier/set", {**sent, "at_least": score})
        assert answer.status_code == 302
    one = ScoreLimit.objects.get()
    assert one.at_least == 0.6
    assert b"self-harm" in desk.get("/moderation/classifier/").content
    with pytest.raises(RankTooLow):
        remove_limit(moderator=cast.user("moderator"), limit_id=one.pk)
    assert senior.post(f"/moderation/classifier/{one.pk}/remove").status_code == 302
    texts = AuditEntry.objects.filter(verb="ruled").order_by("at").values_list("text", flat=True)
    assert [text.split(" ≥ ")[1] for text in texts] == ["0.70: flag", "0.60: flag", "0.60: flag"]


def test_a_limit_is_a_score_and_refuses_no_picture(cast):
    for wrong in (
        {"at_least": 0},
        {"category": "Violence!"},
        {"field": "picture", "action": "block"},
    ):
        with pytest.raises(ScoreLimitInvalid):
            make_limit(cast, **wrong)
    one = make_limit(cast)
    for wrong in ({"at_least": 2}, {"field": "picture", "action": "block"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ScoreLimit.objects.filter(pk=one.pk).update(**wrong)


def test_scores_are_forgotten_with_what_they_are_about(cast, creator, on):
    generation = make_generation(creator, state=State.CANCELLED, prompt=CRUEL)
    classify(image_id=str(red(cast).pk))
    assert Classification.objects.count() == 2
    assert pictures.forget_classifications() == 0
    picture = Classification.objects.get(screening=None)
    later(Classification, picture.pk, at=-timedelta(days=181))
    assert pictures.forget_classifications() == 1
    Generation.objects.filter(pk=generation.pk).update(screening=None)
    Screening.objects.all().delete()
    assert not Classification.objects.exists()
    assert forget_screenings() == 0
