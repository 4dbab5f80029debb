#!/usr/bin/env python
"""Django's command line, with the embedded database where no other is named."""

import contextlib
import os
import sys
from collections.abc import Iterator

from django.core.management import execute_from_command_line

from imagestudio import embedded
from imagestudio.supervisor import emulation


@contextlib.contextmanager
def _database() -> Iterator[None]:
    """Set DATABASE_URL to the embedded server, unless it names another one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded.ensure(embedded.data_folder()) as url:
        os.environ["DATABASE_URL"] = url
        yield


def main() -> None:
    """Run the command that the command line names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagestudio.settings")
    if emulation.is_wanted(os.environ):
        os.environ |= emulation.emulation_in(embedded.data_folder()).environment
    try:
        with _database():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
