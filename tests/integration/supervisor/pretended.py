"""The real supervisor with stand-ins for its parts: `python -m ... DATA PORT EMULATOR EMBEDDED`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from imagestudio.embedded import EmbeddedError
from imagestudio.supervisor.address import address_from
from imagestudio.supervisor.console import SupervisorError
from imagestudio.supervisor.endurance import Patience
from imagestudio.supervisor.part import Program
from imagestudio.supervisor.plan import Plan
from imagestudio.supervisor.studio import run

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would go unheard, as it should

data, port = Path(sys.argv[1]), sys.argv[2]
emulator_port, embedded, drain = int(sys.argv[3]), sys.argv[4] == "embedded", sys.argv[5]


def program(name: str, *, port: str | int = "", **options: object) -> Program:
    standin = Path(__file__).with_name("standin.py")
    command = [sys.executable, "-I", "-S", standin, name, data, str(port)]
    return Program(name=f"the {name}", command=command, folder=data, **options)


address = address_from({"PORT": port})
plan = Plan(
    data=data,
    address=address,
    embedded=embedded,
    prepare=program("preparation"),
    web=program("web", port=port),
    worker=program("worker", reports=True, grace=None),
    emulator=program("emulator", port=emulator_port) if emulator_port else None,
    emulator_port=emulator_port,
    drain=float(drain) if drain else None,
    patience=Patience(quick=10, pauses=(0.01, 0.02, 0.03)),
)
if not embedded:
    os.environ["DATABASE_URL"] = "postgres://elsewhere"
try:
    asyncio.run(run(data=data, address=address, plan=lambda: plan))
except (SupervisorError, EmbeddedError) as error:
    sys.exit(str(error))
