"""Many pictures at once: as a ZIP for a person, or as an export of a whole library."""

from .facts import Details, facts_of, no_details
from .selected import Wanted, zip_of
from .turns import TURNS

__all__ = ["TURNS", "Details", "Wanted", "facts_of", "no_details", "zip_of"]
