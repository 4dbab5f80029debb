"""The panel: who gets in, the queue, one case, deciding it, and what is remembered."""

import re
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image, KnownBadHash
from imagestudio.moderation.models import AuditEntry, Case, Decision, Notice
from imagestudio.moderation.services import appeals, claims
from imagestudio.moderation.services.notices import send_due
from imagestudio.moderation.services.panel.queue import LANES, Tab, next_case, queue_page
from tests.factories import (
    make_case,
    make_copies,
    make_image,
    make_user,
    sign_in,
    with_factor,
)

HIDE = {"action": "hide", "reason": "hate", "facts": "A raised fist over a crowd."}
PART = {"HX-Request": "true"}


@pytest.fixture
def image(cast, team):
    return make_image(team, cast.user(Role.CREATOR), title="Reported picture")


@pytest.fixture
def case(cast, image):
    return make_case(image, cast.user("stranger"))


@pytest.fixture
def desk(cast):
    """Return the window of a moderator."""
    return cast.signed_in("moderator")


def page(client, path=""):
    answer = client.get(f"/moderation/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, case, deed, fields=None, **extra):
    return client.post(f"/moderation/cases/{case.pk}/{deed}", fields or {}, **extra)


def bytes_of(client, address):
    """Return the answer with a picture, all of which was read."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == int(answer["Content-Length"])
    return answer


def verbs(case):
    return set(AuditEntry.objects.filter(case=case).values_list("verb", flat=True))


def test_who_has_no_second_factor_is_told_to_set_one_up(db):
    newcomer = sign_in(make_user(site_role="moderator"))
    assert newcomer.get("/moderation/").status_code == 403

    signed_in_before = Client()
    signed_in_before.force_login(with_factor(make_user(site_role="moderator")))
    asked = signed_in_before.get("/moderation/")
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_the_queue_shows_what_waits_in_its_order_with_reasons_and_holder(cast, team, desk, case):
    urgent = make_case(make_image(team, cast.user("owner"), title="Urgent"), lane=Case.Lane.LEGAL)
    claims.claim(moderator=cast.user("senior_moderator"), case_id=urgent.pk)

    shown = page(desk)

    assert shown.index("Urgent") < shown.index("Reported picture")
    assert cast.user("senior_moderator").email in shown
    assert '<span class="badge">Hate</span>' in shown
    assert f"/moderation/cases/{case.pk}/covered" in shown
    assert "Urgent" not in page(desk, "?tab=reports")
    assert "Nothing waits here." in page(desk, "?tab=appeals")


def test_a_page_of_the_queue_is_cheap_and_the_next_one_follows(cast, team, desk, image):
    reporter = cast.user("stranger")
    cases = [make_case(one, reporter) for one in make_copies(image, 55)]
    with CaptureQueriesContext(connection) as captured:
        began = perf_counter()
        shown = page(desk)
        took = perf_counter() - began
    assert len(captured) < 15
    assert took < 1  # 0.05 s on an idle machine; this one may be busy

    first = re.findall(r'data-case="([\w-]+)"', shown)
    [cursor] = set(re.findall(r"cursor=([\w.-]+)", shown))
    rest = desk.get(f"/moderation/?tab=all&cursor={cursor}", headers=PART).content.decode()
    second = re.findall(r'data-case="([\w-]+)"', rest)
    assert (len(first), len(second)) == (50, 5)
    assert {*first, *second} == {str(one.pk) for one in cases}


@pytest.mark.parametrize("cursor", ["x", "0.0.x", "1.2", "٣.1.aaaa", "0.99999999999.aaaa"])
def test_a_cursor_of_nothing_is_refused(desk, cursor):
    assert desk.get("/moderation/", {"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("tab", Tab)
def test_cursors_walk_every_part_in_its_order(cast, team, image, tab):
    moderator = cast.user("moderator")
    for number, one in enumerate(make_copies(image, 5)):
        made = make_case(one)
        closed = {"state": "closed", "outcome": "actioned", "closed_at": timezone.now()}
        fields = {
            Tab.CLOSED: closed,
            Tab.ESCALATED: {"state": "escalated"},
            Tab.MINE: {
                "claimed_by": moderator,
                "claimed_until": timezone.now() + timedelta(minutes=1),
            },
        }.get(tab, {"lane": LANES.get(tab, Case.Lane.REPORT)})
        Case.objects.filter(pk=made.pk).update(weight=number % 2, **fields)
    whole = [one.case.pk for one in queue_page(moderator, tab, cursor=None).rows]
    assert len(whole) == 5
    walked, cursor = [], None
    for _ in range(3):
        found = queue_page(moderator, tab, cursor=cursor, limit=2)
        walked += [one.case.pk for one in found.rows]
        cursor = found.next_cursor
    assert walked == whole
    assert cursor is None


def test_start_takes_the_next_case_in_hand(cast, desk, case):
    answer = desk.post("/moderation/start", {"tab": "all"})

    assert answer["Location"] == f"/moderation/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.claimed_by == cast.user("moderator")
    assert desk.post("/moderation/start", {"tab": "legal"})["Location"] == "/moderation/"


def test_nobody_is_handed_what_they_skipped_what_is_theirs_or_what_takes_a_higher_rank(
    cast, team, desk, case
):
    moderator = cast.user("moderator")
    own = make_case(make_image(team, moderator, title="My own"), lane=Case.Lane.LEGAL)
    high = make_case(make_image(team, cast.user("owner")), lane=Case.Lane.LEGAL, state="escalated")
    assert next_case(moderator=moderator) == case
    assert send(desk, case, "skip")["Location"] == "/moderation/"
    assert next_case(moderator=moderator) is None
    assert next_case(moderator=cast.user("senior_moderator")) in {own, high}

    assert "My own" not in page(desk)
    assert desk.get(f"/moderation/cases/{own.pk}/").status_code == 404


def test_a_case_shows_all_that_is_known_and_nothing_of_the_picture(cast, desk, case, image):
    shown = page(desk, f"cases/{case.pk}/")

    for words in ("Reported picture", "Look at it.", "first report", "Open a case on the person"):
        assert words in shown
    assert f"/moderation/cases/{case.pk}/covered" in shown
    assert f"/moderation/cases/{case.pk}/picture" not in shown
    assert "renditions" not in shown
    assert verbs(case) == {"opened"}  # looking at the page is no view of the picture


def test_a_picture_is_seen_only_once_it_was_asked_for_and_the_log_says_so(cast, desk, case, image):
    assert desk.get(f"/moderation/cases/{case.pk}/picture").status_code == 404
    shown = send(desk, case, "reveal", headers=PART).content.decode()
    address = re.search(r'src="([^"]+/picture[^"]+)"', shown)[1].replace("&amp;", "&")

    answer = bytes_of(desk, address)

    assert "no-store" in answer["Cache-Control"]
    [entry] = AuditEntry.objects.filter(verb="viewed")
    assert (entry.actor, entry.case, entry.image) == (cast.user("moderator"), case, image)
    assert cast.signed_in("senior_moderator").get(address).status_code == 404


def test_what_everybody_sees_is_looked_at_without_a_trace(cast, desk, case, image):
    Image.objects.filter(pk=image.pk).update(visibility="public", review="approved")

    assert send(desk, case, "reveal").status_code == 200

    assert "viewed" not in verbs(case)


def test_a_cover_is_made_once_and_shows_nothing(desk, case, image):
    root = f"/moderation/cases/{case.pk}"
    first, second = (bytes_of(desk, f"{root}/covered") for _ in range(2))

    assert first["Content-Type"] == "image/webp"
    assert first["ETag"] == second["ETag"]
    assert int(first["Content-Length"]) < 500
    assert image.file.renditions.filter(name="covered").count() == 1
    bytes_of(desk, f"{root}/similar/{image.pk}")
    elsewhere = make_image(image.account, make_user())
    assert desk.get(f"{root}/similar/{elsewhere.pk}").status_code == 404


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
    assert desk.post(f"/moderation/bans/{ban.pk}/lift").status_code == 403
    senior = cast.signed_in("senior_moderator")
    assert senior.post(f"/moderation/bans/{ban.pk}/lift").status_code == 302
    assert "Lifted" in page(desk, "bans/")
    assert senior.post(f"/moderation/bans/{ban.pk}/lift").status_code == 404
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

    assert "objection is against a decision of yours" in page(desk, f"cases/{appeal.case_id}/")
    senior = cast.signed_in("senior_moderator")
    shown = page(senior, f"cases/{appeal.case_id}/")
    assert "It is a wave of the hand." in shown
    assert "A raised fist over a crowd." in shown
    fields = {"version": appeal.case.version, "action": "reverse", "facts": "You are right."}
    assert send(senior, appeal.case, "decide", fields).status_code == 302
    case.image.refresh_from_db()
    assert case.image.moderation == "clear"


def test_a_case_is_opened_on_the_person_and_on_the_account(cast, desk, case, team):
    for about, column in (("user", "user"), ("account", "subject_account")):
        answer = send(desk, case, "related", {"about": about})
        opened = Case.objects.get(kind=about)
        assert answer["Location"] == f"/moderation/cases/{opened.pk}/"
        assert getattr(opened, column) == {"user": cast.user(Role.CREATOR), "account": team}[about]
        assert "Suspend" not in page(desk, f"cases/{opened.pk}/")  # it takes a higher rank
        assert "Keep out of the public gallery" in page(desk, f"cases/{opened.pk}/")
    assert send(desk, case, "related", {"about": "x"}).status_code == 422


def test_the_log_is_filtered_and_given_out_as_a_file(cast, desk, case):
    send(desk, case, "notes", {"text": "=cmd|x"})
    assert "=cmd|x" in page(desk, "audit/?verb=noted")
    assert "=cmd|x" not in page(desk, "audit/?verb=decided")
    assert "Nothing in the log is like that." in page(desk, "audit/?actor=nobody@")
    assert "=cmd|x" in page(desk, f"audit/?case={case.pk}&since=2020-01-01")
    assert page(desk, "audit/?case=x&since=yesterday&verb=fly")

    def exported(form):
        answer = desk.post("/moderation/audit/export", {"form": form, "verb": "noted"})
        assert answer.status_code == 200
        return b"".join(answer.streaming_content).decode()

    assert "'=cmd|x" in exported("csv")
    assert exported("jsonl").count("\n") == 1
    assert desk.post("/moderation/audit/export", {"form": "xml"}).status_code == 422
    assert AuditEntry.objects.filter(verb="exported", actor=cast.user("moderator")).count() == 2


def test_a_person_is_shown_with_what_was_decided_and_how_their_reports_ended(cast, desk, case):
    send(desk, case, "decide", {"version": case.version, **HIDE})

    creator = page(desk, f"people/{cast.user(Role.CREATOR).pk}/")
    assert "A raised fist over a crowd." in creator
    assert "right 1 of 1 times" in page(desk, f"people/{cast.user('stranger').pk}/")
    assert "Nothing was decided" in page(desk, f"people/{cast.user('viewer').pk}/")
    own = desk.get(f"/moderation/people/{cast.user('moderator').pk}/")
    assert own.status_code == 404


def test_a_senior_moderator_trusts_a_person_with_publishing(cast, desk):
    creator = cast.user(Role.CREATOR)
    address = f"/moderation/people/{creator.pk}/trust"
    senior = cast.signed_in("senior_moderator")
    assert 'name="trust"' not in page(desk, f"people/{creator.pk}/")
    assert 'name="trust"' in page(senior, f"people/{creator.pk}/")

    assert senior.post(address, {"trust": "trusted", "text": "A year of care."}).status_code == 302
    assert senior.post(address, {"trust": "blindly"}).status_code == 422

    creator.refresh_from_db()
    assert creator.trust == "trusted"
    assert AuditEntry.objects.get(verb="trusted").text == "A year of care."


def test_nobody_learns_from_the_log_who_reported_them(cast, team, desk):
    own = make_case(make_image(team, cast.user("moderator")), cast.user("stranger"))
    AuditEntry.objects.create(verb="reported", actor=cast.user("stranger"), case=own)

    assert cast.user("stranger").email not in page(desk, "audit/")
    assert cast.user("stranger").email in page(cast.signed_in("operator"), "audit/")


def test_only_staff_sees_the_way_in_with_how_many_wait(cast, team, case):
    colleague = with_factor(make_user(site_role="moderator"))
    home = colleague.memberships.get().account.slug
    shown = sign_in(colleague).get(f"/a/{home}/activity/").content.decode()
    assert 'title="Cases waiting">1<' in shown
    assert "/moderation/" not in cast.signed_in("owner").get(f"/a/{team.slug}/").content.decode()
