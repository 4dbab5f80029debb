"""`make crash`: a long history, with a database server of its own that restarts and crashes too."""

import argparse
import logging
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command

from tests.crash.server import OwnServer, own_server
from tests.integration.emulator_process import EmulatorProcess, start_emulator


def main() -> int:
    """Play one history and print what it came to; 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="make crash")
    parser.add_argument("--seconds", type=float, default=300, help="of people and weather")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="imagestudio-history-"))
    say(f"A history of {told.seconds:.0f} seconds by the seed {told.seed}, in {folder}")
    with own_server(folder / "server") as server:
        emulator = start_emulator(folder)
        try:
            return played(folder, server, emulator, seed=told.seed, seconds=told.seconds)
        finally:
            emulator.stop()


def played(
    folder: Path, server: OwnServer, emulator: EmulatorProcess, *, seed: int, seconds: float
) -> int:
    """Set the studio up, play, and tell."""
    environment = emulator.environment | {
        "DATABASE_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "imagestudio.settings",
        "GATEWAY_IS_EMULATOR": "true",
        "GATEWAY_STARTS_PER_MINUTE": "100000",
        "API_CALLS_PER_MINUTE": "1000000",
        "IMAGESTUDIO_DATA": str(folder / "studio"),
        "PUBLIC_URL": "http://127.0.0.1",
        "STATIC_MANIFEST": "false",
    }
    os.environ |= environment
    django.setup()
    logging.disable(logging.ERROR)  # of this process: its database goes away all the time
    call_command("migrate", verbosity=0)

    from django.conf import settings  # noqa: PLC0415 - there is a studio only now

    from tests.crash.forge import Forge  # noqa: PLC0415
    from tests.crash.history.figures import table  # noqa: PLC0415
    from tests.crash.history.play import SLOTS, play  # noqa: PLC0415

    settings.GATEWAY_SLOTS = SLOTS
    logs = folder / "processes"
    logs.mkdir()
    forge = Forge(logs=logs, environment=environment)
    emulator.set_fault("sketch")
    began = time.monotonic()
    try:
        outcome = play(
            forge=forge,
            emulator=emulator,
            folder=folder,
            seed=seed,
            seconds=seconds,
            server=server,
        )
    finally:
        forge.stop()
    say(table(outcome.figures))
    say(f"\n{time.monotonic() - began:.0f} seconds in all")
    for words in outcome.wrong:
        say(f"WRONG  {words}")
    if outcome.wrong:
        say(f"\nEvery operation stands in {outcome.journal}, what workers said in {logs}")
    return 1 if outcome.wrong else 0


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
