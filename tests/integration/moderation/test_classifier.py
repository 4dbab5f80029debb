"""A classifier: asked over HTTP, weighed against limits, and never in the way of anything."""

import socket
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from generations.exceptions import PromptBlocked
from generations.gateway.moderations import Moderations
from generations.models import Generation, State
from generations.services import deeds
from imagestudio.accounts.models import Role, Trust
from imagestudio.accounts.services.access import change_trust
from imagestudio.library.models import Image, Publication
from imagestudio.moderation.classifying import Scores, Unclassified
from imagestudio.moderation.exceptions import RankTooLow, ScoreLimitInvalid
from imagestudio.moderation.models import (
    AuditEntry,
    Case,
    Classification,
    Decision,
    ScoreLimit,
    Screening,
)
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import filtering, publishing
from imagestudio.moderation.services.classifying import asking, pictures
from imagestudio.moderation.services.classifying.asking import Resting
from imagestudio.moderation.services.classifying.limits import remove_limit
from imagestudio.moderation.services.screening import forget_screenings
from imagestudio.moderation.tasks import classify, forget
from tests.factories import make_generation, make_image, make_limit, make_rule, paint
from tests.integration.moderation.conftest import decided, later

MODEL = "omni-moderation-2024-09-26"
CRUEL = "A scene of violence"


@pytest.fixture
def creator(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def on(settings, emulator):
    """Have the emulator classify what is asked for, and the pictures that are to be public."""
    settings.CLASSIFIER = "generations.execution.classifying.openai_classifier"
    settings.CLOUDFLARE_ACCOUNT_ID = emulator.account_id
    settings.CLOUDFLARE_API_TOKEN = emulator.token
    settings.CLOUDFLARE_API_BASE = emulator.base_url
    asking.classifier.cache_clear()
    yield emulator
    asking.classifier.cache_clear()


def asked(emulator):
    return emulator.control.get("/emulator/moderations").json()["asked"]


def red(cast, **fields):
    """Return a picture in which the emulator sees violence."""
    return make_image(cast.team, cast.user(Role.CREATOR), data=paint(colour="#ff0000"), **fields)


def publish(creator, image):
    return publishing.publish(
        membership=creator, image_id=image.pk, shows_prompt=False, shows_name=False
    )


def trusted(creator):
    change_trust(user=creator.user, trust=Trust.TRUSTED)
    creator.refresh_from_db()
    return creator


def jobs(name):
    from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415

    return ProcrastinateJob.objects.filter(task_name=name).count()


# Prompts


def test_a_prompt_is_classified_before_anything_is_queued_and_its_scores_are_kept(
    cast, creator, on
):
    before = len(asked(on))
    generation = make_generation(creator, prompt=CRUEL)

    said = Classification.objects.get()
    assert (said.screening, said.model, said.verdict) == (generation.screening, MODEL, "allow")
    assert (said.scores["violence"], said.scores["sexual"]) == (0.97, 0.0004)
    assert said.highest == [("violence", 0.97)]
    [told] = asked(on)[before:]
    assert told["parts"] == [{"type": "text", "length": len(CRUEL)}]
    assert told["headers"]["cf-aig-collect-log-payload"] == "false"
    assert not Case.objects.exists()  # without a limit nothing follows


def test_a_score_above_its_limit_opens_a_case_that_shows_it(cast, creator, on):
    make_limit(cast)
    make_limit(cast, category="sexual")
    make_generation(creator, prompt="A scene of mild violence")
    assert not Case.objects.exists()

    generation = make_generation(creator, prompt=CRUEL)

    case = Case.objects.get()
    assert (case.screening, case.lane, case.weight) == (generation.screening, Case.Lane.RULE, 5)
    assert case.entries.get(verb="matched").text == f"violence 0.97 ({MODEL})"
    desk = cast.signed_in("moderator")
    shown = desk.get(f"/moderation/cases/{case.pk}/").content.decode()
    assert '<meter min="0" max="1" value="0.97"' in shown
    assert MODEL in shown
    [told] = desk.get(f"/api/v1/moderation/cases/{case.pk}").json()["scores"]
    assert (told["about"], told["scores"]["violence"]) == ("prompt", 0.97)


def test_what_is_blocked_leaves_its_trace_and_nothing_else(cast, creator, on):
    make_limit(cast, action="block")
    with pytest.raises(PromptBlocked):
        make_generation(creator, prompt=CRUEL)
    assert Screening.objects.get().verdict == "block"
    assert Classification.objects.get().crossed[0]["category"] == "violence"
    assert not Generation.objects.exists()


def test_what_is_filtered_is_made_and_stays_from_others_until_somebody_looks(cast, creator, on):
    make_limit(cast, action="filter")
    generation = make_generation(creator, state=State.COMPLETED, prompt=CRUEL)
    image = generation.image
    assert image.moderation == Image.Moderation.HIDDEN_PUBLIC

    assert filtering.note_filtered(image_id=image.pk, screening_id=generation.screening_id)

    case, decision = Case.objects.get(), Decision.objects.get()
    assert (case.image, case.state) == (image, "open")
    assert (decision.rule, decision.reason) == ("Classifier: violence", "graphic_violence")
    shown = cast.signed_in("moderator").get(f"/moderation/cases/{case.pk}/").content.decode()
    assert 'value="0.97"' in shown


def test_the_gravest_of_rules_and_scores_counts(cast, creator, on):
    make_limit(cast)
    make_rule(cast, is_enabled=True, action="filter", pattern="scene")
    generation = make_generation(creator, prompt=CRUEL)
    assert generation.screening.verdict == "filter"
    assert filtering.filtering(generation.screening)[1].startswith("Rule")


def test_trying_again_asks_nobody_and_remembers_the_scores(cast, creator, on):
    generation = make_generation(creator, state=State.FAILED, prompt=CRUEL)
    make_limit(cast, action="block")
    before = len(asked(on))
    with pytest.raises(PromptBlocked):
        deeds.retry(membership=creator, generation_id=generation.pk)
    assert len(asked(on)) == before


# When it cannot be had


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("moderations_unavailable", {"status": 503}),
        ("moderations_unavailable", {"status": 429}),
        ("moderations_unavailable", {"status": 302}),
        ("moderations_odd", {"answer": {"results": []}}),
        ("moderations_odd", {"answer": []}),
        ("moderations_odd", {"answer": {"model": "x", "results": [{"category_scores": {}}]}}),
        (
            "moderations_odd",
            {"answer": {"model": "x", "results": [{"category_scores": {"violence": 7}}]}},
        ),
        (
            "moderations_odd",
            {"answer": {"model": "x", "results": [{"category_scores": {"violence": "1"}}]}},
        ),
    ],
)
def test_without_scores_the_request_goes_on_and_a_line_says_so(cast, creator, on, fault, options):
    make_limit(cast, action="block")
    on.set_fault(fault, **options)
    generation = make_generation(creator, prompt=CRUEL)

    said = Classification.objects.get()
    assert (generation.state, said.model, said.verdict) == (State.QUEUED, "", "allow")
    assert said.failure
    assert on.token not in said.failure


def test_a_classifier_that_is_slow_keeps_nobody(cast, creator, on, settings, monkeypatch):
    made = asking.classifier(settings.CLASSIFIER).classifier
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the question, and says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr(made, "moderations", Moderations(address, seconds=0.05))
        make_generation(creator, prompt=CRUEL)
    assert Classification.objects.get().failure.startswith("No answer within 0.05 seconds")


def test_one_that_cannot_be_had_is_left_alone_for_a_while(monkeypatch):
    now, calls = [1000.0], []

    class Away:
        def classify(self, content):
            calls.append(content)
            if content == "works":
                return Scores("one", {"violence": 0.5})
            raise Unclassified("away")

    monkeypatch.setattr(asking.time, "monotonic", lambda: now[0])
    resting = Resting(Away())

    def ask(words):
        with pytest.raises(Unclassified):
            resting.classify(words)

    for _ in range(5):
        ask("x")
    assert len(calls) == 3
    now[0] += 31
    for _ in range(2):
        ask("x")
    assert len(calls) == 4
    now[0] += 31
    ask("works")  # it rests for a minute by now
    now[0] += 31
    for _ in range(2):
        assert resting.classify("works").categories == {"violence": 0.5}


@pytest.mark.parametrize(
    "scores",
    [{"violence": float("nan")}, {"violence": 2}, {"": 0.5}, {"x" * 61: 0.5}, {"a\0b": 0.5}],
)
def test_scores_that_are_none_are_not_taken(scores):
    class Odd:
        def classify(self, content):
            return Scores("one", scores)

    with pytest.raises(Unclassified):
        Resting(Odd()).classify("x")


@pytest.mark.parametrize("answer", [KeyError("a secret prompt"), None, Scores("a\0b", {})], ids=str)
def test_one_that_is_broken_keeps_nobody_and_says_nothing_of_the_prompt(caplog, answer):
    class Broken:
        def classify(self, content):
            if isinstance(answer, Exception):
                raise answer
            return answer

    with pytest.raises(Unclassified) as raised:
        Resting(Broken()).classify("a secret prompt")
    assert "secret" not in f"{raised.value} {caplog.text}"


def test_without_a_classifier_nobody_is_asked(cast, creator, emulator):
    before = len(asked(emulator))
    make_generation(creator, state=State.COMPLETED, prompt=CRUEL)
    publish(creator, red(cast))
    assert not Classification.objects.exists()
    assert len(asked(emulator)) == before
    assert jobs("moderation.classify") == 0


# Pictures


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


# Limits, and what is forgotten


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
