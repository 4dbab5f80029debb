"""The connection goes to the checked address, and the certificate must be the name's."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from imagestudio.egress import FetchFailed
from tests.unit.egress.factories import PUBLIC, make_egress

pytestmark = pytest.mark.anyio

NAME = "pictures.example"


class Detour(httpcore.AnyIOBackend):
    """Leads every connection to a port of this machine, and remembers where it wanted to go."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.wanted: list[tuple[str, int]] = []

    async def connect_tcp(self, host: str, port: int, **options: object):
        self.wanted.append((host, port))
        return await super().connect_tcp("127.0.0.1", self.port, **options)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@asynccontextmanager
async def tls_server(certificate: Path) -> AsyncIterator[tuple[int, list[str | None]]]:
    """Serve one picture over TLS; yield the port and the names that clients asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\npicture")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1], names


def transport_through(detour: Detour, certificate: Path) -> httpx.AsyncHTTPTransport:
    trust = ssl.create_default_context(cafile=str(certificate))
    transport = httpx.AsyncHTTPTransport(verify=trust)
    transport._pool = httpcore.AsyncConnectionPool(ssl_context=trust, network_backend=detour)
    return transport


async def test_the_checked_address_is_connected_to_and_the_name_is_proven(certificate: Path):
    async with tls_server(certificate) as (port, names):
        detour = Detour(port)
        async with make_egress(wire=transport_through(detour, certificate)) as egress:
            download = await egress.fetch(f"https://{NAME}/x.png")
    assert download.content == b"picture"
    assert detour.wanted == [(PUBLIC, 443)]
    assert names == [NAME]


async def test_a_certificate_for_another_name_is_not_believed(certificate: Path):
    async with tls_server(certificate) as (port, _):
        detour = Detour(port)
        async with make_egress(wire=transport_through(detour, certificate)) as egress:
            with pytest.raises(FetchFailed, match="ConnectError"):
                await egress.fetch("https://elsewhere.example/x.png")
