"""What the panel remembers: the log, people, and the way in."""

from imagestudio.accounts.models import Membership, Role
from imagestudio.moderation.models import AuditEntry, Case
from imagestudio.moderation.services.cases import add_note
from imagestudio.moderation.services.publishing import publish
from imagestudio.moderation.services.reports import report_publication
from tests.factories import make_image, make_user, sign_in, with_factor
from tests.integration.pages.panel.steps import HIDE, page, send


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
    assert "right 1 of 1: too few to say" in page(desk, f"people/{cast.user('stranger').pk}/")
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
    own = make_image(team, cast.user("moderator"))
    publish(
        membership=Membership.objects.create(account=team, user=own.created_by, role="creator"),
        image_id=own.pk,
        shows_prompt=False,
        shows_name=False,
    )
    reporter = cast.user("stranger")
    report_publication(image_id=own.pk, reporter=reporter, address="::1", reason="hate", text="")
    case = Case.objects.get(image=own)
    add_note(moderator=cast.user("operator"), case_id=case.pk, text="Third time this week.")

    def exported(client):
        answer = client.post("/moderation/audit/export", {"form": "csv"})
        return b"".join(answer.streaming_content).decode()

    operator = cast.signed_in("operator")
    for words in (reporter.email, "Third time this week."):
        for told in (page(desk, "audit/"), page(desk, f"audit/?case={case.pk}"), exported(desk)):
            assert words not in told
        assert words in page(operator, "audit/")
        assert words in exported(operator)


def test_the_log_says_in_words_what_was_decided_and_that_strangers_reported(desk, case):
    AuditEntry.objects.create(verb="reported", case=case, data={"reason": "hate"})
    send(desk, case, "decide", {"version": case.version, **HIDE})

    log = page(desk, "audit/")

    assert "· Hide from others" in log
    assert "· Hate" in log
    assert "A visitor" in log
    assert "A visitor" in page(desk, f"cases/{case.pk}/")


def test_only_staff_sees_the_way_in_with_how_many_wait(cast, team, case):
    colleague = with_factor(make_user(site_role="moderator"))
    home = colleague.memberships.get().account.slug
    shown = sign_in(colleague).get(f"/a/{home}/activity/").content.decode()
    assert 'title="Cases waiting">1<' in shown
    assert "/moderation/" not in cast.signed_in("owner").get(f"/a/{team.slug}/").content.decode()
