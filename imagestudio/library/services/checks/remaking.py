"""Making the renditions again that are missing: their originals are there."""

from imagestudio.errors import StudioError
from imagestudio.library import storage
from imagestudio.library.imaging import COVERED, cover, render
from imagestudio.library.models import Rendition, StorageCheck
from imagestudio.library.services.checks.comparing import Kind, Say
from imagestudio.library.storage import StorageUnavailable


def remake(*, run: StorageCheck, say: Say = lambda _: None) -> int:
    """Make the renditions anew that a check has found missing; return how many were made.

    One that cannot be made, because its original is missing too, stays a finding. Raises
    StorageUnavailable.
    """
    made = 0
    found = run.findings.filter(kind=Kind.MISSING_RENDITION).order_by("key")
    for one in found.iterator(chunk_size=100):
        rendition = Rendition.objects.select_related("file").filter(key=one.key).first()
        if rendition is None:
            continue
        try:
            make_again(rendition)
        except StorageUnavailable:
            raise
        except StudioError as error:
            say(f"{one.key} cannot be made again: {error}")
        else:
            one.delete()
            made += 1
    return made


def make_again(rendition: Rendition) -> None:
    """Store a rendition under its key once more. Raises the errors of `imaging` and `storage`."""
    data = storage.read(rendition.file.key)
    if rendition.name == COVERED:
        again = cover(data)
    else:
        again = render(data, sides=[int(rendition.name)])[0]
    storage.save(rendition.key, again.data, replace=True)
    Rendition.objects.filter(pk=rendition.pk).update(
        bytes=len(again.data), width=again.width, height=again.height
    )
