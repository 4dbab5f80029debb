"""Similar pictures and those of a colour, found in one account and kept up with its pictures."""

import pytest
from django.core.management import call_command

from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.filters import Filters, filters_from
from imagestudio.library.listing import list_page
from imagestudio.library.models import Appearance, Image
from imagestudio.library.services.appearances import look_at_waiting
from imagestudio.library.services.titles import rename
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.library.similarity import similar_to
from tests import pictures
from tests.factories import make_image

pytestmark = pytest.mark.django_db
SCENE = pictures.scene(3)
COPY = pictures.saved(SCENE, "JPEG", quality=60)


def added(membership, data, name="one"):
    return add_upload(membership=membership, received=Received(data, name)).image


@pytest.fixture
def image(creator):
    return added(creator, pictures.saved(SCENE, "PNG"))


def test_copies_are_found_and_others_are_not(creator, image):
    copy = added(creator, COPY)
    added(creator, pictures.saved(pictures.scene(4), "PNG"))
    assert [one.image for one in similar_to(image)] == [copy]
    assert similar_to(image)[0].is_same
    assert [one.image for one in similar_to(copy)] == [image]


def test_nothing_is_found_elsewhere_or_in_the_trash(creator, cast, image):
    added(cast.membership_of_stranger(), COPY)
    assert similar_to(image) == []
    copy = added(creator, COPY)
    for fields in ({"trashed_at": copy.added_at}, {"trashed_at": None, "moderation": "hidden_all"}):
        Image.objects.filter(pk=copy.pk).update(**fields)
        assert similar_to(image) == []


def test_a_plain_picture_cannot_be_compared(creator, window, team):
    plain = added(creator, pictures.png())
    added(creator, pictures.png(colour="blue"))
    assert similar_to(plain) is None
    assert b"too plain" in window.get(f"/a/{team.slug}/images/{plain.pk}/similar/").content


def test_the_page_and_the_api_show_them(creator, window, team, image):
    copy = added(creator, COPY)
    html = window.get(f"/a/{team.slug}/images/{image.pk}/similar/").content.decode()
    assert f"/images/{copy.pk}/" in html
    assert "Nearly the same" in html
    body = window.get(f"/api/v1/images/{image.pk}/similar?account={team.slug}").json()
    assert [one["image"]["id"] for one in body["items"]] == [str(copy.pk)]
    assert body["is_comparable"] is True


def found(team, creator, query):
    page = list_page(team, creator.user, filters_from({"q": query}), limit=10)
    images = Image.objects.owned_by(team).kept()
    matching = images.matching(filters_from({"q": query}), user=creator.user)
    assert {one.pk for one in page.images} == set(matching.values_list("pk", flat=True))
    return {one.title for one in page.images}


def test_pictures_are_found_by_their_colours_and_words(creator, team):
    added(creator, pictures.png(colour="red"), "rose")
    sky = added(creator, pictures.png(colour="blue"), "sky")
    added(creator, pictures.saved(pictures.corners(), "PNG"), "flag")
    assert found(team, creator, "colour:red") == {"rose", "flag"}
    assert found(team, creator, "colour:red sky") == set()
    assert found(team, creator, "colour:red colour:blue") == {"rose", "flag", "sky"}
    assert found(team, creator, "colour:purple") == set()
    rename(membership=creator, image_id=sky.pk, title="sea")
    assert found(team, creator, "colour:blue sea") == {"sea"}
    assert filters_from({"q": "colour:nonsense"}) == Filters()


def test_a_word_is_no_colour(creator, team):
    added(creator, pictures.png(colour="blue"), "red =red")
    assert found(team, creator, "colour:red") == set()
    assert found(team, creator, "blue") == set()


def test_what_was_there_before_is_looked_at_afterwards(creator, team, capsys, image):
    Appearance.objects.all().delete()
    old = make_image(team, creator.user, data=pictures.png(colour="lime"), title="old")
    broken = make_image(team, creator.user, title="broken")
    broken.file.renditions.all().delete()
    storage.save(broken.file.key, b"no picture", replace=True)
    lost = make_image(team, creator.user, title="lost")
    lost.file.renditions.all().delete()
    storage.delete(lost.file.key)
    old.file.renditions.all().delete()
    call_command("look_at_pictures")
    assert "3 pictures were looked at." in capsys.readouterr().out
    assert similar_to(image) == []  # there it is again
    assert Appearance.objects.get(file=broken.file).palette == []
    assert not Appearance.objects.filter(file=lost.file).exists()
    assert found(team, creator, "colour:green old") == {"old"}
    assert look_at_waiting(seconds=9) == 0


def test_the_pictures_page_shows_its_colours(creator, window, team):
    image = added(creator, pictures.saved(pictures.corners(), "PNG"))
    html = window.get(f"/a/{team.slug}/images/{image.pk}/").content.decode()
    assert 'fill="#ff0000"' in html
    assert "?colour=red" in html


@pytest.fixture
def window(cast):
    return cast.signed_in(Role.CREATOR)
