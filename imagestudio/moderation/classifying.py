"""What a classifier is: anything that gives a text or a picture scores. It never decides.

The setting `CLASSIFIER` names a function without arguments that returns one. It may be asked from
several threads at once, outside of any transaction, and answers or gives up within seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Unclassified(Exception):
    """A classifier cannot be had now; the message is safe to store and to show."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Categories with their scores from 0 (surely not) to 1, and which model gave them."""

    model: str  # with its version, at most 100 characters
    categories: Mapping[str, float]


class Classifier(Protocol):
    """Gives scores."""

    def classify(self, content: str | bytes) -> Scores:
        """Return the scores of a text, or of the bytes of a WebP, PNG or JPEG.

        Raises Unclassified, after five seconds at the latest.
        """
        ...
