"""Jobs of the library."""

import json
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.jobs import queue_of
from imagestudio.library.services import changes, tags
from imagestudio.library.services.albums import forget_albums
from imagestudio.library.services.appearances import look_at_waiting
from imagestudio.library.services.counts import fold_counts as do_fold_counts
from imagestudio.library.services.indexing import index_tag as do_index_tag
from imagestudio.library.services.indexing import index_waiting
from imagestudio.library.services.purge import free_files, purge_old
from imagestudio.library.services.renditions import make_renditions

AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)  # each slice is done once, whatever fails


@app.task(
    name="library.render",
    queue=queue_of("library.render"),
    retry=RetryStrategy(max_attempts=3, exponential_wait=4),
)
def render(*, data: str, **_event: str) -> None:
    """Make the larger renditions of an image that has entered the library."""
    make_renditions(image_id=UUID(json.loads(data)["image"]))


@app.task(name="library.change", queue=queue_of("library.change"), retry=AGAIN)
def change(*, change_id: str) -> None:
    """Go on with a change of many pictures, or with undoing it."""
    changes.work_off(change_id=UUID(change_id))


@app.task(name="library.move_tag", queue=queue_of("library.move_tag"), retry=AGAIN)
def move_tag(*, tag_id: str) -> None:
    """Go on with giving the pictures of a tag to another, or to none."""
    tags.move_tag(tag_id=UUID(tag_id))


@app.task(name="library.free", queue=queue_of("library.free"), retry=AGAIN)
def free() -> None:
    """Remove the bytes of pictures that were removed for good."""
    free_files()


@app.periodic(cron="* * * * *")
@app.task(name="library.upkeep", queue=queue_of("library.upkeep"), queueing_lock="library.upkeep")
def upkeep(timestamp: int) -> None:
    """Hand changes and tags that nobody is at work on to a worker, every minute."""
    _ = timestamp
    changes.go_on_with_changes()
    tags.go_on_with_tags()


@app.periodic(cron="37 * * * *")
@app.task(name="library.purge", queue=queue_of("library.purge"), queueing_lock="library.purge")
def purge(timestamp: int) -> None:
    """Remove what was in the trash for too long, and what can no more be undone, every hour."""
    _ = timestamp
    purge_old()
    free_files()
    changes.forget_changes()
    forget_albums()


@app.periodic(cron="* * * * *")
@app.task(
    name="library.fold_counts",
    queue=queue_of("library.fold_counts"),
    queueing_lock="library.fold_counts",
)
def fold_counts(timestamp: int) -> None:
    """Add up what came to libraries and left them, every minute."""
    _ = timestamp
    do_fold_counts()


@app.periodic(cron="* * * * *")
@app.task(name="library.index", queue=queue_of("library.index"), queueing_lock="library.index")
def index(timestamp: int) -> None:
    """Take pictures into the index of words that are not in it yet, for half a minute at most."""
    _ = timestamp
    index_waiting(seconds=30)


@app.task(name="library.index_tag", queue=queue_of("library.index_tag"), retry=AGAIN)
def index_tag(*, tag_id: str) -> None:
    """Go on with taking a tag's new name into the index."""
    do_index_tag(tag_id=UUID(tag_id))


@app.periodic(cron="13 * * * *")
@app.task(name="library.look", queue=queue_of("library.look"), queueing_lock="library.look")
def look(timestamp: int) -> None:
    """Look at pictures from before it was known what they look like, for minutes of each hour."""
    _ = timestamp
    look_at_waiting(seconds=600)
