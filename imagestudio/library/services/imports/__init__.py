"""Bringing an export into an account: what it says is checked, what it holds is decoded."""

from .importing import Imported, import_library

__all__ = ["Imported", "import_library"]
