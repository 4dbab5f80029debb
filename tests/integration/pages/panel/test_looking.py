"""A case, and its picture: covered at first, and never seen unnoticed."""

import re

from imagestudio.library.models import Image
from imagestudio.moderation.models import AuditEntry, Case
from imagestudio.moderation.services.publishing import publish, withdraw
from tests.factories import (
    make_image,
    make_user,
)
from tests.integration.pages.panel.steps import PART, bytes_of, page, send, verbs


def test_a_case_shows_all_that_is_known_and_nothing_of_the_picture(cast, desk, case, image):
    shown = page(desk, f"cases/{case.pk}/")

    for words in (
        "Reported picture",
        "Look at it.",
        "nothing decided yet",
        "Open a case on the person",
    ):
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


def test_the_words_that_would_be_published_are_shown_whatever_it_is_called_by_now(cast, desk):
    author = cast.membership("creator")
    image = make_image(author.account, author.user, title="A slur", prompt="in <b>blood</b>")
    publish(membership=author, image_id=image.pk, shows_prompt=True, shows_name=True)
    Image.objects.filter(pk=image.pk).update(title="A lamb", prompt="")
    address = f"cases/{Case.objects.get(image=image).pk}/"

    shown = page(desk, address)

    assert "Everybody would read" in shown
    for words in ("A slur", "in &lt;b&gt;blood&lt;/b&gt;", author.account.name, "A lamb"):
        assert words in shown
    told = desk.get(f"/api/v1/moderation/{address.rstrip('/')}").json()
    assert told["publication"] == {
        "title": "A slur", "prompt": "in <b>blood</b>", "name": author.account.name
    }  # fmt: skip
    withdraw(membership=author, image_id=image.pk)
    assert "A slur" not in page(desk, address)
