"""What clients send, before it is a picture: text with base64 in it, and names of files."""

import logging
import re
import unicodedata
from binascii import Error as BinasciiError

from pybase64 import b64decode

from imagestudio.errors import Invalid, TooLarge, UnsupportedMedia
from imagestudio.library.imaging.errors import CONVERT, MESSAGES, UNSUPPORTED
from imagestudio.library.imaging.sniff import HEAD, mime_of

logger = logging.getLogger(__name__)

DECLARED = {"image/png", "image/jpeg", "image/jpg", "image/webp"}
NOT_FETCHED = "Addresses are not fetched: send the picture itself, as base64."
NEWLINES = str.maketrans("", "", "\r\n")
LONGEST_HEAD = 200  # characters of `data:…,`; nobody writes more
LONGEST_NAME = 120  # characters

UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINER = "\u200d"  # holds emoji of several parts together; the one harmless format character
EXTENSION = re.compile(r"\.(png|jpe?g|jfif|webp|heic|heif|avif|gif|bmp|tiff?)$", re.IGNORECASE)
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class InvalidImageData(Invalid):
    """The text is neither base64 nor a base64 data URI."""

    code = "invalid_image_data"
    title = "The image data is not valid"
    exact_codes = {"empty": MESSAGES["empty"], "url_not_fetched": NOT_FETCHED}


def from_base64(text: object, *, max_bytes: int) -> bytes:
    """Return the bytes that a client sent as raw base64 or as a data URI.

    The rules: the standard alphabet only, padding exact, CR and LF anywhere in the data are what
    wrapping tools leave and are skipped, any other character is an error (a space is what a form
    makes of a plus). An address is never fetched.

    Raises TooLarge before anything is decoded, UnsupportedMedia when the data URI declares
    something else than PNG, JPEG or WebP, and InvalidImageData.
    """
    if not isinstance(text, str):
        raise InvalidImageData("Send the picture as a string of base64 or as a data URI.")
    if len(text) > _longest_text(max_bytes):
        raise TooLarge(f"A picture may have at most {max_bytes // 1_000_000} MB.")
    declared, encoded = _split(text)
    data = _decoded(encoded.translate(NEWLINES))
    if not data:
        raise InvalidImageData(MESSAGES["empty"], code="empty")
    if len(data) > max_bytes:
        raise TooLarge(f"A picture may have at most {max_bytes // 1_000_000} MB.")
    _note_mismatch(declared, data)
    return data


def display_name(name: str) -> str:
    """Return the name of a file as a title to show: one line, no path, no extension, not too long.

    The result is empty when nothing of the name can be shown. It is never a key of storage.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    shown = "".join(
        char
        for char in name
        if char == JOINER or unicodedata.category(char) not in UNSAFE_CATEGORIES
    )
    shown = " ".join(shown.split())
    shown = EXTENSION.sub("", shown).strip(". " + JOINER)
    if DEVICE.match(shown):
        shown = f"_{shown}"
    return shown[:LONGEST_NAME].rstrip(". " + JOINER)


def _longest_text(max_bytes: int) -> int:
    """Return how many characters hold so many bytes, lines of 64 with CR LF included."""
    encoded = (max_bytes + 2) // 3 * 4
    return encoded + encoded // 64 * 2 + 2 + LONGEST_HEAD


def _split(text: str) -> tuple[str, str]:
    """Return the declared MIME type, if there is one, and the encoded data."""
    if text[:8].lower().startswith(("http://", "https://")):
        raise InvalidImageData(NOT_FETCHED, code="url_not_fetched")
    if text[:5].lower() != "data:":
        return "", text
    head, comma, encoded = text.partition(",")
    if not comma or len(head) > LONGEST_HEAD:
        raise InvalidImageData("A data URI has a comma before its data.")
    mime, *parameters = head[5:].lower().split(";")
    if mime.strip() not in DECLARED:
        is_heif = mime.strip() in {"image/heic", "image/heif", "image/avif"}
        raise UnsupportedMedia(CONVERT if is_heif else UNSUPPORTED)
    if not parameters or parameters[-1].strip() != "base64":
        raise InvalidImageData("A data URI of a picture says ;base64 before its comma.")
    return mime.strip(), encoded


def _decoded(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (BinasciiError, ValueError) as error:
        raise InvalidImageData("This is not base64 of the standard alphabet, padded.") from error


def _note_mismatch(declared: str, data: bytes) -> None:
    actual = mime_of(data[:HEAD])
    if declared and actual and declared.replace("jpg", "jpeg") != actual:
        logger.info("a data URI declared %s and holds %s", declared, actual)
