"""A change of thousands of pictures: in slices, killed between them, stopped, and side by side."""

import time
from datetime import timedelta
from itertools import count
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Membership, Role
from imagestudio.accounts.services.members import remove_member
from imagestudio.events.models import Event
from imagestudio.events.services import Happening, record
from imagestudio.library.models import AlbumItem, Change, Favourite, Image, ImageTag, Tag
from imagestudio.library.selection import Selection
from imagestudio.library.services.albums import album_of, create_album, edit_album, tell
from imagestudio.library.services.changes import (
    forget_changes,
    go_on_with_changes,
    undo_change,
    work_off,
)
from imagestudio.library.services.changes.working import lock_target, next_slice
from imagestudio.library.services.locking import lock_images
from imagestudio.library.services.tags import move_tag, remove_tag
from tests.factories import make_copies, make_image
from tests.threads import at_once

MANY = 2300  # two full slices and a part of one


@pytest.fixture
def lay(creator):
    """Return a way to lay so many pictures, of which nothing else is in the library."""

    def laid(number):
        one = make_image(creator.account, creator.user)
        copies = make_copies(one, number)
        Image.objects.filter(pk=one.pk).update(trashed_at=Now())
        return copies

    return laid


def jobs():
    rows = ProcrastinateJob.objects.filter(task_name="library.change", status="todo")
    return [row.args["change_id"] for row in rows]


@pytest.mark.django_db
def test_the_first_thousand_are_changed_at_once_and_a_worker_does_the_rest(change, lay):
    lay(MANY)
    made = change("tag", selection=Selection.of_all(""), tag="sea")
    assert (made.state, made.changed, jobs()) == ("running", 1000, [str(made.pk)])
    assert not Event.objects.filter(type="library.changed").exists()
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.changed, made.done, made.total) == ("done", MANY, MANY, MANY)
    assert ImageTag.objects.count() == MANY
    assert Event.objects.filter(type="library.changed").count() == 1


@pytest.mark.django_db
def test_nobody_goes_on_for_a_member_who_may_not_any_more(change, creator, lay):
    made = change("trash", *lay(MANY))
    Membership.objects.filter(pk=creator.pk).update(role=Role.VIEWER)
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.changed, made.can_be_undone) == ("done", 1000, True)


@pytest.mark.django_db
def test_what_was_killed_is_gone_on_with_and_undone_whole(change, creator, lay):
    made = change("trash", *lay(MANY))
    assert next_slice(made.pk)
    assert go_on_with_changes() == 0  # somebody is at work on it
    Change.objects.update(touched_at=Now() - timedelta(minutes=2))
    assert go_on_with_changes() == 1
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.changed) == ("done", MANY)

    undo_change(membership=creator, change_id=made.pk)
    assert next_slice(made.pk)
    work_off(change_id=made.pk)
    work_off(change_id=made.pk)  # once more is nothing more
    made.refresh_from_db()
    assert (made.state, made.undone) == ("undone", MANY)
    assert Image.objects.in_trash().count() == 1


@pytest.mark.django_db
def test_nobody_goes_on_undoing_for_a_member_who_may_not_any_more(change, creator, admin, lay):
    made = change("trash", *lay(MANY))
    work_off(change_id=made.pk)
    undo_change(membership=creator, change_id=made.pk)
    remove_member(membership=admin, user_id=creator.user_id)
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.undone, made.can_be_undone) == ("done", 1000, True)
    undo_change(membership=admin, change_id=made.pk)  # the rest, though whoever asked has gone
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.undone) == ("undone", MANY)
    assert Image.objects.in_trash().count() == 1


@pytest.mark.django_db
def test_undoing_stops_what_is_still_at_work(change, creator, lay):
    lay(1001)
    made = change("favourite", selection=Selection.of_all(""))
    undone = undo_change(membership=creator, change_id=made.pk)
    work_off(change_id=made.pk)
    undone.refresh_from_db()
    assert (undone.state, undone.changed, undone.undone) == ("undone", 1000, 1000)
    assert not Favourite.objects.exists()


@pytest.mark.django_db
def test_an_album_keeps_the_order_across_slices(change, creator, lay):
    many = lay(1002)
    album = create_album(membership=creator, name="All")
    made = change("add_to_album", selection=Selection.of_all(""), album_id=album.pk)
    work_off(change_id=made.pk)
    items = AlbumItem.objects.filter(album=album).order_by("position", "id")
    assert list(items.values_list("image", flat=True)) == [one.pk for one in many]


@pytest.mark.django_db
def test_a_change_whose_tag_is_taken_away_ends_where_it_is(change, admin, lay):
    lay(2001)
    made = change("tag", selection=Selection.of_all(""), tag="sea")
    remove_tag(membership=admin, tag_id=made.tag_id)
    move_tag(tag_id=made.tag_id)
    work_off(change_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.tag, made.done, made.total) == ("done", None, 1000, 1000)
    assert not ImageTag.objects.exists()
    change("tag", *Image.objects.kept()[:2], tag="sea")
    taken = change("untag", selection=Selection.of_all(""), tag="sea")
    Change.objects.filter(pk=taken.pk).update(state="undoing", tag=None)
    work_off(change_id=taken.pk)
    taken.refresh_from_db()
    assert taken.state == "undone"


@pytest.mark.django_db
def test_old_changes_are_forgotten(change, lay):
    many = lay(6)
    old = change("trash", *many[:3])
    new = change("trash", *many[3:6])
    Change.objects.filter(pk=old.pk).update(made_at=Now() - timedelta(days=31))
    assert forget_changes() == 1
    assert list(Change.objects.all()) == [new]


def test_pictures_are_locked_in_one_order(rows, creator):
    """Whoever waits for the first picture holds none of the others yet."""
    images = make_copies(make_image(creator.account, creator.user), 12)
    ids = sorted(one.pk for one in images)
    locked = []

    def lock_all():
        with transaction.atomic():
            locked.extend(lock_images(Image.objects.all(), reversed(ids)))
        connection.close()

    other = Thread(target=lock_all)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        lock_images(Image.objects.all(), ids[:1])
        other.start()
        until_somebody_waits(cursor)
        assert len(lock_images(Image.objects.all(), ids[1:])) == 11
    other.join()
    assert len(locked) == 12


def until_somebody_waits(cursor):
    """Return when another connection to this database waits for a lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(waiting)
        if cursor.fetchone()[0]:
            return
    raise AssertionError("Nobody waits.")


def test_a_new_album_is_told_of_behind_the_pictures(rows, change, creator, images):
    """Who waits for a picture does not hold the stream of events, which its holder needs next."""

    def place():
        change("add_to_album", *images, new_album="Sea")
        connection.close()

    other = Thread(target=place)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        lock_images(Image.objects.all(), [images[0].pk])
        other.start()
        until_somebody_waits(cursor)
        record(Happening(creator.account.pk, "image.changed", {"image": str(images[0].pk)}))
    other.join()
    told = Event.objects.order_by("pk").values_list("type", flat=True)
    assert sorted(told)[-3:] == ["album.changed", "image.changed", "library.changed"]


def test_a_named_album_moves_before_it_is_told_of(rows, creator):
    inner, outer = (create_album(membership=creator, name=one) for one in ("Inner", "Outer"))

    def edit():
        wanted = {"name": "Within", "parent": outer.pk}
        edit_album(membership=creator, album_id=inner.pk, wanted=wanted)
        connection.close()

    other = Thread(target=edit)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        album_of(account=creator.account, album_id=outer.pk)
        other.start()
        until_somebody_waits(cursor)
        tell(outer)
    other.join()
    inner.refresh_from_db()
    assert (inner.name, inner.parent) == ("Within", outer)


def test_a_tag_is_taken_away_behind_the_changes_that_are_about_it(rows, change, admin, images):
    made = change("tag", *images, tag="sea")

    def remove():
        remove_tag(membership=admin, tag_id=made.tag_id)
        connection.close()

    other = Thread(target=remove)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        locked = Change.objects.select_for_update(no_key=True).get(pk=made.pk)
        other.start()
        until_somebody_waits(cursor)
        lock_target(locked)
    other.join()
    assert not Tag.objects.exists()


def test_deeds_on_the_same_pictures_never_wait_in_a_ring(rows, change, creator, admin):
    """With tags of one's own and trashing, so that nothing but the pictures' rows is common."""
    images = make_copies(make_image(creator.account, creator.user), 100)
    people, number = [creator, admin], count()

    def work():
        mine = next(number)
        by = people[mine]
        for _ in range(4):
            tagged = change("tag", *images, by=by, tag=f"of {mine}")
            trashed = change("trash", *images[mine * 40 : mine * 40 + 60], by=by)
            undo_change(membership=by, change_id=trashed.pk)
            undo_change(membership=by, change_id=tagged.pk)
        return mine

    assert sorted(at_once(2, work)) == [0, 1]
    assert not Change.objects.at_work().exists()
