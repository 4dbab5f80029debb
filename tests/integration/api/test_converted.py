"""GET /api/v1/images/{id}/converted: a copy in another format and size."""

import pytest
from django.test import Client
from PIL import Image as Pillow

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from imagestudio.library.services import conversions
from tests.factories import Cast, make_image, paint
from tests.pictures import opened


@pytest.fixture
def image(cast: Cast) -> Image:
    return make_image(cast.team, cast.user(Role.OWNER), data=paint(40, 30), title="Füchse")


def ask(api: Client, image: Image, **query: object):
    headers = query.pop("headers", {})
    return api.get(f"/api/v1/images/{image.pk}/converted", query, headers=headers)


def test_it_is_a_file_with_a_good_name(api: Client, image: Image) -> None:
    answer = ask(api, image, format="jpeg", side=20)
    picture: Pillow.Image = opened(b"".join(answer))
    assert (picture.format, picture.size) == ("JPEG", (20, 15))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''F%C3%BCchse.jpg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_who_has_it_is_told_so_without_making_it_again(
    api: Client, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(api, image, format="webp", side=20)
    b"".join(first)
    monkeypatch.setattr(conversions, "PATIENCE", 0)
    with conversions._turn():  # nobody else gets a turn now
        again = ask(api, image, format="webp", side=20, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again["ETag"]) == (304, first["ETag"])
        other = ask(api, image, format="webp", side=21, headers={"If-None-Match": first["ETag"]})
        assert (other.status_code, other.json()["code"]) == (503, "conversions_busy")
        assert int(other["Retry-After"]) >= 0


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"format": "gif"},
        {"format": "png", "side": "0"},
        {"format": "png", "side": "8193"},
        {"format": "jpeg", "quality": "0"},
        {"format": "jpeg", "quality": "101"},
        {"format": "png", "side": "9" * 400},
        {"format": "png", "wider": "1"},
    ],
    ids=str,
)
def test_what_no_picture_can_be_is_422(api: Client, image: Image, query: dict[str, str]) -> None:
    assert ask(api, image, **query).status_code == 422


def test_a_picture_whose_bytes_are_gone_is_404(api: Client, image: Image) -> None:
    conversions.storage.delete(image.file.key)
    answer = ask(api, image, format="png")
    assert (answer.status_code, answer.json()["code"]) == (404, "bytes_missing")
