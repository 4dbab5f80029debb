"""Links with a password: asked for once, bound to that password, and not to be guessed."""

import re

import pytest
from django.test import Client

from imagestudio.accounts.models import Role
from imagestudio.library.models import ShareLink
from imagestudio.library.services.shares import (
    TRIES_OF_ADDRESS,
    TRIES_OF_LINK,
    address_row,
    change_link,
)

PASSWORD = "eight or more"


@pytest.fixture
def address(share, image) -> str:
    return share(image, password=PASSWORD)


def give(client: Client, address: str, password: str = PASSWORD, **extra: str):
    """Fill in the form that asks for the password."""
    form = client.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    fields = {"csrfmiddlewaretoken": token, "password": password}
    return client.post(f"{address}password", fields, **extra)


def test_nothing_is_shown_until_the_password_is_given(stranger, address, image) -> None:
    for what in ("", f"images/{image.pk}/", f"images/{image.pk}/renditions/256"):
        answer = stranger.get(f"{address}{what}")
        assert answer.status_code == 403
        assert str(image.pk) not in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
    assert ShareLink.objects.get().seen_at is None
    assert give(stranger, address).url == address
    assert stranger.get(address).status_code == 200
    assert b"".join(stranger.get(f"{address}images/{image.pk}/renditions/256"))


def test_what_unlocks_a_link_is_of_no_use_for_another(stranger, address, share, image) -> None:
    cookie = give(stranger, address).cookies["unlocked"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (address, True, "Lax")
    other = share(image, password=PASSWORD)
    thief = Client()
    thief.cookies["unlocked"] = cookie.value
    assert thief.get(other).status_code == 403
    assert thief.get(address).status_code == 200
    thief.cookies["unlocked"] = cookie.value[:-2] + "xx"
    assert thief.get(address).status_code == 403


def test_another_password_locks_out_whoever_gave_the_old_one(stranger, address, cast) -> None:
    give(stranger, address)
    link = ShareLink.objects.get()
    member = cast.membership(Role.CREATOR)
    change_link(membership=member, link_id=link.pk, terms={"password": "another one"})
    assert stranger.get(address).status_code == 403
    change_link(membership=member, link_id=link.pk, terms={"password": ""})
    assert stranger.get(address).status_code == 200


def test_a_wrong_password_says_so_and_lets_nobody_in(stranger, address) -> None:
    answer = give(stranger, address, "a guess")
    assert answer.status_code == 403
    assert "That is not the password." in answer.content.decode()
    assert "unlocked" not in answer.cookies
    assert stranger.get(address).status_code == 403


def test_one_address_tries_so_often_in_a_minute_and_others_still_can(stranger, address) -> None:
    wrong = [give(stranger, address, "guess").status_code for _ in range(TRIES_OF_ADDRESS)]
    assert set(wrong) == {403}
    late = give(stranger, address)  # the right one
    assert late.status_code == 429
    assert 1 <= int(late["Retry-After"]) <= 61
    assert give(Client(REMOTE_ADDR="203.0.113.9"), address).status_code == 302


def test_all_addresses_together_try_so_often(address) -> None:
    answers = [
        give(Client(REMOTE_ADDR=f"203.0.113.{number}"), address, "guess").status_code
        for number in range(TRIES_OF_LINK + 1)
    ]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {403}


def test_of_a_long_address_the_network_counts() -> None:
    assert address_row("2001:db8:1:2::1") == address_row("2001:db8:1:2:ffff::9")
    assert address_row("2001:db8:1:2::1") != address_row("2001:db8:1:3::1")


def test_only_a_hash_of_the_password_is_kept(address) -> None:
    link = ShareLink.objects.get()
    assert PASSWORD not in link.password
    assert link.password.partition("$")[0] in {"md5", "pbkdf2_sha256"}


def test_a_form_needs_its_token(stranger, address) -> None:
    assert stranger.post(f"{address}password", {"password": PASSWORD}).status_code == 403
    assert stranger.get(address).status_code == 403
