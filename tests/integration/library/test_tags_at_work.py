"""Tags of many pictures that are renamed, merged, removed: in slices, whatever becomes of jobs."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now

from imagestudio.library.exceptions import NoSuchTag, TagTaken
from imagestudio.library.models import Image, ImageTag, Tag
from imagestudio.library.services import indexing, tags
from imagestudio.library.services.tags import go_on_with_tags, remove_tag, rename_tag
from tests.factories import make_copies


@pytest.fixture
def lost(monkeypatch) -> list[Callable[[], None]]:
    """Cut slices short and return the jobs, which nobody does by himself."""
    deeds = {tags.MOVE: tags.move_tag, tags.INDEX_TAG: indexing.index_tag}
    jobs: list[Callable[[], None]] = []

    def enqueue(name: str, *, tag_id: str) -> None:
        jobs.append(lambda: deeds[name](tag_id=UUID(tag_id)))

    for module in (tags, indexing):
        monkeypatch.setattr(module, "SLICE", 2)
        monkeypatch.setattr(module, "enqueue", enqueue)
    return jobs


@pytest.fixture
def tagged(creator, images):
    """Return a way to make a tag of this name that five more pictures have."""

    def make(name: str) -> Tag:
        tag = Tag.objects.create(account=creator.account, name=name, folded=name.casefold())
        many = make_copies(images[0], 5)
        ImageTag.objects.bulk_create(
            ImageTag(tag=tag, image=one, added_at=one.added_at) for one in many
        )
        indexing.index_images(image_ids=[one.pk for one in many])
        return tag

    return make


def swept(jobs: list[Callable[[], None]]) -> int:
    """Lose all jobs, let time pass, do what the sweep hands out, and return how much that was."""
    jobs.clear()
    assert go_on_with_tags() == 0
    Tag.objects.exclude(worked_at=None).update(worked_at=Now() - timedelta(minutes=11))
    found = go_on_with_tags()
    assert go_on_with_tags() == 0
    while jobs:
        jobs.pop(0)()
    return found


def names_found(account) -> dict[str, int]:
    """Return how many pictures are found by each of the names."""
    library = Image.objects.owned_by(account)
    return {name: library.searched(name + " ").count() for name in ("Sea", "Shore", "Sand")}


def test_a_new_name_reaches_all_pictures_though_the_job_is_lost(lost, tagged, creator):
    tag = rename_tag(membership=creator, tag_id=tagged("Sea").pk, name="Shore")
    assert names_found(creator.account)["Shore"] == 2
    assert swept(lost) == 1
    assert names_found(creator.account) == {"Sea": 0, "Shore": 5, "Sand": 0}
    tag.refresh_from_db()
    assert (tag.worked_at, tag.indexed_to) == (None, None)
    assert swept(lost) == 0


def test_a_tag_that_was_removed_goes_though_the_job_is_lost(lost, tagged, admin, creator):
    tag = tagged("Sea")
    remove_tag(membership=admin, tag_id=tag.pk)
    assert ImageTag.objects.count() == 3
    with pytest.raises(NoSuchTag):
        rename_tag(membership=creator, tag_id=tag.pk, name="Shore")
    assert swept(lost) == 1
    assert not Tag.objects.exists()
    assert not ImageTag.objects.exists()


def test_what_is_merged_on_the_way_ends_where_the_last_one_leads(lost, tagged, creator):
    sea, shore, sand = tagged("Sea"), tagged("Shore"), tagged("Sand")
    rename_tag(membership=creator, tag_id=sea.pk, name="Shore", merge=True)
    with pytest.raises(TagTaken):
        rename_tag(membership=creator, tag_id=sand.pk, name="Sea", merge=True)
    rename_tag(membership=creator, tag_id=shore.pk, name="Sand", merge=True)
    assert swept(lost) == 2
    assert list(Tag.objects.all()) == [sand]
    assert names_found(creator.account) == {"Sea": 0, "Shore": 0, "Sand": 15}


def test_a_tag_waits_for_those_that_are_merged_into_it(lost, tagged, creator):
    sea, shore, sand = tagged("Sea"), tagged("Shore"), tagged("Sand")
    rename_tag(membership=creator, tag_id=sea.pk, name="Shore", merge=True)
    rename_tag(membership=creator, tag_id=shore.pk, name="Sand", merge=True)
    tags.move_tag(tag_id=shore.pk)
    assert Tag.objects.filter(pk=shore.pk).exists()
    lost.clear()
    tags.move_tag(tag_id=sea.pk)
    (job,) = lost
    job()
    assert list(Tag.objects.all()) == [sand]
    assert ImageTag.objects.filter(tag=sand).count() == 15
