"""Reporting what one sees: public pictures, and those behind a link, signed in or not."""

import re

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Role
from imagestudio.library.services.shares import share_image
from imagestudio.moderation.mail import mail_answers
from imagestudio.moderation.models import Case, Report
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.reports import OF_ADDRESS
from tests.factories import make_image

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PART = {"HX-Request": "true"}


@pytest.fixture
def public_page(published) -> str:
    """Return the address at which a public picture is reported."""
    return f"/explore/{published().pk}/report"


@pytest.fixture
def shared_page(cast) -> str:
    """Return the address at which a picture behind a link is reported."""
    image = make_image(cast.team, cast.user(Role.CREATOR))
    new = share_image(membership=cast.membership(Role.CREATOR), image_id=image.pk, terms={})
    return f"/s/{new.secret}/images/{image.pk}/report"


def send(browser, address: str, fields: dict[str, str], **headers: str):
    """Send the form that stands at an address, with the token that it carries."""
    token = TOKEN.search(browser.get(address).content.decode())[1]
    return browser.post(address, {"csrfmiddlewaretoken": token, **fields}, headers=headers)


def test_each_reason_stands_there_with_its_rule(stranger, public_page) -> None:
    html = stranger.get(public_page).content.decode()
    assert [one for one in Reason if f'value="{one}"' not in html] == []
    assert "Nothing that sexualises or endangers children" in html


@pytest.mark.parametrize("where", ["public_page", "shared_page"])
def test_a_stranger_reports_and_may_leave_an_address(stranger, request, where) -> None:
    address = request.getfixturevalue(where)
    answer = send(stranger, address, {"reason": "hate", "text": "See", "email": "a@example.test"})
    assert answer["Location"] == f"{address}?sent=1"
    report = Report.objects.get()
    assert (report.reporter, report.email, report.text) == (None, "a@example.test", "See")
    thanks = stranger.get(answer["Location"])
    assert "Thank you" in thanks.content.decode()
    assert thanks["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("where", ["public_page", "shared_page"])
def test_whoever_is_signed_in_is_not_asked_for_an_address(cast, request, where) -> None:
    address = request.getfixturevalue(where)
    person = cast.signed_in("stranger", enforce_csrf_checks=True)
    assert "email" not in person.get(address).content.decode().split("<form")[-1]
    send(person, address, {"reason": "hate", "email": "a@example.test"})
    report = Report.objects.get()
    assert (report.reporter, report.email) == (cast.user("stranger"), "")


def test_a_stranger_is_told_what_came_of_it_and_then_forgotten(
    cast, stranger, public_page, mailoutbox
) -> None:
    send(stranger, public_page, {"reason": "hate", "email": "a@example.test"})
    case = Case.objects.get()
    mail_answers(case_id=case.pk)
    assert mailoutbox == []  # nothing came of it yet
    verdict = Verdict(Action.KEEP)
    decide(moderator=cast.user("moderator"), case_id=case.pk, version=case.version, verdict=verdict)
    job = ProcrastinateJob.objects.get(task_name="moderation.mail_answers")
    assert job.args == {"case_id": str(case.pk)}
    for _ in range(2):
        mail_answers(case_id=case.pk)
    (letter,) = mailoutbox
    assert letter.to == ["a@example.test"]
    assert "found that it breaks no rule" in letter.body
    assert Report.objects.get().email == ""


def test_the_answer_never_tells_whether_there_is_a_case(cast, stranger, public_page) -> None:
    fields = {"reason": "graphic_violence"}
    persons = [cast.signed_in(one, enforce_csrf_checks=True) for one in ("stranger", Role.VIEWER)]
    browsers = [stranger, *persons, *persons]
    answers = {
        (send(one, public_page, fields)["Location"], one.get(public_page).status_code)
        for one in browsers
    }
    assert len(answers) == 1
    assert (Case.objects.count(), Report.objects.count()) == (1, 3)


def test_a_part_of_the_page_is_enough_for_a_dialog(stranger, public_page) -> None:
    part = stranger.get(public_page, headers=PART).content.decode()
    assert "<html" not in part
    thanks = send(stranger, public_page, {"reason": "hate"}, **PART)
    assert thanks.status_code == 200
    assert "Thank you" in thanks.content.decode()


WRONG = {
    "nothing": ({}, "Choose what is wrong with it."),
    "an unknown reason": ({"reason": "ugly"}, "ugly is not one of the available choices"),
    "no words for something else": ({"reason": "other"}, "Say what is wrong with it."),
    "too many words": ({"reason": "hate", "text": "a" * 2001}, "2000 characters"),
    "no address": ({"reason": "hate", "email": "nobody"}, "valid email address"),
    "NUL": ({"reason": "hate", "text": "a\0"}, "Null characters are not allowed"),
}


@pytest.mark.parametrize(("fields", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_report_is_said_beside_it(
    stranger, public_page, fields, words
) -> None:
    answer = send(stranger, public_page, fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("where", ["public_page", "shared_page"])
def test_after_many_reports_one_waits_a_moment(stranger, request, where) -> None:
    address = request.getfixturevalue(where)
    for _ in range(OF_ADDRESS):
        send(stranger, address, {"reason": "hate"})
    answer = send(stranger, address, {"reason": "hate", "text": "Kept words"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Wait a minute" in answer.content.decode()
    assert "Kept words" in answer.content.decode()
    assert Report.objects.count() == OF_ADDRESS


def test_programs_report_too(api, published) -> None:
    body = {"image_id": str(published().pk), "reason": "hate", "text": "See"}
    for _ in range(2):
        assert api.post("/api/v1/reports", body, "application/json").status_code == 204
    assert Report.objects.get().text == "See"
    for wrong in ({"reason": "ugly"}, {"reason": "other", "text": ""}, {"text": "a" * 2001}):
        answer = api.post("/api/v1/reports", body | wrong, "application/json")
        assert answer.status_code == 422


def test_pictures_behind_a_link_lead_there(stranger, shared_page) -> None:
    assert (
        f'href="{shared_page}"' in stranger.get(shared_page.removesuffix("report")).content.decode()
    )
