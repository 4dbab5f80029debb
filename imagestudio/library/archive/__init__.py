"""ZIP archives: written while they leave, and read without trusting them. No rows, no Django."""

from .entries import Entry, Spool, as_json, stored
from .names import Numbered, safe_stem
from .writing import zipped

__all__ = ["Entry", "Numbered", "Spool", "as_json", "safe_stem", "stored", "zipped"]
