"""Removing for good: what goes, what stays, who may need it still, and being killed on the way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from generations.exceptions import StateForbids
from generations.models import Source, State
from generations.services.deeds import cancel, retry
from generations.services.sources import let_go
from imagestudio.library import storage
from imagestudio.library.models import (
    Album,
    AlbumItem,
    Derivation,
    File,
    Image,
    ImageTag,
    Rendition,
    ShareLink,
)
from imagestudio.library.services.albums import set_cover
from imagestudio.library.services.purge import free_files, purge_images, purge_old
from imagestudio.library.services.uploads import Received, add_upload
from tests.factories import make_generation, make_image, paint


def trash(*images, days=0):
    keys = [one.pk for one in images]
    Image.objects.filter(pk__in=keys).update(trashed_at=Now() - timedelta(days=days))


def purge(*images):
    """Remove what is in the trash for good, as a worker does."""
    with transaction.atomic():
        purged = purge_images([one.pk for one in images])
    free_files()
    return len(purged)


def keys_of(image):
    return [image.file.key, *image.file.renditions.values_list("key", flat=True)]


def are_stored(keys):
    return {storage.exists(key) for key in keys}


def test_the_texts_and_bytes_go_and_the_history_stays(rows, change, creator, images):
    parent, child, other = images
    Derivation.objects.create(account=creator.account, child=child, parent=parent, position=1)
    change("tag", parent, tag="sea")
    made = change("add_to_album", parent, other, new_album="Sea")
    set_cover(membership=creator, album_id=made.album_id, image_id=parent.pk)
    change("favourite", parent)
    link = ShareLink.objects.create(
        account=creator.account, image=parent, hash=b"h", hint="h", made_by=creator.user
    )
    keys = keys_of(parent)
    trash(parent)
    assert purge(parent) == 1

    parent.refresh_from_db()
    assert (parent.file, parent.title, parent.prompt) == (None, "", "")
    assert parent.purged_at
    assert are_stored(keys) == {False}
    assert child.parents.get().parent == parent
    assert list(AlbumItem.objects.values_list("image", flat=True)) == [other.pk]
    assert Album.objects.get().cover is None
    assert not ImageTag.objects.exists()
    link.refresh_from_db()
    assert link.revoked_at
    assert Image.objects.owned_by(creator.account).count() == 2


def test_only_what_was_in_the_trash_for_long(rows, images, settings):
    old, new, kept = images
    trash(old, days=settings.TRASH_DAYS + 1)
    trash(new, days=settings.TRASH_DAYS - 1)
    assert purge_old() == 1
    assert list(Image.objects.filter(purged_at=None).order_by("pk")) == [new, kept]
    assert File.objects.count() == 2


def test_nothing_outside_the_trash_nor_what_is_held(db, images):
    _seen, hidden, held = images
    trash(hidden, held)
    Image.objects.filter(pk=hidden.pk).update(moderation="hidden_all")
    Image.objects.filter(pk=held.pk).update(moderation="quarantined_legal")
    assert purge(*images) == 0
    assert File.objects.filter(unused_at=None).count() == 3


def test_bytes_that_another_picture_has_stay(rows, creator):
    data = paint()
    old = make_image(creator.account, creator.user, data=data)
    trash(old)
    again = add_upload(membership=creator, received=Received(data, "again.png"))
    assert (again.is_new, again.image.file) == (True, old.file)
    purge(old)
    assert are_stored(keys_of(again.image)) == {True}
    trash(again.image)
    purge(again.image)
    assert not File.objects.exists()
    fresh = add_upload(membership=creator, received=Received(data, "fresh.png"))
    assert fresh.is_new
    assert storage.read(fresh.image.file.key)


def test_a_picture_is_uploaded_again_while_its_bytes_are_about_to_go(rows, creator):
    data = paint()
    old = add_upload(membership=creator, received=Received(data)).image
    trash(old)
    with transaction.atomic():
        purge_images([old.pk])
    assert File.objects.get().unused_at
    new = add_upload(membership=creator, received=Received(data)).image
    assert free_files() == 0
    assert new.file.unused_at is None
    assert storage.read(new.file.key)


def test_renditions_of_bytes_that_are_stored_twice_stay_with_theirs(rows, creator):
    data = paint()
    first = add_upload(membership=creator, received=Received(data)).image
    made = make_generation(creator, state=State.COMPLETED).image  # without a rendition yet
    File.objects.filter(pk=first.file_id).update(sha256=b"?" * 32)
    File.objects.filter(pk=made.file_id).update(sha256=first.file.sha256)
    File.objects.filter(pk=first.file_id).update(received_sha256=b"?" * 32)
    again = add_upload(membership=creator, received=Received(data)).image
    assert again.file == made.file
    assert are_stored(Rendition.objects.values_list("key", flat=True)) == {True}


def test_who_was_killed_leaves_a_mark_for_the_next(rows, images):
    keys = [key for one in images for key in keys_of(one)]
    trash(*images)
    with transaction.atomic():
        purge_images([one.pk for one in images])
    assert are_stored(keys) == {True}  # killed here: no row without its bytes
    assert free_files() == 3
    assert are_stored(keys) == {False}
    assert not Rendition.objects.exists()
    assert free_files() == 0


def test_an_open_generation_keeps_its_source_until_it_ends(rows, creator, images):
    source = images[0]
    waiting = make_generation(creator, state=State.QUEUED, sources=[source])
    failed = make_generation(creator, state=State.FAILED, sources=[source])
    keys = keys_of(source)
    trash(source)
    purge(source)
    assert are_stored(keys) == {True}
    assert Source.objects.get(generation=waiting).file
    cancel(membership=creator, generation_id=waiting.pk)
    assert free_files() == 1
    assert are_stored(keys) == {False}
    assert set(Source.objects.values_list("file", flat=True)) == {None}
    with pytest.raises(StateForbids):
        retry(membership=creator, generation_id=failed.pk)


def test_what_is_asked_for_while_others_let_go_keeps_its_source(rows, creator, images):
    source = images[0]
    failed = make_generation(creator, state=State.FAILED, sources=[source])
    asked = []

    def ask(execute, statement, *more):
        answer = execute(statement, *more)
        if not asked and "FOR NO KEY UPDATE" in statement:
            asked.append(None)
            asked.append(make_generation(creator, sources=[source]))
        return answer

    with transaction.atomic(), connection.execute_wrapper(ask):
        assert let_go([source.file_id]) == {source.file_id}
    assert Source.objects.get(generation=asked[1]).file == source.file
    assert Source.objects.get(generation=failed).file == source.file


def test_a_deed_of_purging_frees_the_bytes_by_a_job(rows, change, admin, images):
    trash(*images)
    made = change("purge", *images, by=admin)
    assert (made.changed, made.can_be_undone) == (3, False)
    assert free_files() == 3
