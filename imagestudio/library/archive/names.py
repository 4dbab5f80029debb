"""Names of files in an archive: of one level, unique, and fit for every file system."""

LONGEST = 150  # bytes of a stem: file systems take 255, and number and ending come to it


def safe_stem(text: str) -> str:
    """Return a text that was made a display name, short enough for a file system."""
    return text.encode()[:LONGEST].decode(errors="ignore").rstrip(". ")


class Numbered:
    """Names that begin with a number, so that they are unique and stand in order.

    No name has to be remembered for that, however many there are.
    """

    def __init__(self) -> None:
        """Begin with number one."""
        self._last = 0

    def name(self, stem: str, extension: str) -> str:
        """Return the next name, such as `00001 A red fox.png`."""
        self._last += 1
        return f"{self._last:05} {safe_stem(stem)}.{extension}"
