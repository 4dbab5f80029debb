"""`RESULT_HOSTS`: a list narrows what may be asked, and opens one loopback port at most."""

import pytest

from imagestudio.egress import Egress, ForbiddenAddress
from tests.loopback import Call, serving
from tests.unit.egress.factories import Wire, make_egress

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "host", ["r2.example", "pub-1.r2.example", "A.B.R2.EXAMPLE", "r2.example.", "files.test"]
)
async def test_a_listed_suffix_allows_itself_and_what_is_below(host: str):
    wire = Wire()
    egress = make_egress(wire=wire, hosts=["r2.example", ".files.test"])
    await egress.fetch(f"https://{host}/x.png")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "host",
    ["evilr2.example", "r2.example.evil.test", "r2-example.test", "93.184.216.34", "example"],
)
async def test_anything_else_is_refused_and_named(host: str):
    wire = Wire()
    with pytest.raises(ForbiddenAddress, match="not among the allowed hosts") as caught:
        await make_egress(wire=wire, hosts=["r2.example"]).fetch(f"https://{host}/x.png")
    assert caught.value.host == host
    assert wire.requests == []


async def test_a_listed_suffix_does_not_lift_the_other_guards():
    wire = Wire()
    egress = make_egress(["10.0.0.7"], wire=wire, hosts=["r2.example"])
    with pytest.raises(ForbiddenAddress):
        await egress.fetch("https://r2.example/x.png")
    assert wire.requests == []


async def picture(call: Call) -> None:
    await call.read()
    await call.reply(body=b"picture", headers={"Content-Type": "image/png"})


async def test_a_listed_loopback_port_may_be_asked_by_plain_http():
    async with serving(picture) as server:
        egress = make_egress(hosts=[f"127.0.0.1:{server.port}"])
        download = await egress.fetch(f"{server.url}/x.png")
    assert (download.content, download.content_type) == (b"picture", "image/png")


async def test_a_listed_loopback_port_opens_no_other_port_name_or_host():
    async with serving(picture) as listed, serving(picture) as other:
        egress = make_egress(["127.0.0.1"], hosts=[f"127.0.0.1:{listed.port}"])
        for url in (
            f"http://127.0.0.1:{other.port}/",
            f"http://localhost:{listed.port}/",
            f"http://127.1:{listed.port}/",
            f"http://[::ffff:127.0.0.1]:{listed.port}/",
            f"http://user@127.0.0.1:{listed.port}/",
            f"https://127.0.0.1:{listed.port}/",
            "https://public.example/",
        ):
            with pytest.raises(ForbiddenAddress):
                await egress.fetch(url)
        assert listed.calls == other.calls == []


@pytest.mark.parametrize("entry", ["https://r2.example", "*.r2.example", "localhost:8001", "a b"])
def test_an_entry_that_could_match_nothing_is_refused_at_once(entry: str):
    with pytest.raises(ValueError, match="is not a host name"):
        Egress(hosts=[entry])
