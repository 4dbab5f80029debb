"""Requests that no browser of ours sends: refused in words, never by a failure."""

import pytest
from django.core import mail
from django.db.utils import OperationalError
from django.test import Client, RequestFactory

from imagestudio.accounts.models import User
from imagestudio.http.pages import ErrorPages
from tests.factories import PASSWORD

FORM = "multipart/form-data; boundary=x"
BODY = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\na\r\n--x--\r\n'


@pytest.mark.parametrize("charset", ["hex", "undefined", "utf-16", "idna"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/a/x/", "/api/v1/images"])
def test_text_in_another_encoding_than_utf8(db, path, charset):
    answer = Client().generic("POST", path, BODY, f"{FORM}; charset={charset}")
    assert answer.status_code == 415
    assert "UTF-8" in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "utf_8"])
def test_utf8_by_any_of_its_names(db, charset):
    page = Client().generic("POST", "/accounts/login/", BODY, f"{FORM}; charset={charset}")
    assert page.status_code == 200


@pytest.mark.parametrize("path", ["/a/x/composer/sources", "/api/v1/images"])
def test_a_form_without_its_length(db, path):
    answer = Client().post(path, BODY, content_type=FORM, CONTENT_LENGTH="")
    assert answer.status_code == 411
    assert "Content-Length" in answer.content.decode()


def test_too_much_is_told_on_a_page(window, team):
    page = window.post(f"/a/{team.slug}/tokens/", BODY, FORM, CONTENT_LENGTH="2000000")
    assert page.status_code == 413
    assert page["Content-Type"].startswith("text/html")
    assert page["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["generations", "estimates", "tokens"])
def test_a_form_for_an_operation_that_takes_json(cast, path):
    answer = cast.signed_in("creator").post(f"/api/v1/{path}", BODY, content_type=FORM)
    assert answer.status_code in (403, 415)
    browser = cast.signed_in("creator", enforce_csrf_checks=True)
    browser.get("/accounts/logout/")
    token = browser.cookies["csrf"].value
    answer = browser.post(f"/api/v1/{path}", BODY, FORM, headers={"X-CSRFToken": token})
    assert answer.status_code in (403, 415)


def test_an_address_of_the_page_that_is_none(db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}
    answer = Client().get("/a/x/activity/", headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_signing_up_with_a_very_long_name(db):
    email = f"{'a' * 150}@example.com"
    assert Client().post("/accounts/signup/", {"email": email, "password1": PASSWORD}).url == "/"
    assert User.objects.get().personal_account.name == "a" * 100


@pytest.mark.parametrize("host", ["testserver", "localhost:6666", "127.0.0.1:6666", "[::1]:9"])
def test_mail_names_the_public_address_whatever_the_request_named(cast, settings, host):
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]
    settings.PUBLIC_URL = "https://studio.example.com"
    email = cast.user("creator").email
    Client().post("/accounts/password/reset/", {"email": email}, headers={"Host": host})
    (letter,) = mail.outbox
    assert "https://studio.example.com/accounts/password/reset/key/" in letter.body
    assert host not in letter.body


def test_a_database_that_is_away_is_told_on_a_page():
    request = RequestFactory().get("/a/x/library/")
    page = ErrorPages(lambda _: None).process_exception(request, OperationalError("no connection"))
    assert page.status_code == 503
    assert "does not answer" in page.content.decode()
