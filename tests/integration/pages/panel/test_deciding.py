"""Deciding a case, leaving it, and all that stands in the way."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole, User
from imagestudio.library.models import KnownBadHash
from imagestudio.moderation.models import Case, Decision, Notice
from imagestudio.moderation.services import appeals, claims
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.notices import send_due
from tests.factories import make_case, make_decision, make_image
from tests.integration.pages.panel.steps import HIDE, PART, page, send, verbs


def test_a_decision_is_made_the_person_is_told_what_was_previewed_and_the_next_case_comes(
    cast, team, desk, case, image
):
    following = make_case(make_image(team, cast.user("owner"), title="The next"))
    fields = {"version": case.version, **HIDE, "next": "1"}
    told = send(desk, case, "preview", fields, headers=PART).content.decode()

    answer = send(desk, case, "decide", fields, headers=PART)

    decision = Decision.objects.get()
    assert (decision.action, decision.actor) == ("hide", cast.user("moderator"))
    image.refresh_from_db()
    assert image.moderation == "hidden_public"
    for line in Notice.objects.get().text.splitlines():
        assert line.replace("’", "&#x27;") in told
    assert answer["HX-Push-Url"] == f"/moderation/cases/{following.pk}/"
    html = answer.content.decode()
    assert "The next" in html
    assert f"/moderation/decisions/{decision.pk}/reverse" in html
    assert re.search(r'id="waiting-cases"[^>]*hx-swap-oob="true"><[^>]*>1<', html)
    following.refresh_from_db()
    assert following.claimed_by == cast.user("moderator")


def test_undo_takes_it_back_before_anybody_is_told(desk, case, image):
    decided = send(desk, case, "decide", {"version": case.version, **HIDE}, follow=True)
    [address] = re.findall(r"/moderation/decisions/[\w-]+/reverse", decided.content.decode())[:1]

    assert desk.post(address)["Location"] == f"/moderation/cases/{case.pk}/"

    case.refresh_from_db()
    image.refresh_from_db()
    assert (case.state, image.moderation) == ("open", "clear")
    assert not send_due()


def test_without_reason_or_words_nothing_is_decided_and_what_was_typed_stays(desk, case):
    fields = {"version": case.version, "action": "hide", "note": "To be asked again"}

    answer = send(desk, case, "decide", fields, headers=PART)

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#case"
    assert "To be asked again" in answer.content.decode()
    assert not Decision.objects.exists()


def test_who_was_slower_is_told_and_keeps_what_they_typed(cast, desk, case):
    other = cast.signed_in("senior_moderator")
    send(other, case, "decide", {"version": case.version, "action": "keep"})
    reopened = make_case(case.image)

    late = send(desk, case, "decide", {"version": case.version, **HIDE})
    assert late.status_code == 409
    assert "Closed: No violation" in late.content.decode()
    assert "A raised fist over a crowd." in late.content.decode()

    Case.objects.filter(pk=reopened.pk).update(version=7)
    late = send(desk, reopened, "decide", {"version": 3, **HIDE}).content.decode()
    assert "A raised fist over a crowd." in late
    assert 'name="version" value="7"' in late


def test_who_has_it_in_hand_is_shown_to_others_who_can_only_read(cast, desk, case):
    senior = cast.user("senior_moderator")
    claims.claim(moderator=senior, case_id=case.pk)

    shown = page(desk, f"cases/{case.pk}/")

    assert f"{senior.email} has this case in hand" in shown.replace("\n", " ")
    assert "Decide and next" not in shown
    assert send(desk, case, "claim").status_code == 409
    fields = {"version": case.version, "action": "keep"}
    assert send(desk, case, "decide", fields).status_code == 409
    assert not Decision.objects.exists()


def test_a_case_is_taken_kept_and_given_back(cast, desk, case):
    assert "Give it back" in send(desk, case, "claim", headers=PART).content.decode()
    assert "Give it back" in send(desk, case, "claim", headers=PART).content.decode()
    assert "Take it in hand" in send(desk, case, "release", headers=PART).content.decode()
    case.refresh_from_db()
    assert case.claimed_by is None


def test_what_is_not_offered_is_refused_and_the_try_is_in_the_log(desk, case):
    fields = {"version": case.version, **HIDE, "action": "quarantine"}

    assert send(desk, case, "decide", fields).status_code == 403

    assert "refused" in verbs(case)


@pytest.mark.parametrize("fields", [{}, {"action": "fly"}, {"action": "keep", "version": "-1"}])
def test_a_form_that_says_nothing_changes_nothing(desk, case, fields):
    assert send(desk, case, "decide", fields).status_code == 422
    assert not Decision.objects.exists()


def test_a_case_is_put_off_left_to_others_or_to_a_higher_rank(desk, case, team, cast):
    put_off = make_case(make_image(team, cast.user("owner")))
    assert send(desk, put_off, "snooze", {"hours": "24"}).status_code == 302
    assert send(desk, put_off, "snooze", {"hours": "forever"}).status_code == 422
    assert send(desk, case, "escalate", {"version": case.version, "note": "x"}).status_code == 302
    assert send(desk, case, "escalate", {"version": "x"}).status_code == 422

    case.refresh_from_db()
    assert case.state == "escalated"
    assert str(put_off.pk) not in page(desk)
    assert "left to senior moderators" in page(desk, f"cases/{case.pk}/")


def test_bytes_are_banned_with_the_decision_and_a_senior_moderator_lifts_the_ban(
    cast, desk, case, image
):
    fields = {"version": case.version, **HIDE, "action": "remove", "bans": "on"}
    assert send(desk, case, "decide", fields).status_code == 302

    ban = KnownBadHash.objects.get()
    assert bytes(ban.hash) == bytes(image.file.sha256)
    assert bytes(ban.hash).hex()[:16] in page(desk, "bans/")
    closed = page(desk, f"cases/{case.pk}/")
    assert "Next case" in closed
    assert "Ban these bytes" not in closed
    assert desk.post(f"/moderation/bans/{ban.pk}/lift").status_code == 403
    senior = cast.signed_in("senior_moderator")
    assert senior.post(f"/moderation/bans/{ban.pk}/lift").status_code == 302
    assert "Lifted" in page(desk, "bans/")
    assert senior.post(f"/moderation/bans/{ban.pk}/lift").status_code == 404
    assert "Ban these bytes" in page(desk, f"cases/{case.pk}/")
    assert send(desk, case, "ban").status_code == 302
    assert KnownBadHash.objects.filter(lifted_at=None).count() == 1


def test_an_objection_stands_beside_what_it_is_against_and_somebody_else_decides(cast, desk, case):
    send(desk, case, "decide", {"version": case.version, **HIDE})
    Notice.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    send_due()
    decision = Decision.objects.get()
    appeal = appeals.appeal(
        user=cast.user(Role.CREATOR), decision_id=decision.pk, text="It is a wave of the hand."
    )

    refused = page(desk, f"cases/{appeal.case_id}/")
    assert "objection is against a decision of yours" in refused
    assert "Nobody else here can decide it" not in refused
    senior = cast.signed_in("senior_moderator")
    shown = page(senior, f"cases/{appeal.case_id}/")
    assert "It is a wave of the hand." in shown
    assert "A raised fist over a crowd." in shown
    fields = {"version": appeal.case.version, "action": "reverse", "facts": "You are right."}
    assert send(senior, appeal.case, "decide", fields).status_code == 302
    case.image.refresh_from_db()
    assert case.image.moderation == "clear"


def test_who_cannot_end_what_a_higher_rank_began_is_told_why(cast, desk):
    user, senior = cast.user(Role.CREATOR), cast.user("senior_moderator")
    decision = make_decision(person(user), senior, action="suspend")
    appeal = appeals.appeal(user=user, decision_id=decision.pk, text="No.")

    assert "somebody of a higher rank has to" in page(desk, f"cases/{appeal.case_id}/")
    User.objects.filter(site_role=SiteRole.OPERATOR).update(site_role=SiteRole.NONE)
    refused = page(cast.signed_in("senior_moderator"), f"cases/{appeal.case_id}/")
    assert "Nobody else here can decide it" in refused


def test_a_case_is_opened_on_the_person_and_on_the_account(cast, desk, case, team):
    for about, column in (("user", "user"), ("account", "subject_account")):
        answer = send(desk, case, "related", {"about": about})
        opened = Case.objects.get(kind=about)
        assert answer["Location"] == f"/moderation/cases/{opened.pk}/"
        assert getattr(opened, column) == {"user": cast.user(Role.CREATOR), "account": team}[about]
        assert "Suspend" not in page(desk, f"cases/{opened.pk}/")  # it takes a higher rank
        shown = page(desk, f"cases/{opened.pk}/")
        assert "Keep out of the public gallery" in shown
        assert f'<a href="/moderation/cases/{case.pk}/">The case it came from</a>' in shown
        assert "Claimed" not in shown  # though it is
    assert send(desk, case, "related", {"about": "x"}).status_code == 422
