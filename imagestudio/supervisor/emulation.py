"""How the parts find the gateway emulator, which stands in where no Cloudflare account is named."""

import json
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imagestudio.supervisor.console import SupervisorError

HOST = "127.0.0.1"
_CREDENTIALS = ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN")


@dataclass(frozen=True)
class Emulation:
    """The emulator's port and whom it lets in; kept in the data folder from start to start."""

    port: int
    account_id: str
    api_token: str

    @property
    def own_environment(self) -> dict[str, str]:
        """Give the variables of the emulator itself."""
        return {"EMULATOR_ACCOUNT_ID": self.account_id, "EMULATOR_API_TOKEN": self.api_token}

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables of those who call it."""
        return {
            "CLOUDFLARE_ACCOUNT_ID": self.account_id,
            "CLOUDFLARE_API_TOKEN": self.api_token,
            "CLOUDFLARE_API_BASE": f"http://{HOST}:{self.port}/client/v4",
            "RESULT_HOSTS": f"{HOST}:{self.port}",
            "GATEWAY_IS_EMULATOR": "1",
        }


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether the environment names no gateway, so that the emulator takes its place.

    Raises SupervisorError where it names only half of one.
    """
    missing = [
        name
        for name in _CREDENTIALS
        if not (environment.get(name) or environment.get(f"{name}_FILE"))
    ]
    if len(missing) == 1:
        raise SupervisorError(f"Set {missing[0]} too: only one half of the credentials is there.")
    return bool(missing)


def emulation_in(data: Path) -> Emulation:
    """Give the emulation of the data folder, which is made when it is first asked for."""
    path = data / "emulator.json"
    if path.exists():
        return Emulation(**json.loads(path.read_text()))
    return _write(path, account_id=secrets.token_hex(16), api_token=secrets.token_urlsafe(30))


def with_free_port(emulation: Emulation, data: Path) -> Emulation:
    """Give the emulation with a port that is free: the same one wherever possible."""
    try:
        with socket.create_server((HOST, emulation.port)):
            return emulation
    except OSError:
        return _write(
            data / "emulator.json",
            account_id=emulation.account_id,
            api_token=emulation.api_token,
        )


def _write(path: Path, *, account_id: str, api_token: str) -> Emulation:
    with socket.create_server((HOST, 0)) as trial:
        port = int(trial.getsockname()[1])
    emulation = Emulation(port=port, account_id=account_id, api_token=api_token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(vars(emulation)))
    unfinished.replace(path)
    return emulation
