"""Requests to remove pictures, signed by whoever is concerned, without an account."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Role
from imagestudio.library.models import KnownBadHash
from imagestudio.library.services import publishing
from imagestudio.library.services.bans import ban_of
from imagestudio.library.services.shares import share_image
from imagestudio.moderation.mail import mail_answers
from imagestudio.moderation.models import Case, RemovalRequest, Report
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.legal import requests
from imagestudio.moderation.services.legal.requests import forget_requests
from imagestudio.moderation.services.panel.drafts import decide_and_ban
from imagestudio.moderation.tasks import ban_together, mail_request
from tests.factories import make_copies, make_image
from tests.integration.moderation.conftest import opened
from tests.integration.moderation.together import done

HERE = "http://testserver"


@pytest.fixture(autouse=True)
def _here(settings):
    settings.PUBLIC_URL = HERE


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def public(cast, image):
    publishing.publish(
        image=image, user=image.created_by, shows_prompt=False, name="", is_approved=True
    )
    return image


def exhibit(image):
    return f"{HERE}/explore/{image.pk}/"


def form(*addresses, **fields):
    return {
        "kind": "intimate",
        "addresses": "\n".join(addresses),
        "text": "It shows me.",
        "name": "Ann Other",
        "email": "ann@example.test",
        "is_in_good_faith": "on",
        "signature": "ann  other",
        **fields,
    }


def test_a_request_becomes_reports_in_the_legal_lane_with_its_clock(cast, stranger, public):
    second = make_image(cast.team, cast.user(Role.CREATOR))
    link = share_image(membership=cast.membership(Role.CREATOR), image_id=second.pk, terms={})
    shared = f"{HERE}/s/{link.secret}/"
    answer = stranger.post("/legal/", form(exhibit(public), exhibit(public), shared))
    request = RemovalRequest.objects.get()
    assert answer["Location"] == f"/legal/?number={request.number}"
    assert request.number in stranger.get(answer["Location"]).content.decode()
    assert {one.case.image for one in Report.objects.all()} == {public, second}
    for report in Report.objects.all():
        case = report.case
        assert (case.lane, report.request, report.reporter) == (Case.Lane.LEGAL, request, None)
        left = case.due_at - timezone.now()
        assert timedelta(hours=47) < left <= timedelta(hours=48)


def test_it_is_acknowledged_once_and_answered_under_its_number(cast, stranger, public):
    stranger.post("/legal/", form(exhibit(public), kind="law"))
    number = RemovalRequest.objects.get().number
    [job] = ProcrastinateJob.objects.filter(task_name="moderation.mail_request")
    for _ in range(2):
        mail_request(**job.args)
    [letter] = mail.outbox
    assert (letter.to, number in letter.subject) == (["ann@example.test"], True)
    assert "It shows me." not in letter.body  # nobody sends words of theirs to others by this
    assert "Ann Other" not in letter.body
    case = Case.objects.get()
    assert (case.lane, case.due_at) == (Case.Lane.LEGAL, None)
    verdict = Verdict(Action.KEEP)
    decide_and_ban(
        moderator=cast.user("senior_moderator"),
        case_id=case.pk,
        version=case.version,
        verdict=verdict,
    )
    mail_answers(case_id=case.pk)
    assert number in mail.outbox[1].body


def test_what_is_removed_for_it_is_banned_with_it(cast, stranger, public):
    stranger.post("/legal/", form(exhibit(public)))
    case = Case.objects.get()
    verdict = Verdict(
        Action.REMOVE, reason="ncii_or_deepfake_of_real_person", facts="A real person."
    )
    decide_and_ban(
        moderator=cast.user("senior_moderator"),
        case_id=case.pk,
        version=case.version,
        verdict=verdict,
    )
    assert KnownBadHash.objects.filter(kind="sha256").exists()


def test_nor_is_it_left_out_where_many_are_removed_as_one(cast, image, patience):
    senior, images = cast.user("senior_moderator"), [image, *make_copies(image, 1)]
    verdict = Verdict(
        Action.REMOVE, reason="ncii_or_deepfake_of_real_person", facts="A real person."
    )
    for is_undone in (True, False):
        deed = done(senior, [opened(one) for one in images], verdict)
        job = ProcrastinateJob.objects.filter(task_name="moderation.ban_together").latest("id")
        assert job.args == {"deed_id": str(deed.pk)}
        if is_undone:
            bulk.undo(moderator=senior, deed_id=deed.pk)
        ban_together(**job.args)
        assert (ban_of(image.file) is None) == is_undone


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "other"},
        {"is_in_good_faith": ""},
        {"signature": "Somebody Else"},
        {"name": "\0"},
        {"text": " "},
        {"email": "nobody"},
        {"addresses": " \n "},
    ],
    ids=str,
)
def test_what_is_not_complete_is_shown_again_and_sends_nothing(stranger, public, fields):
    answer = stranger.post("/legal/", form(exhibit(public)) | fields)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not RemovalRequest.objects.exists()


def test_addresses_of_nothing_that_others_see_are_named_and_nothing_is_sent(cast, stranger, public):
    private = make_image(cast.team, cast.user(Role.CREATOR))
    slug = cast.team.slug
    wrong = [
        exhibit(private),
        f"{HERE}/a/{slug}/images/{public.pk}/",
        f"https://elsewhere.example/explore/{public.pk}/",
        f"{HERE}/s/nothing/",
        f"{HERE}/explore/",
        "http://[",
        "x" * 600,
    ]
    answer = stranger.post("/legal/", form(exhibit(public), *wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("No picture that others can see") == len(wrong)
    assert f"see: {exhibit(public)}" not in text
    assert not Report.objects.exists()
    many = [f"{exhibit(public)}?{number}" for number in range(11)]
    assert stranger.post("/legal/", form(*many)).status_code == 422


def test_nobody_sends_many_letters_to_one_address(public):
    for number, status in enumerate((302, 302, 429)):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        answer = browser.post("/legal/", form(exhibit(public)))
        assert answer.status_code == status
    assert int(answer["Retry-After"]) <= 60
    assert RemovalRequest.objects.count() == 2


def test_nor_many_in_a_day(public, monkeypatch):
    monkeypatch.setattr(requests, "LETTERS_OF_A_DAY", 1)
    answers = [
        Client(REMOTE_ADDR=f"203.0.113.{number}").post("/legal/", form(exhibit(public), email=to))
        for number, to in enumerate(("ann@example.test", "ANN@example.test", "bo@example.test"))
    ]
    assert [one.status_code for one in answers] == [302, 429, 302]


def test_names_are_forgotten_after_a_year(stranger, public):
    stranger.post("/legal/", form(exhibit(public)))
    assert forget_requests() == 0
    RemovalRequest.objects.update(at=timezone.now() - timedelta(days=366))
    assert forget_requests() == 1
    request = RemovalRequest.objects.get()
    assert (request.name, request.email, request.text) == ("", "", "")


def test_the_page_shows_no_number_that_is_none(stranger):
    assert "Sign and send" in stranger.get("/legal/?number=<b>").content.decode()
