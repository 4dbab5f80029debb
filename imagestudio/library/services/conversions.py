"""Copies of a picture in a format and size that somebody asks for; none of them is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from imagestudio.errors import FieldError, Invalid
from imagestudio.library import storage
from imagestudio.library.exceptions import ConversionsBusy
from imagestudio.library.imaging import Converted, Format, convert
from imagestudio.library.models import File

# One at a time in each process: the other child is left for uploads and renditions.
AT_ONCE = BoundedSemaphore(1)
PATIENCE = 20.0  # seconds until a conversion that waits for others gives up
LONGEST_SIDE = 8192  # pixels
VERSION = 1  # raise it when the same wish begins to make other bytes


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a copy is to be: its format, longest side in pixels, and quality from 1 to 100."""

    form: Format
    side: int | None = None
    quality: int | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for a side or quality that no picture can have."""
        for name, value, most in (
            ("side", self.side, LONGEST_SIDE),
            ("quality", self.quality, 100),
        ):
            if value is not None and not 1 <= value <= most:
                words = f"The {name} is a number from 1 to {most}."
                raise Invalid(words, fields=[FieldError(name, "out_of_range", words)])

    @property
    def mime(self) -> str:
        """Return the MIME type of the copy."""
        return f"image/{self.form}"

    @property
    def extension(self) -> str:
        """Return the usual ending of a file name, without the dot."""
        return self.form.replace("jpeg", "jpg")

    def etag(self, file: File) -> str:
        """Return what names exactly the bytes that this makes of a file."""
        wish = f"{self.form}-{self.side or 'full'}-{self.quality or 'usual'}-{VERSION}"
        return f"{bytes(file.sha256).hex()}-{wish}"


def converted(*, file: File, conversion: Conversion) -> Converted:
    """Return a copy of a file's picture, made in a locked child.

    Raises ConversionsBusy, the errors of `imaging`, BytesMissing and StorageUnavailable.
    """
    with _turn():
        return convert(
            storage.read(file.key),
            form=conversion.form,
            side=conversion.side,
            quality=conversion.quality,
        )


@contextmanager
def _turn() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise ConversionsBusy("Try again in a moment.", retry_after=PATIENCE)
    try:
        yield
    finally:
        AT_ONCE.release()
