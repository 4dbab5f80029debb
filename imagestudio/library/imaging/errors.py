"""What can go wrong with a picture.

ImagingError
├── RefusedImage         a PNG, JPEG or WebP that cannot be taken as it is (Invalid)
├── UnsupportedImage     something else than PNG, JPEG or WebP (UnsupportedMedia)
├── OversizedImage       it cannot be made small enough (TooLarge)
├── BadOutput            what the provider sent back is not a picture (Invalid)
└── ImagingUnavailable   no child process can be started (Unavailable)
"""

from imagestudio.errors import Invalid, StudioError, TooLarge, Unavailable, UnsupportedMedia

MESSAGES = {
    "empty": "This file is empty.",
    "unreadable": "This picture cannot be read: the file is damaged.",
    "truncated": "This picture is not complete. It may have been cut off while it was copied.",
    "too_many_pixels": "This picture has more than 40 million pixels. Make it smaller first.",
    "side_too_long": "This picture is longer than 8192 pixels on one side. Make it smaller first.",
    "too_complex": "This picture takes too long to read. Save it again in another program first.",
}
CONVERT = "HEIC and AVIF pictures cannot be read here. Convert it to JPEG or PNG and try again."
UNSUPPORTED = "This is not a PNG, JPEG or WebP picture."


class ImagingError(StudioError):
    """A picture could not be handled."""


class RefusedImage(ImagingError, Invalid):
    """A PNG, JPEG or WebP that cannot be taken as it is: empty, damaged, cut off, too large."""

    code = "unreadable"
    title = "This picture cannot be used"
    exact_codes = MESSAGES


class UnsupportedImage(ImagingError, UnsupportedMedia):
    """Something else than PNG, JPEG or WebP."""


class OversizedImage(ImagingError, TooLarge):
    """The picture cannot be encoded in as few bytes as were asked for."""


class BadOutput(ImagingError, Invalid):
    """What the provider sent back is no PNG, JPEG or WebP; `reason` is the code that says why."""

    code = "bad_output"
    title = "The answer was not a picture"

    def __init__(self, reason: str) -> None:
        """Take the code that a person's upload of these bytes would have been refused with."""
        super().__init__("The provider answered with something that cannot be read as a picture.")
        self.reason = reason


class ImagingUnavailable(ImagingError, Unavailable):
    """No child process can be started now."""


def refusal(code: str) -> ImagingError:
    """Return the error for a code of the child; a word it cannot know counts as `unreadable`."""
    if code == "too_large":
        return OversizedImage("This picture cannot be made small enough to be sent.")
    code = code if code in MESSAGES else "unreadable"
    return RefusedImage(MESSAGES[code], code=code)
