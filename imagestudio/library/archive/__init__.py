"""ZIP archives: written while they leave, and read without trusting them. No rows, no Django."""

from .entries import Entry, Spool, as_json, stored
from .laying import lay_out, write_whole
from .names import Numbered, safe_stem
from .reading import Archive, BadArchive, EntryMissing, open_archive
from .writing import zipped

__all__ = [
    "Archive",
    "BadArchive",
    "Entry",
    "EntryMissing",
    "Numbered",
    "Spool",
    "as_json",
    "lay_out",
    "open_archive",
    "safe_stem",
    "stored",
    "write_whole",
    "zipped",
]
