"""Asking the classifier that the settings name, and leaving it alone while it cannot be had."""

import functools
import logging
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from imagestudio.connections import release_connections
from imagestudio.moderation.classifying import Classifier, Scores, Unclassified

logger = logging.getLogger(__name__)

MOST_FAILURES = 3  # in a row
SHORTEST_REST, LONGEST_REST = 30.0, 300.0  # seconds; doubled each time
LONGEST_FAILURE = 200  # characters


@dataclass(frozen=True, slots=True)
class Heard:
    """What a classifier said: its scores, or why there are none."""

    scores: Scores | None
    failure: str = ""


class Resting:
    """Another classifier, that is left alone for a while once it could not be had several times.

    While it rests nobody waits for it. Then one question tries it again.
    """

    def __init__(self, classifier: Classifier) -> None:
        """Take the classifier that is asked otherwise."""
        self.classifier = classifier
        self.failures, self.rests = 0, 0
        self.until = 0.0  # by the monotonic clock

    def classify(self, content: str | bytes) -> Scores:
        """Return the scores of a text or a picture. Raises Unclassified."""
        if time.monotonic() < self.until:
            raise Unclassified("It could not be had a moment ago.")
        if self.failures >= MOST_FAILURES:  # others wait until this one knows
            self.rest()
        try:
            found = checked(self.heard(content))
        except Unclassified as error:
            logger.warning("Not classified: %s", error)
            self.failures += 1
            if self.failures == MOST_FAILURES:
                self.rest()
            raise
        self.failures, self.rests, self.until = 0, 0, 0.0
        return found

    def heard(self, content: str | bytes) -> Scores:
        """Return what the classifier says. Raises Unclassified, whatever it raises itself.

        It is anybody's code, and nothing that is paid for waits for its mending. Its own words may
        hold the content, so they are not told.
        """
        try:
            found = self.classifier.classify(content)
        except Unclassified:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, requests go on without it
            raise Unclassified(f"The classifier failed: {type(error).__name__}.") from None
        if not isinstance(found, Scores):
            raise Unclassified("Its answer gives no scores from 0 to 1.")
        return found

    def rest(self) -> None:
        """Ask nothing more for a while."""
        self.until = time.monotonic() + min(LONGEST_REST, SHORTEST_REST * 2**self.rests)
        self.rests = min(self.rests + 1, 10)


def checked(scores: Scores) -> Scores:
    """Return scores that can be kept. Raises Unclassified for others."""
    good = all(
        0 < len(name) <= 60 and name.isprintable() and math.isfinite(score) and 0 <= score <= 1
        for name, score in scores.categories.items()
    )
    if not good or not (0 < len(scores.model) <= 100 and scores.model.isprintable()):
        raise Unclassified("Its answer gives no scores from 0 to 1.")
    return scores


def is_on() -> bool:
    """Say whether there is a classifier."""
    return bool(settings.CLASSIFIER)


def ask(content: str | bytes) -> Heard | None:
    """Return what the classifier says of a text or a picture; None where there is none.

    It takes five seconds at most, and never fails: what cannot be classified goes on unclassified.
    Not to be called in a transaction.
    """
    if not settings.CLASSIFIER:
        return None
    release_connections()
    try:
        return Heard(classifier(settings.CLASSIFIER).classify(content))
    except Unclassified as error:
        return Heard(None, str(error)[:LONGEST_FAILURE] or "It could not be had.")


@functools.cache
def classifier(name: str) -> Resting:
    """Return the classifier of this process that a dotted path names."""
    made: Classifier = import_string(name)()
    return Resting(made)
