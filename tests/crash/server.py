"""A PostgreSQL server of a test's own, that it may stop, with a copy of the tests' database."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.identity import identity
from imagestudio.embedded.probe import living_postmaster


class OwnServer:
    """A running server. It keeps what it has committed, however it is stopped."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server = embedded.start(data)
        self.url = self.server.url

    def stop(self, how: signal.Signals) -> None:
        """End it: SIGINT as by a restart of the service, SIGKILL as by a crash."""
        pid = living_postmaster(folders_in(self.data))
        assert pid is not None
        os.kill(pid, how)
        assert self.server.keeper is not None
        self.server.keeper.wait(60)
        self.server.release()

    def start(self) -> None:
        """Let it run again, on what it had committed."""
        self.server = embedded.start(self.data)

    def load(self, database: str) -> None:
        """Copy all rows of another database, by its address, into this one."""
        binaries = identity(folders_in(self.data)).binaries
        dump = [binaries / "pg_dump", "--no-owner", database]
        load = [binaries / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", self.url]
        rows = subprocess.run(dump, check=True, capture_output=True).stdout
        subprocess.run(load, input=rows, check=True, capture_output=True)


@contextmanager
def own_server(data: Path) -> Iterator[OwnServer]:
    """Run a server with its files in a folder, for the length of a block."""
    server = OwnServer(data)
    try:
        yield server
    finally:
        server.server.release()
        server.server.wait_until_ended()
