"""What this installation runs, read from the environment."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imagestudio.supervisor.address import Address
from imagestudio.supervisor.emulation import (
    HOST,
    Emulation,
    emulation_in,
    is_wanted,
    with_free_port,
)
from imagestudio.supervisor.endurance import Patience
from imagestudio.supervisor.part import Program

CHECKOUT = Path(__file__).resolve().parent.parent.parent
_EMULATED_CALLS = 10.0  # seconds: a call of the emulator costs nothing, it is not waited for long
_OPEN_STREAMS = 3  # seconds that the web server waits for open pages


@dataclass(frozen=True)
class Plan:
    """The programs of one studio and where it stands.

    `embedded` says whether the studio runs its own database server. `drain` is how many seconds
    paid calls may take to end (None: as long as they need).
    """

    data: Path
    address: Address
    embedded: bool
    prepare: Program
    web: Program
    worker: Program
    emulator: Program | None = None
    emulator_port: int = 0
    drain: float | None = None
    patience: Patience = field(default_factory=Patience)


def plan_from(environment: Mapping[str, str], *, data: Path, address: Address) -> Plan:
    """Plan the programs; the data folder must be claimed, because the emulator's port is tried."""
    emulation = with_free_port(emulation_in(data), data) if is_wanted(environment) else None
    drain = _EMULATED_CALLS if emulation else None
    common = {
        "HOST": address.host,
        "PORT": str(address.port),
        "PUBLIC_URL": address.public_url,
        "IMAGESTUDIO_DATA": str(data),
        "PYTHONUNBUFFERED": "1",
        **(emulation.environment if emulation else {}),
    }
    return Plan(
        data=data,
        address=address,
        embedded=not environment.get("DATABASE_URL"),
        prepare=_program("the preparation", _manage("prepare"), common),
        web=_program("the web server", _granian(address, data), common, grace=_OPEN_STREAMS + 2),
        worker=_program("the worker", _manage("worker"), common, grace=drain, reports=True),
        emulator=_emulator(emulation, data) if emulation else None,
        emulator_port=emulation.port if emulation else 0,
        drain=drain,
    )


def _program(
    name: str,
    command: list[str | Path],
    environment: Mapping[str, str],
    *,
    grace: float | None = 5,
    reports: bool = False,
) -> Program:
    return Program(
        name=name,
        command=[sys.executable, *command],
        folder=CHECKOUT,
        environment=environment,
        grace=grace,
        reports=reports,
    )


def _manage(command: str) -> list[str | Path]:
    return [CHECKOUT / "manage.py", command]


def _granian(address: Address, data: Path) -> list[str | Path]:
    return [
        *("-m", "granian", "--interface", "asginl", "--no-ws"),
        *("--host", address.host, "--port", str(address.port)),
        *("--static-path-route", "/static", "--static-path-mount", data / "static"),
        *("--workers-kill-timeout", str(_OPEN_STREAMS)),
        *("--no-access-log", "--log-level", "warning"),
        "imagestudio.asgi:application",
    ]


def _emulator(emulation: Emulation, data: Path) -> Program:
    where = ("--host", HOST, "--port", str(emulation.port), "--data", data / "emulator")
    return Program(
        name="the emulator",
        command=[sys.executable, "-m", "generations.emulator", *where],
        folder=CHECKOUT,
        environment=emulation.own_environment,
        quiet=True,  # only one address is shown: the studio's
    )
