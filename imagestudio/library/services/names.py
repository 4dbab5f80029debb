"""What files are called when a person saves them."""

from imagestudio.library.models import Image
from imagestudio.library.received import display_name

LONGEST_PROMPT = 80  # characters of it that make a name


def file_stem(image: Image) -> str:
    """Return a name for a downloaded file, without its ending."""
    words = image.title or image.prompt[:LONGEST_PROMPT]
    return display_name(words) or f"picture-{image.pk}"
