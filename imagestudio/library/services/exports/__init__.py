"""A whole library as files that outlive the studio: see `docs/export-format.md`."""

from .writing import FORMAT, VERSION, Size, export_of, size_of_export, zip_of_library

__all__ = ["FORMAT", "VERSION", "Size", "export_of", "size_of_export", "zip_of_library"]
