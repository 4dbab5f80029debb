"""What rules do: prompts are flagged, filtered or blocked, titles and publications looked at."""

import pytest

from generations.exceptions import PromptBlocked
from generations.models import Batch, Generation, State
from generations.services import attempts, deeds
from imagestudio.accounts.models import Role, Trust
from imagestudio.accounts.services.access import change_trust
from imagestudio.library.models import Image
from imagestudio.library.services.editing import edit_image
from imagestudio.moderation.exceptions import CannotPublish, WordsBlocked
from imagestudio.moderation.models import Case, Decision, Notice, Screening, Signal
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import filtering, publishing
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.signals import record_signal
from imagestudio.money.models import Hold
from tests.factories import make_generation, make_image, make_rule
from tests.integration.moderation.conftest import told as told_of

FOX = "A red fox"


@pytest.fixture
def creator(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def told(monkeypatch):
    """Return the events that are recorded, in their order."""
    found = []
    real = attempts.record
    monkeypatch.setattr(attempts, "record", lambda *some: [found.extend(some), real(*some)])
    return found


def filtered(cast, creator):
    """Return a picture whose prompt was filtered, with its screening; its job has not run."""
    make_rule(cast, is_enabled=True, action="filter", name="Foxes")
    generation = make_generation(creator, state=State.COMPLETED, prompt=FOX)
    return generation.image, generation.screening


def looked_at(image, screening):
    return filtering.note_filtered(image_id=image.pk, screening_id=screening.pk)


def publish(creator, image, **wanted):
    fields = {"shows_prompt": True, "shows_name": False, **wanted}
    return publishing.publish(membership=creator, image_id=image.pk, **fields)


def test_what_is_blocked_leaves_its_screening_and_nothing_else(cast, creator):
    make_rule(cast, is_enabled=True, action="block", message="No foxes here, please.")
    with pytest.raises(PromptBlocked, match="No foxes here, please"):
        make_generation(creator, prompt=FOX)
    screening = Screening.objects.get()
    assert (screening.verdict, screening.text, screening.field) == ("block", FOX, "prompt")
    assert [one["version"] for one in screening.matches] == [1]
    for model in (Batch, Hold, Case):
        assert not model.objects.exists()


def test_the_api_answers_with_what_the_rule_says(cast):
    make_rule(cast, is_enabled=True, action="block")
    browser = cast.signed_in(Role.CREATOR)
    answer = browser.post(
        f"/api/v1/generations?account={cast.team.slug}",
        {"prompt": FOX},
        content_type="application/json",
        headers={"Idempotency-Key": "once"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "prompt_blocked")
    assert "does not allow these words" in answer.json()["detail"]
    assert Screening.objects.get().verdict == "block"


def test_what_is_flagged_is_made_and_looked_at(cast, creator):
    make_rule(cast, is_enabled=True, name="Foxes")
    record_signal(user=creator.user, account=cast.team, kind=Signal.Kind.REFUSED_INPUT)
    generation = make_generation(creator, state=State.COMPLETED, prompt=FOX)
    case = Case.objects.get()
    assert (case.screening, case.lane) == (generation.screening, Case.Lane.RULE)
    assert case.weight == 6  # of the rule, and of one refusal
    assert case.entries.get(verb="matched").text == "Foxes (version 1)"
    assert generation.image.moderation == "clear"
    assert offered(case, cast.user("moderator")) == [Action.KEEP]


def test_an_urgent_reason_comes_first(cast, creator):
    make_rule(cast, is_enabled=True, reason="child_safety")
    make_generation(creator, prompt=FOX)
    case = Case.objects.get()
    assert (case.weight, case.lane) == (50, Case.Lane.LEGAL)
    assert offered(case, cast.user("moderator")) == []


def test_what_is_filtered_is_paid_for_kept_and_hidden_from_others(cast, creator, told):
    image, screening = filtered(cast, creator)
    assert image.moderation == Image.Moderation.HIDDEN_PUBLIC
    assert Image.objects.owned_by(cast.team).filter(pk=image.pk).exists()
    assert Hold.objects.get().state == Hold.State.SETTLED
    [event] = [one for one in told if one.type == "image.filtered"]
    assert event.data == {"image": str(image.pk), "screening": str(screening.pk)}
    with pytest.raises(CannotPublish):
        publish(creator, image)


def test_a_rule_decides_that_and_a_person_looks(cast, creator):
    image, screening = filtered(cast, creator)
    assert looked_at(image, screening)
    assert not looked_at(image, screening)  # a second time
    case, decision = Case.objects.get(), Decision.objects.get()
    assert (case.image, case.lane, case.state) == (image, Case.Lane.RULE, "open")
    assert (decision.action, decision.rule) == ("hide", "Foxes (version 1)")
    assert decision.automated_decide
    assert case.entries.get(verb="matched").text == "Foxes (version 1)"
    assert "decided by a program" in Notice.objects.get().text
    assert "Foxes" not in Notice.objects.get().text
    moderator = cast.user("moderator")
    may = offered(case, moderator)
    assert may[:2] == [Action.RESTORE, Action.HIDE]
    assert Action.KEEP not in may

    verdict = Verdict(Action.RESTORE)
    decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)
    image.refresh_from_db()
    assert image.moderation == Image.Moderation.CLEAR
    assert Case.objects.get().outcome == Case.Outcome.NO_VIOLATION
    assert not looked_at(image, screening)


def test_a_person_can_say_that_it_stays_hidden(cast, creator):
    image, screening = filtered(cast, creator)
    looked_at(image, screening)
    case, verdict = Case.objects.get(), Verdict(Action.HIDE, reason="hate", facts="A fist.")
    moderator = cast.user("moderator")
    made = decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)
    assert (made.automated_decide, made.automated_detect) == (False, True)
    assert Case.objects.get().state == "closed"
    told_of(made)
    appeal(user=creator.user, decision_id=made.pk, text="It is a fox.")
    case.refresh_from_db()
    assert Case.objects.filter(state="open").get().lane == Case.Lane.APPEAL


def test_what_was_decided_or_removed_meanwhile_is_left_alone(cast, creator):
    image, screening = filtered(cast, creator)
    Image.objects.filter(pk=image.pk).update(moderation="hidden_all")
    assert not looked_at(image, screening)
    assert not looked_at(make_image(cast.team, creator.user), screening)
    assert not Case.objects.exists()


def test_trying_again_is_screened_anew(cast, creator):
    generation = make_generation(creator, state=State.FAILED, prompt=FOX)
    make_rule(cast, is_enabled=True, action="block")
    with pytest.raises(PromptBlocked):
        deeds.retry(membership=creator, generation_id=generation.pk)
    assert Generation.objects.get().state == State.FAILED
    assert list(Screening.objects.order_by("id").values_list("verdict", flat=True)) == [
        *("allow", "block")
    ]


def test_a_title_that_is_blocked_is_not_taken_and_others_are(cast, creator):
    image = make_image(cast.team, creator.user, title="Hen")
    make_rule(cast, is_enabled=True, field="title", action="block")
    make_rule(cast, is_enabled=True, field="title", action="filter", pattern="wolf")
    for wanted in ({"title": "Fox"}, {"title": "Fox", "tags": ["a"]}):
        with pytest.raises(WordsBlocked):
            edit_image(membership=creator, image_id=image.pk, **wanted)
    image.refresh_from_db()
    assert (image.title, image.taggings.count()) == ("Hen", 0)
    assert edit_image(membership=creator, image_id=image.pk, title="Wolf").title == "Wolf"
    edit_image(membership=creator, image_id=image.pk, title="Wolf")  # nothing new to screen
    edit_image(membership=creator, image_id=image.pk, title="")
    found = Screening.objects.filter(field="title").order_by("id")
    assert [one.verdict for one in found] == ["block", "block", "filter"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("action", ["flag", "filter"])
@pytest.mark.parametrize("field", ["title", "prompt"])
def test_words_that_a_rule_speaks_up_about_are_looked_at_before_they_are_public(
    cast, creator, field, action
):
    change_trust(user=creator.user, trust=Trust.TRUSTED)
    creator.refresh_from_db()
    words = {"title": "Fox"} if field == "title" else {"prompt": FOX, "title": ""}
    image = make_image(cast.team, creator.user, **words)
    rule = make_rule(cast, is_enabled=True, field=field, action=action)
    assert publish(creator, image).published_at is None
    case = Case.objects.get()
    assert (case.image, case.lane, case.weight) == (image, Case.Lane.REVIEW, 5)
    assert rule.name in case.entries.get(verb="matched").text


def test_a_trusted_person_publishes_other_words_at_once(cast, creator):
    change_trust(user=creator.user, trust=Trust.TRUSTED)
    creator.refresh_from_db()
    make_rule(cast, is_enabled=True)
    image = make_image(cast.team, creator.user, prompt=FOX, title="Hen")
    assert publish(creator, image, shows_prompt=False).published_at is not None


def test_what_is_blocked_is_not_published(cast, creator):
    image = make_image(cast.team, creator.user, title="Fox", prompt="hen")
    make_rule(cast, is_enabled=True, field="title", action="block", message="No foxes.")
    with pytest.raises(WordsBlocked, match="No foxes"):
        publish(creator, image)
    image.refresh_from_db()
    assert (image.visibility, Case.objects.count()) == ("private", 0)
    assert Screening.objects.get().verdict == "block"


def test_words_that_change_between_the_look_and_the_lock_are_not_published(
    cast, creator, monkeypatch
):
    image = make_image(cast.team, creator.user, title="Hen")
    real = publishing.needs_review

    def rename(user, one):
        Image.objects.filter(pk=one.pk).update(title="Fox")
        return real(user, one)

    monkeypatch.setattr(publishing, "needs_review", rename)
    with pytest.raises(CannotPublish, match="changed"):
        publish(creator, image)
    assert not Case.objects.exists()
