"""The person's side: what was decided about them, why, and the objection that they may make."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Membership, Role, Standing
from imagestudio.accounts.services.access import change_account_standing
from imagestudio.moderation import tasks
from imagestudio.moderation.models import Appeal, Decision, Notice
from imagestudio.moderation.policies import RULES, Action, Policy, Reason
from imagestudio.moderation.services import cases, inbox
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from tests.factories import make_decision, make_image, personal
from tests.integration.moderation.conftest import later


@pytest.fixture
def image(cast):
    return make_image(cast.team, cast.user(Role.CREATOR), title="Lighthouse")


@pytest.fixture
def decision(cast, image):
    return make_decision(cases.picture(image), cast.user("moderator"))


@pytest.fixture
def place(decision):
    return f"/decisions/{decision.pk}/"


@pytest.fixture
def window(cast):
    return cast.signed_in(Role.CREATOR)


def key_of(decision):
    return inbox.key_of(Notice.objects.get(decision=decision))


def answer(cast, decision, action):
    """Let another moderator decide the objection to a decision."""
    case = Appeal.objects.get(decision=decision).case
    settled = decide(
        moderator=cast.user("senior_moderator"),
        case_id=case.pk,
        version=case.version,
        verdict=Verdict(action, facts="Somebody else looked."),
    )
    Notice.objects.filter(decision=settled).update(sent_at=timezone.now())


# Reading


def test_the_page_says_what_was_stored_and_shows_the_picture(window, decision, place, image, team):
    html = window.get(place).content.decode()
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert " ".join(Notice.objects.get().text.split()) in words
    assert f'href="/a/{team.slug}/images/{image.pk}/"' in html
    assert "Until " in html


def test_it_counts_as_seen_and_the_line_on_top_is_gone(window, decision, place, team):
    line = f'class="told" href="{place}"'
    assert line in window.get(f"/a/{team.slug}/library/").content.decode()
    assert "New" in window.get("/decisions/").content.decode()
    assert Notice.objects.get().seen_at is None
    window.get(place)
    assert Notice.objects.get().seen_at is not None
    assert 'class="told"' not in window.get(f"/a/{team.slug}/library/").content.decode()


def test_what_takes_nothing_stands_in_the_list_alone(window, cast, image, team):
    make_decision(cases.picture(image), cast.user("moderator"), action=Action.BLUR)
    Notice.objects.update(seen_at=timezone.now())
    make_decision(cases.picture(image), cast.user("moderator"), action=Action.RESTORE)
    assert 'class="told"' not in window.get(f"/a/{team.slug}/library/").content.decode()
    assert "New" in window.get("/decisions/").content.decode()


def test_several_lead_to_the_list_where_all_are_marked(window, cast, image, decision, team):
    make_decision(cases.picture(image), cast.user("moderator"), action=Action.BLUR)
    assert (
        'class="told" href="/decisions/"' in window.get(f"/a/{team.slug}/library/").content.decode()
    )
    assert window.post("/decisions/seen")["Location"] == "/decisions/"
    assert not Notice.objects.unseen().exists()
    assert 'class="told"' not in window.get(f"/a/{team.slug}/library/").content.decode()


def test_what_was_not_sent_yet_is_not_shown(window, decision, place):
    Notice.objects.update(sent_at=None)
    assert window.get(place).status_code == 404
    assert "Lighthouse" not in window.get("/decisions/").content.decode()


def test_a_picture_that_is_hidden_from_everybody_is_not_shown(window, cast, image):
    hidden = make_decision(cases.picture(image), cast.user("moderator"), action=Action.REMOVE)
    html = window.get(f"/decisions/{hidden.pk}/").content.decode()
    assert str(image.pk) not in html
    assert "Nobody sees it any more." in html


def test_nor_is_one_of_a_team_that_they_have_left(window, cast, decision, place, image):
    Membership.objects.filter(account=cast.team, user=cast.user(Role.CREATOR)).delete()
    html = window.get(place).content.decode()
    assert str(image.pk) not in html
    assert "There is blood on the snow." in html


def test_a_suspended_personal_account_does_not_keep_its_person_from_reading(window, cast):
    mine = personal(cast.user(Role.CREATOR)).account
    decided = make_decision(
        cases.whole_account(mine), cast.user("senior_moderator"), action=Action.SUSPEND
    )
    mine.refresh_from_db()
    assert mine.standing == Standing.SUSPENDED
    assert window.get(f"/a/{mine.slug}/").status_code == 403
    assert window.get(f"/decisions/{decided.pk}/").status_code == 200
    assert window.get(f"/api/v1/decisions/{decided.pk}").status_code == 200
    change_account_standing(account=mine, standing=Standing.OK)


def test_the_list_goes_on_behind_its_cursor(window, cast, image, monkeypatch):
    monkeypatch.setattr("imagestudio.moderation.views.decisions.PAGE", 2)
    for action in (Action.BLUR, Action.HIDE, Action.REMOVE):
        make_decision(cases.picture(image), cast.user("moderator"), action=action)
    html = window.get("/decisions/").content.decode()
    more = re.search(r'href="(/decisions/\?cursor=[^"]+)"', html)[1]
    rest = window.get(more, headers={"HX-Request": "true"}).content.decode()
    assert (html.count("decision-row"), rest.count("decision-row")) == (2, 1)
    assert "<html" not in rest
    assert window.get("/decisions/?cursor=wrong").status_code == 422


# Objecting


def test_an_objection_is_made_once(window, decision, place):
    assert window.post(f"{place}appeal", {"text": " It is paint.\r\nRed. "})["Location"] == place
    made = Appeal.objects.get()
    assert (made.text, made.decision) == ("It is paint.\nRed.", decision)
    html = window.get(place).content.decode()
    assert "It is paint." in html
    assert "<textarea" not in html
    assert window.post(f"{place}appeal", {"text": "Again"}).status_code == 409
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_one_that_says_nothing_or_too_much_is_the_form_again(window, place, text):
    again = window.post(f"{place}appeal", {"text": text})
    assert again.status_code == 422
    assert "Write 1 to 2,000 characters." in again.content.decode()
    assert text in again.content.decode()
    assert not Appeal.objects.exists()


def test_after_the_time_there_is_no_form(window, decision, place):
    later(Decision, decision.pk, at=timedelta(days=-31))
    assert "<textarea" not in window.get(place).content.decode()
    assert window.post(f"{place}appeal", {"text": "Too late"}).status_code == 409


def test_somebody_elses_is_404_to_read_and_to_object(cast, place):
    for name in ("owner", "stranger", "moderator"):
        other = cast.signed_in(name)
        assert other.get(place).status_code == 404
        assert other.post(f"{place}appeal", {"text": "Not mine"}).status_code == 404
    assert not Appeal.objects.exists()


def test_who_is_signed_out_meanwhile_comes_back_to_the_form(place):
    sent = Client().post(f"{place}appeal", {"text": "It is paint"})
    assert sent["Location"] == f"/accounts/login/?next={place}"


@pytest.mark.parametrize(
    ("action", "words"), [(Action.UPHOLD, "stays as it is"), (Action.REVERSE, "Taken back")]
)
def test_the_page_says_what_came_of_it(window, cast, decision, place, action, words):
    window.post(f"{place}appeal", {"text": "It is paint."})
    answer(cast, decision, action)
    assert words in window.get(place).content.decode()
    assert window.get("/decisions/").content.decode().count("decision-row") == 2


# The letter


@pytest.fixture
def letter(decision):
    """Return the letter of the decision, as the task sends it."""
    tasks.mail_notice(notice_id=str(Notice.objects.get(decision=decision).pk))
    return mail.outbox[0]


@pytest.fixture
def address(letter):
    """Return the address in a letter, without the studio's own."""
    return re.search(rf"{settings.PUBLIC_URL}(/decisions/\S+)", letter.body)[1]


@pytest.fixture
def suspended(cast, decision):
    """Return the person of the decision, who cannot sign in any more."""
    user = cast.user(Role.CREATOR)
    user.standing, user.is_active = Standing.SUSPENDED, False
    user.save()
    return user


def test_it_has_the_text_that_is_kept(letter, cast, decision):
    notice = Notice.objects.get(decision=decision)
    assert (letter.to, letter.subject) == ([cast.user(Role.CREATOR).email], notice.subject)
    assert letter.body.startswith(notice.text)
    tasks.mail_notice(notice_id=str(notice.pk))
    assert len(mail.outbox) == 1


def test_its_link_opens_the_text_to_whoever_cannot_sign_in(address, suspended, image):
    html = Client().get(address).content.decode()
    assert "There is blood on the snow." in html
    for hidden in (str(image.pk), suspended.email, "/a/", "Sign out"):
        assert hidden not in html
    assert Notice.objects.get().seen_at is None


def test_and_takes_the_objection_once(address, suspended, place):
    browser, key = Client(), address.partition("key=")[2]
    sent = browser.post(f"{place}appeal", {"text": "It is paint.", "key": key})
    assert "Your objection has arrived" in sent.content.decode()
    assert Appeal.objects.get().user == suspended
    assert browser.get(address).status_code == 404
    assert browser.post(f"{place}appeal", {"text": "Again", "key": key}).status_code == 404
    assert Appeal.objects.count() == 1


def test_an_objection_that_says_nothing_keeps_the_key(address, suspended, place):
    key = address.partition("key=")[2]
    again = Client().post(f"{place}appeal", {"text": " ", "key": key})
    assert again.status_code == 422
    assert f'value="{key}"' in again.content.decode()


def test_its_link_ends_with_the_time_to_object(address, suspended, decision):
    later(Decision, decision.pk, at=timedelta(days=-31))
    assert Client().get(address).status_code == 404


def test_a_key_opens_its_own_decision_alone(cast, image, decision, address):
    other = make_decision(cases.picture(image), cast.user("moderator"), action=Action.BLUR)
    stranger = make_decision(
        cases.picture(make_image(cast.others, cast.user("stranger"))), cast.user("moderator")
    )
    key = address.partition("key=")[2]
    nothing = Client().get("/decisions/019aa1b2-0000-7000-8000-000000000000/?key=" + key)
    for one in (other, stranger):
        tried = Client().get(f"/decisions/{one.pk}/?key={key}")
        assert tried.status_code == nothing.status_code == 404
        assert "This link shows nothing any more" in tried.content.decode()
        posted = Client().post(f"/decisions/{one.pk}/appeal", {"text": "No", "key": key})
        assert posted.status_code == 404
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("key", ["x", "%00", "a:b", "%E4%BD%A0", "A" * 5000])
def test_an_odd_key_is_no_key(place, key):
    assert Client().get(f"{place}?key={key}").status_code == 404


def test_the_person_themselves_gets_their_page_by_it(window, address, team):
    assert "All decisions" in window.get(address).content.decode()


def test_a_key_does_not_sign_anybody_in(address, team):
    browser = Client()
    browser.get(address)
    assert browser.get("/decisions/").status_code == 302
    assert browser.get(f"/a/{team.slug}/library/").status_code == 302


def test_whoever_closed_everything_is_told_nothing(address, suspended):
    suspended.closed_at = timezone.now()
    suspended.standing = Standing.CLOSED
    suspended.save()
    assert Client().get(address).status_code == 404


# Programs


def test_the_api_tells_the_same_and_marks_nothing(window, decision):
    [listed] = window.get("/api/v1/decisions").json()["items"]
    shown = window.get(f"/api/v1/decisions/{decision.pk}").json()
    assert listed == shown
    assert shown["text"] == Notice.objects.get().text
    assert shown["appeal_until"].startswith((decision.at + timedelta(days=30)).strftime("%Y-%m-%d"))
    assert shown["seen_at"] is None


def test_the_api_takes_an_objection(window, decision):
    address = f"/api/v1/decisions/{decision.pk}"
    body = {"data": {"text": "It is paint."}, "content_type": "application/json"}
    made = window.post(f"{address}/appeal", **body)
    assert (made.status_code, made.json()["outcome"]) == (201, "")
    assert window.get(address).json()["appeal"]["text"] == "It is paint."
    assert window.post(f"{address}/appeal", **body).json()["code"] == "cannot_appeal"
    empty = window.post(f"{address}/appeal", data={"text": " "}, content_type="application/json")
    assert (empty.status_code, empty.json()["code"]) == (422, "appeal_invalid")


# The rules


def test_everybody_can_read_the_rules(client, db):
    html = unescape(client.get("/rules/").content.decode())
    for policy in Policy:
        assert f'id="{policy.value}"' in html
        assert RULES[policy] in html
    for reason in Reason:
        assert f"“{reason.label}”" in html


def test_what_was_taken_back_says_so(window, cast, decision, place):
    take_back(moderator=cast.user("senior_moderator"), decision_id=decision.pk, text="Our mistake.")
    Notice.objects.update(sent_at=timezone.now())
    html = window.get(place).content.decode()
    assert "Taken back" in html
    assert "<textarea" not in html
    assert Decision.objects.count() == 2
