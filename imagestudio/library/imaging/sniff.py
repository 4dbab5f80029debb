"""What bytes are, told from their beginning alone; names and declared types are never believed."""

from .errors import CONVERT, MESSAGES, UNSUPPORTED, RefusedImage, UnsupportedImage
from .locked.limits import MAX_PIXELS

HEAD = 32  # bytes that are enough to tell
SHORTEST = 12  # bytes; less than this tells nothing
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


def mime_of(head: bytes) -> str | None:
    """Return `image/png`, `image/jpeg` or `image/webp`, or None for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def require_picture(head: bytes) -> str:
    """Return the MIME type of a picture the studio takes, from its first `HEAD` bytes.

    Raises RefusedImage (empty, unreadable, too_many_pixels) or UnsupportedImage.
    """
    if not head:
        raise RefusedImage(MESSAGES["empty"], code="empty")
    if len(head) < SHORTEST:
        raise RefusedImage(MESSAGES["unreadable"], code="unreadable")
    mime = mime_of(head)
    if mime is not None:
        return mime
    if _declared_pixels(head) > MAX_PIXELS:
        raise RefusedImage(MESSAGES["too_many_pixels"], code="too_many_pixels")
    is_heif = head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS
    raise UnsupportedImage(CONVERT if is_heif else UNSUPPORTED)


def _declared_pixels(head: bytes) -> int:
    """Return how many pixels a GIF or BMP claims: its size is the first thing wrong with a bomb."""
    if head.startswith((b"GIF87a", b"GIF89a")):
        sides = head[6:8], head[8:10]
    elif head.startswith(b"BM"):
        sides = head[18:22], head[22:26]
    else:
        return 0
    width, height = (int.from_bytes(side, "little", signed=len(side) > 2) for side in sides)
    return abs(width * height)
