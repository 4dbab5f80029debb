"""The front door, the frame, and pages for what went wrong."""

import re
from pathlib import Path

import pytest
from django.test import Client

from imagestudio.accounts.context import same_page
from imagestudio.accounts.models import Role
from tests.factories import personal

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT_PAGES = [
    "",
    "library/",
    "activity/",
    "tokens/",
    "account/",
    "members/",
    "library/picker",
    "work",
]


def test_the_front_door(db):
    html = Client().get("/").content.decode()
    assert "/accounts/login/" in html
    assert "Emulator." in html


def test_a_signed_in_person_goes_to_their_own_account(window, cast):
    mine = personal(cast.user(Role.CREATOR)).account
    assert window.get("/")["Location"] == f"/a/{mine.slug}/"


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_who_is_not_signed_in_is_asked_to_and_comes_back(db, path):
    page = Client().get(f"/a/somebody/{path}")
    assert page["Location"] == f"/accounts/login/?next=/a/somebody/{path}"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/a/somebody/"}
    answer = Client().get("/a/somebody/work", headers=headers)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fa%2Fsomebody%2F"


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_another_account_looks_like_one_that_does_not_exist(window, cast, path):
    theirs = window.get(f"/a/{cast.others.slug}/{path}")
    nobodys = window.get(f"/a/no-such-account/{path}")
    assert theirs.status_code == nobodys.status_code == 404
    assert "There is no such account" in theirs.content.decode()


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("", ""),
        ("library/", "library/"),
        ("activity/?state=failed", "activity/"),
        ("account/", "account/"),
        ("tokens/", "tokens/"),
        ("members/", "members/"),
    ],
)
def test_the_frame_switches_to_the_same_page_of_another_account(window, cast, team, here, there):
    html = window.get(f"/a/{team.slug}/{here}").content.decode()
    mine = personal(cast.user(Role.CREATOR)).account
    assert f'href="/a/{mine.slug}/{there}"' in html
    assert "Switch account" in html


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/a/one/images/019aa1b2-0000-7000-8000-000000000000/", "/a/two/library/"),
        (
            "/a/one/members/invitations/019aa1b2-0000-7000-8000-000000000000/renew",
            "/a/two/members/",
        ),
        ("/a/one/generations/019aa1b2-0000-7000-8000-000000000000/tile", "/a/two/activity/"),
        ("/a/one/nothing/", "/a/two/"),
        ("/a/one/composer/price", "/a/two/"),
        ("/accounts/email/", "/a/two/"),
        ("/a/one/close/", "/a/two/account/"),
    ],
)
def test_a_page_about_a_thing_leads_to_the_page_of_its_kind(here, there):
    assert same_page(here, "two") == there


@pytest.mark.parametrize("status", [400, 404])
def test_an_error_page_carries_a_number_to_quote(window, status):
    page = window.get("/nothing/", headers={"host": "evil.test" if status == 400 else "testserver"})
    assert page.status_code == status
    assert re.search(r"Request <code>[0-9a-f]{32}</code>", page.content.decode())


def test_the_page_for_a_broken_studio_asks_nothing_of_the_database(
    rf, db, django_assert_num_queries
):
    from imagestudio.http.pages import broken  # noqa: PLC0415 - only this test calls it

    with django_assert_num_queries(0):
        assert broken(rf.get("/")).status_code == 500


@pytest.mark.parametrize(("cookie", "drawn"), [("dark", True), ("light", True), ('x"y', False)])
def test_the_theme_is_drawn_by_the_server(window, team, cookie, drawn):
    window.cookies["theme"] = cookie
    html = window.get(f"/a/{team.slug}/").content.decode()
    assert (f'data-theme="{cookie}"' in html) is drawn


def test_the_style_guide_is_for_operators(window, cast):
    assert window.get("/styleguide/").status_code == 404
    assert cast.signed_in("operator").get("/styleguide/").status_code == 200


def test_no_template_carries_script_or_style_of_its_own():
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(
            r"\sstyle=|<style|\son(click|load|error|submit|input|change)=|hx-on|javascript:", text
        ), template
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template


def test_pages_are_kept_out_of_caches_and_under_the_policy(window, team):
    page = window.get(f"/a/{team.slug}/")
    assert page["Cache-Control"] == "private, no-store"
    assert "script-src 'self'" in page["Content-Security-Policy"]
