"""The order in which a page is looked for: what is common first, then what is rare.

A short walk finds what is common. Where it ends before the page is full, a longer one begins where
the pictures begin that have what is filtered by, as that may be long ago. Everything that matches
is retrieved only when it is known to be rare.
"""

from collections.abc import Iterator

from imagestudio.library.listing.reading import Direction, Reading
from imagestudio.library.listing.wanted import Start, Wanted

SHORT = 4  # the first walk is a quarter of the second one
NOTHING = "SELECT NULL::uuid AS id WHERE false"


def ways(
    wanted: Wanted, direction: Direction, start: Start | None, *, is_counted: bool = False
) -> Iterator[tuple[Reading, str]]:
    """Yield the statements by which a page is looked for, one after another until none is cut.

    What is counted is retrieved in no order, and not at all where words are only excluded: no
    number is worth going past a whole library.
    """
    reading = Reading(wanted, direction, start)
    if wanted.columns("") and (wanted.words() or wanted.places or is_counted):
        yield reading, reading.walk(part=SHORT)
        ends = reading.ends_of_shelves()
        if ends is None:
            yield reading, NOTHING
            return
        reading = Reading(wanted.within(*ends), direction, start)
        if wanted.has_words and not wanted.places:
            yield reading, reading.rare_words(is_sorted=not is_counted)
    yield reading, reading.walk()
    if not is_counted or wanted.has_words or not wanted.words():
        yield reading, reading.everything(is_sorted=not is_counted)
