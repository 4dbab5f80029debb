"""Where the web server listens."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from imagestudio.supervisor.console import SupervisorError

_HERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names, no binding


@dataclass(frozen=True)
class Address:
    """`host` and `port` to listen at; `public_url` is what people open, without a final slash."""

    host: str
    port: int
    public_url: str

    @property
    def reachable_host(self) -> str:
        """Give the host by which this machine reaches the web server."""
        return _HERE.get(self.host, self.host)

    @property
    def public_host(self) -> str:
        """Give the name, with the port if any, that requests must carry to be answered."""
        return urlsplit(self.public_url).netloc


def address_from(environment: Mapping[str, str]) -> Address:
    """Read HOST, PORT and PUBLIC_URL; raise SupervisorError where they make no sense."""
    host = environment.get("HOST") or "127.0.0.1"
    words = environment.get("PORT") or "8000"
    if not words.isdecimal() or not 0 < int(words) < 65536:
        raise SupervisorError(f"PORT must be a number from 1 to 65535, not {words!r}.")
    here = _HERE.get(host, host)
    usual = f"http://[{here}]:{words}" if ":" in here else f"http://{here}:{words}"
    public_url = (environment.get("PUBLIC_URL") or usual).rstrip("/")
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise SupervisorError(
            f"PUBLIC_URL must be like https://studio.example.com, without a path: {public_url!r}."
        )
    return Address(host=host, port=int(words), public_url=public_url)


def check_free(address: Address) -> None:
    """Raise SupervisorError, saying what to do, where the address cannot be listened at."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, place in found:
            with socket.socket(family, kind, protocol) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(place)
                trial.listen()
    except OSError as error:
        where = f"port {address.port} of {address.host}"
        if error.errno == errno.EADDRINUSE:
            raise SupervisorError(
                f"Another program listens at {where} already. "
                f"Choose another port: make run PORT={_free_port(address.host)}"
            ) from error
        raise SupervisorError(
            f"The studio cannot listen at {where}: {error.strerror}. Set HOST and PORT."
        ) from error


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as trial:
        return int(trial.getsockname()[1])
