"""Hearing that a child process has ended, without a thread for each."""

import asyncio
import signal
import subprocess


class Children:
    """The child processes of this process that somebody waits for."""

    def __init__(self) -> None:
        """Listen for the system's word that a child has ended; needs a running loop."""
        self._waiting: dict[subprocess.Popen[bytes], asyncio.Future[int]] = {}
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._look)

    async def status_of(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the end of a process and give its status."""
        if (status := process.poll()) is not None:
            return status
        future = self._waiting.setdefault(process, asyncio.get_running_loop().create_future())
        return await asyncio.shield(future)

    def _look(self) -> None:
        for process in list(self._waiting):
            if (status := process.poll()) is not None:
                self._waiting.pop(process).set_result(status)
