"""What must never be connected to, however it is written (G37 to G42)."""

import asyncio

import pytest

from imagestudio.egress import ForbiddenAddress
from tests.loopback import Call, serving
from tests.unit.egress.factories import PUBLIC, PUBLIC_6, Wire, make_egress

pytestmark = pytest.mark.anyio

FORBIDDEN = {
    "G37-127.0.0.1": "https://127.0.0.1/x.png",
    "G37-http-127.0.0.1": "http://127.0.0.1/x.png",
    "G37-::1": "https://[::1]/x.png",
    "G37-::": "https://[::]/x.png",
    "G37-0.0.0.0": "https://0.0.0.0/x.png",
    "G37-decimal": "https://2130706433/x.png",
    "G37-octal": "https://0177.0.0.1/x.png",
    "G37-hex": "https://0x7f000001/x.png",
    "G37-hex-parts": "https://0x7f.0.0.0x1/x.png",
    "G37-short": "https://127.1/x.png",
    "G37-trailing-dot": "https://127.0.0.1./x.png",
    "G38-metadata": "https://169.254.169.254/latest/meta-data/",
    "G38-alibaba": "https://100.100.100.200/latest/meta-data/",
    "G38-aws-6": "https://[fd00:ec2::254]/latest/meta-data/",
    "G39-10": "https://10.1.2.3/x.png",
    "G39-172.16": "https://172.16.0.1/x.png",
    "G39-172.31": "https://172.31.255.254/x.png",
    "G39-192.168": "https://192.168.1.1/x.png",
    "G39-100.64": "https://100.64.0.1/x.png",
    "G39-192.0.0": "https://192.0.0.8/x.png",
    "G39-198.18": "https://198.18.0.1/x.png",
    "G39-multicast": "https://224.0.0.1/x.png",
    "G39-reserved": "https://240.0.0.1/x.png",
    "G39-broadcast": "https://255.255.255.255/x.png",
    "G39-nat64": "https://[64:ff9b::7f00:1]/x.png",
    "G39-nat64-public": "https://[64:ff9b::5db8:d822]/x.png",
    "G39-mapped": "https://[::ffff:127.0.0.1]/x.png",
    "G39-mapped-public": "https://[::ffff:93.184.216.34]/x.png",
    "G39-compatible": "https://[::127.0.0.1]/x.png",
    "G39-6to4": "https://[2002:7f00:1::1]/x.png",
    "G39-teredo": "https://[2001:0:5ef5:79fd::1]/x.png",
    "G39-link-local": "https://[fe80::1]/x.png",
    "G39-unique-local": "https://[fc00::1]/x.png",
    "G39-site-local": "https://[fec0::1]/x.png",
    "G39-multicast-6": "https://[ff02::1]/x.png",
    "G42-file": "file:///etc/passwd",
    "G42-gopher": "gopher://pictures.example/1",
    "G42-ftp": "ftp://pictures.example/x.png",
    "G42-http": "http://pictures.example/x.png",
    "G42-no-scheme": "pictures.example/x.png",
    "G42-no-scheme-2": "//pictures.example/x.png",
    "G42-no-host": "https:///x.png",
    "G42-userinfo": "https://pictures.example@evil.example/x.png",
    "G42-password": "https://a:b@pictures.example/x.png",
    "G42-empty-userinfo": "https://@pictures.example/x.png",
    "G42-encoded-dot": "https://pictures%2eexample/x.png",
    "G42-look-alike": "https://p\u0456ctures.example/x.png",
    "G42-full-width": "https://\uff11\uff12\uff17.0.0.1/x.png",
    "G42-port-22": "https://pictures.example:22/x.png",
    "G42-port-80": "https://pictures.example:80/x.png",
    "G42-backslash": "https://pictures.example\\@127.0.0.1/x.png",
    "G42-newline": "https://pictures.example/x.png\r\nHost: evil",
    "G42-space": "https://pictures.example /x.png",
    "G42-too-long": "https://pictures.example/" + "x" * 9000,
    "G42-label-too-long": f"https://{'x' * 64}.example/x.png",
    "G42-empty": "",
}


@pytest.mark.parametrize("url", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_a_forbidden_address_gets_no_connection(url: str):
    wire = Wire()
    with pytest.raises(ForbiddenAddress):
        await make_egress(wire=wire).fetch(url)
    assert wire.requests == []


NAMES = {
    "G37-localhost": ("localhost", [["127.0.0.1", "::1"]]),
    "G38-google": ("metadata.google.internal", [["169.254.169.254"]]),
    "G40-private": ("pictures.example", [["10.0.0.7"]]),
    "G40-one-of-two": ("pictures.example", [[PUBLIC, "10.0.0.7"]]),
    "G40-private-AAAA": ("pictures.example", [[PUBLIC, "fd00::7"]]),
    "G40-scoped": ("pictures.example", [["fe80::1%eth0"]]),
    "G40-no-address": ("pictures.example", [["not an address"]]),
}


@pytest.mark.parametrize(("host", "answers"), NAMES.values(), ids=NAMES.keys())
async def test_a_name_with_a_forbidden_address_gets_no_connection(
    host: str, answers: list[list[str]]
):
    wire = Wire()
    with pytest.raises(ForbiddenAddress) as caught:
        await make_egress(*answers, wire=wire).fetch(f"https://{host}/x.png?signature=s3cret")
    assert wire.requests == []
    assert caught.value.host == host
    assert host in caught.value.message
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("name", ["localhost", "rebound.example"])
async def test_a_listener_on_this_machine_sees_no_connection(name: str):
    async def behave(call: Call) -> None:
        await call.reply(body=b"secret")

    async with serving(behave) as server:
        for url in (server.url, f"https://{name}:{server.port}/", f"https://{name}/"):
            with pytest.raises(ForbiddenAddress):
                await make_egress(["127.0.0.1"]).fetch(url)
        await asyncio.sleep(0)
        assert server.calls == []


async def test_the_name_server_is_asked_once_so_a_second_answer_cannot_rebind():
    wire = Wire()
    egress = make_egress([PUBLIC], ["127.0.0.1"], wire=wire)
    await egress.fetch("https://pictures.example/x.png")
    assert [request.url.host for request in wire.requests] == [PUBLIC]
    with pytest.raises(ForbiddenAddress):
        await egress.fetch("https://pictures.example/x.png")
    assert len(wire.requests) == 1


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_6, "8.8.8.8", "2001:4860:4860::8888"])
async def test_public_addresses_of_both_families_are_allowed(address: str):
    wire = Wire()
    await make_egress([address], wire=wire).fetch("https://pictures.example/x.png")
    assert [request.url.host for request in wire.requests] == [address]
