"""Changes of many pictures: what they really change, and undoing just that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.exceptions import NoSuchAccount, RoleTooLow
from imagestudio.accounts.models import Role
from imagestudio.accounts.services.members import change_role, remove_member
from imagestudio.events.models import Event
from imagestudio.library.exceptions import (
    BadAlbum,
    BadTag,
    CannotBeUndone,
    NoSuchAlbum,
    NoSuchChange,
    NoSuchImage,
    NoSuchTag,
)
from imagestudio.library.models import AlbumItem, Change, Favourite, Image, ImageTag
from imagestudio.library.selection import Selection
from imagestudio.library.services.albums import create_album
from imagestudio.library.services.changes import undo_change
from imagestudio.library.templatetags.changes import in_words
from tests.factories import make_image

pytestmark = pytest.mark.django_db

NOW = timezone.now


def tagged(name):
    """Return the titles of what has a tag."""
    return set(ImageTag.objects.filter(tag__name=name).values_list("image__title", flat=True))


def undo(change, by):
    return undo_change(membership=by, change_id=change.pk)


def test_trash_and_undo(change, creator, images):
    one, two, three = images
    made = change("trash", one, two)
    assert (made.state, made.changed) == ("done", 2)
    assert set(Image.objects.owned_by(creator.account).kept()) == {three}
    assert set(Image.objects.in_trash().values_list("trashed_by", flat=True)) == {creator.user.pk}
    assert (undo(made, creator).state, made.pk) == ("undone", made.pk)
    assert set(Image.objects.owned_by(creator.account).kept()) == set(images)


def test_undoing_a_tag_leaves_those_that_had_it_before(change, creator, images):
    change("tag", images[0], tag="Été")
    made = change("tag", *images, tag="ete")
    assert made.changed == 2
    assert tagged("Été") == {"Number 0", "Number 1", "Number 2"}
    undo(made, creator)
    assert tagged("Été") == {"Number 0"}


def test_undoing_leaves_what_somebody_changed_again(change, creator, admin, images):
    one, two, three = images
    trashed = change("trash", *images)
    change("restore", one, two, by=admin)
    change("trash", two, by=admin)
    undone = undo(trashed, creator)
    assert undone.undone == 1
    assert set(Image.objects.owned_by(creator.account).kept()) == {one, three}


def test_undoing_untag_restore_and_favourite(change, creator, images):
    change("tag", *images[:2], tag="sea")
    gone = change("untag", *images, tag="SEA")
    assert (gone.changed, tagged("sea")) == (2, set())
    undo(gone, creator)
    assert tagged("sea") == {"Number 0", "Number 1"}

    change("trash", *images)
    back = change("restore", *images)
    undo(back, creator)
    assert Image.objects.in_trash().count() == 3
    undo(change("restore", images[0]), creator)

    change("restore", *images)
    liked = change("favourite", *images[:2])
    disliked = change("unfavourite", images[0])
    undo(disliked, creator)
    assert Favourite.objects.count() == 2
    undo(liked, creator)
    assert list(Favourite.objects.values_list("image", flat=True)) == [images[0].pk]


def test_an_album_gets_its_pictures_behind_the_others_and_back_in_their_places(
    change, creator, images
):
    one, two, three = images
    album = create_album(membership=creator, name="Sea")

    def order():
        items = AlbumItem.objects.filter(album=album).order_by("position")
        return [item.image for item in items.select_related("image")]

    change("add_to_album", two, album_id=album.pk)
    made = change("add_to_album", three, two, one, album_id=album.pk)
    assert (made.changed, order()) == (2, [two, three, one])
    gone = change("remove_from_album", three, two, album_id=album.pk)
    assert order() == [one]
    undo(gone, creator)
    assert order() == [two, three, one]
    undo(made, creator)  # what was put back since is another item, and stays
    assert order() == [two, three]


def test_a_new_album_is_made_with_the_change(change, images):
    made = change("add_to_album", *images, new_album="  Holi\tdays ")
    assert made.album.name == "Holi days"
    assert made.album.items.count() == 3


def test_all_that_match_as_of_the_moment_of_asking(change, creator, images):
    until = NOW() - timedelta(hours=1)
    Image.objects.exclude(pk=images[2].pk).update(added_at=until)
    made = change("trash", selection=Selection.of_all("origin=uploaded", until))
    assert made.changed == 2
    assert change("restore", selection=Selection.of_all("")).changed == 2
    Image.objects.update(added_at=NOW() + timedelta(hours=1))  # nobody asks for what is to come
    later = Selection.of_all("", NOW() + timedelta(days=1))
    assert change("trash", selection=later).changed == 0


def test_it_is_one_event(change, creator, images):
    before = Event.objects.count()
    made = change("trash", *images)
    event = Event.objects.order_by("seq").last()
    assert Event.objects.count() == before + 1
    assert (event.type, event.data) == (
        "library.changed",
        {"change": str(made.pk), "deed": "trash", "count": 3},
    )
    undo(made, creator)
    assert Event.objects.order_by("seq").last().data["deed"] == "restore"


def test_nothing_of_others_is_changed(change, cast, images):
    foreign = make_image(cast.others, cast.user("stranger"))
    Image.objects.filter(pk=foreign.pk).update(trashed_at=NOW())
    for kind in ("trash", "restore", "purge", "favourite", "tag", "add_to_album"):
        wanted = {"tag": {"tag": "x"}, "add_to_album": {"new_album": "x"}}.get(kind, {})
        by = cast.membership(Role.OWNER)
        with pytest.raises(NoSuchImage):
            change(kind, foreign, by=by, **wanted)
        change(kind, images[0], foreign, by=by, **wanted)
    foreign.refresh_from_db()
    assert (foreign.trashed_at is None, foreign.purged_at) == (False, None)
    assert not ImageTag.objects.filter(image=foreign).exists()
    assert not AlbumItem.objects.filter(image=foreign).exists()
    assert not Favourite.objects.filter(image=foreign).exists()


def test_nothing_of_others_is_named(change, cast, creator, images):
    stranger = cast.membership_of_stranger()
    theirs = create_album(membership=stranger, name="Theirs")
    with pytest.raises(NoSuchAlbum):
        change("add_to_album", *images, album_id=theirs.pk)
    made = change("trash", images[0])
    with pytest.raises(NoSuchChange):
        undo(made, stranger)
    liked = change("favourite", images[1])
    with pytest.raises(NoSuchChange):
        undo(liked, cast.membership(Role.ADMIN))


def test_it_says_what_it_left_alone_and_why(change, creator, images):
    one, two, three = images
    album = create_album(membership=creator, name="Foxes")
    change("add_to_album", one, two, album_id=album.pk)
    made = change("add_to_album", *images, album_id=album.pk)
    assert (made.changed, made.unchanged, made.missing) == (1, 2, 0)
    assert in_words(made) == "1 picture added to “Foxes”. 2 pictures were in “Foxes” already."
    again = change("add_to_album", three, album_id=album.pk)
    assert in_words(again) == "Nothing changed. 1 picture was in “Foxes” already."
    assert not again.can_be_undone
    for kind, wanted, words in [
        ("tag", {"tag": "sea"}, "tagged “sea” already"),
        ("favourite", {}, "marked as favourite already"),
    ]:
        change(kind, *images, **wanted)
        assert in_words(change(kind, one, **wanted)) == f"Nothing changed. 1 picture was {words}."
        change(f"un{kind}", *images, **wanted)
    for kind, wanted, words in [
        ("untag", {"tag": "sea"}, "not tagged “sea”"),
        ("unfavourite", {}, "not marked as favourite"),
        ("remove_from_album", {"album_id": album.pk}, "not in “Foxes”"),
    ]:
        change(kind, *images, **wanted)
        assert in_words(change(kind, one, **wanted)) == f"Nothing changed. 1 picture was {words}."
    change("trash", one)
    gone = change("trash", one, two)
    assert (gone.changed, gone.unchanged, gone.missing) == (1, 0, 1)
    assert in_words(gone) == "1 picture moved to the trash. 1 picture was not in the library."
    back = change("restore", *images)
    assert in_words(back) == "2 pictures restored. 1 picture was not in the trash."
    nothing = change("trash", selection=Selection.of_all("q=nowhere"))
    assert in_words(nothing) == "Nothing changed. No picture matches."


def test_who_undoes_must_be_allowed_to_at_that_time(change, cast, creator, admin, images):
    made = change("trash", *images)
    viewer = cast.membership(Role.VIEWER)
    with pytest.raises(RoleTooLow):
        undo(made, viewer)
    change_role(membership=admin, user_id=creator.user_id, role=Role.VIEWER)
    with pytest.raises(RoleTooLow):
        undo(made, creator)  # as read before
    remove_member(membership=admin, user_id=creator.user_id)
    with pytest.raises(NoSuchAccount):
        undo(made, creator)
    assert Image.objects.in_trash().count() == 3
    undo(made, admin)
    liked = change("favourite", *images, by=viewer)
    assert undo(liked, viewer).undone == 3


def test_who_may_what(change, cast, images):
    viewer = cast.membership(Role.VIEWER)
    assert change("favourite", *images, by=viewer).changed == 3
    for kind in ("trash", "restore", "tag", "untag", "add_to_album", "remove_from_album"):
        with pytest.raises(RoleTooLow):
            change(kind, *images, by=viewer, tag="x", new_album="x")
    made = change("trash", *images)
    with pytest.raises(RoleTooLow):
        undo(made, viewer)
    with pytest.raises(RoleTooLow):
        change("purge", *images)
    assert change("purge", *images, by=cast.membership(Role.ADMIN)).changed == 3


def test_what_cannot_be_done(change, creator, images):
    with pytest.raises(BadTag):
        change("tag", *images, tag=" ")
    with pytest.raises(BadTag):
        change("tag", *images, tag="x" * 51)
    with pytest.raises(NoSuchTag):
        change("untag", *images, tag="nowhere")
    with pytest.raises(BadAlbum):
        change("add_to_album", *images)
    made = change("trash", *images)
    undo(made, creator)
    with pytest.raises(CannotBeUndone):
        undo(made, creator)
    assert Change.objects.count() == 1
