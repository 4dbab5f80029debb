"""Rows and pictures for tests: plain functions with good defaults, pictures painted in memory."""

from tests.factories.cast import Cast, make_cast
from tests.factories.counting import NUMBER
from tests.factories.generations import (
    a_wish,
    bring_to,
    deliver,
    make_backlogs,
    make_generation,
    make_preset,
    make_source_set,
    newest_attempt,
)
from tests.factories.library import make_copies, make_image, make_rendition
from tests.factories.moderation import (
    make_case,
    make_decision,
    make_limit,
    make_look,
    make_plan,
    make_rule,
)
from tests.factories.people import (
    PASSWORD,
    bearer,
    confirm,
    make_team,
    make_user,
    personal,
    show_factor,
    sign_in,
    with_factor,
)
from tests.factories.pictures import noise_picture, paint

__all__ = [
    "NUMBER",
    "PASSWORD",
    "Cast",
    "a_wish",
    "bearer",
    "bring_to",
    "confirm",
    "deliver",
    "make_backlogs",
    "make_case",
    "make_cast",
    "make_copies",
    "make_decision",
    "make_generation",
    "make_image",
    "make_limit",
    "make_look",
    "make_plan",
    "make_preset",
    "make_rendition",
    "make_rule",
    "make_source_set",
    "make_team",
    "make_user",
    "newest_attempt",
    "noise_picture",
    "paint",
    "personal",
    "show_factor",
    "sign_in",
    "with_factor",
]
