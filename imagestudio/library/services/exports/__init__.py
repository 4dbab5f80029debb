"""A whole library as files that outlive the studio: see `docs/export-format.md`."""

from .writing import FORMAT, VERSION, export_of, zip_of_library

__all__ = ["FORMAT", "VERSION", "export_of", "zip_of_library"]
