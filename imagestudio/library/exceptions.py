"""What can go wrong with images and files."""

from imagestudio.errors import Invalid, NotFound


class NoSuchImage(NotFound):
    """There is no such image in this account's library."""

    code = "image_not_found"
    title = "There is no such picture"


class NoSuchRendition(NotFound):
    """The image has no rendition of this name (yet)."""

    code = "rendition_not_found"
    title = "There is no such rendition"


class SourceMissing(Invalid):
    """A request names an image that is not in this account's library."""

    code = "source_not_found"
    title = "A source is not in this library"
