"""Prompts are classified before anything is queued, and what follows is what limits say."""

import pytest

from generations.exceptions import PromptBlocked
from generations.models import Generation, State
from generations.services import deeds
from imagestudio.library.models import Image
from imagestudio.moderation.models import (
    Case,
    Classification,
    Decision,
    Screening,
)
from imagestudio.moderation.services import filtering
from tests.factories import make_generation, make_limit, make_rule
from tests.integration.moderation.classifier.conftest import CRUEL, MODEL, asked


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
