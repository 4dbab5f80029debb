#!/usr/bin/env python
"""Django's command line, with the embedded database where no other is named."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from imagestudio import embedded
from imagestudio.supervisor import emulation
from imagestudio.supervisor.console import SupervisorError


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
    if sys.argv[1:2] == ["worker"]:
        gc.disable()  # looking for garbage in what is imported would only make the start slower
    try:
        if emulation.is_wanted(os.environ):
            os.environ |= emulation.emulation_in(embedded.data_folder()).environment
        with _database():
            execute_from_command_line(sys.argv)
    except (embedded.EmbeddedError, SupervisorError) as error:
        sys.exit(str(error))
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(f"A setting is wrong. {error}")


if __name__ == "__main__":
    main()
