"""Every fault that the emulator can play, against the client: money is never misjudged.

Whatever happens, a call ends as a picture or as a typed error; it reaches the gateway once; and
what was charged is never called free.
"""

from dataclasses import dataclass

import httpx
import pytest

from generations.emulator.faults.table import TABLE
from generations.gateway import Billed, GatewayError, ResultBytes, ResultUrl, Timeouts
from imagestudio.egress import Egress, EgressError
from tests.integration.emulator_process import EmulatorProcess
from tests.integration.gateway.factories import gateway_of, make_request

pytestmark = pytest.mark.anyio

SHORT = Timeouts(connect=2, write=2, read=0.7, total=2)  # the emulator draws within 0.3 s


@dataclass(frozen=True)
class Outcome:
    """How a call ended for the client, beside what the charge book says about it."""

    ended: GatewayError | EgressError | bytes
    calls: int
    charged: bool


async def play(emulator: EmulatorProcess, fault: str) -> Outcome:
    emulator.set_fault(fault, times=1)
    asked = make_request(quality="low")
    ended = await attempt(emulator, asked)
    rows = emulator.charges(attempt_id=asked.metadata["attempt_id"])
    charged = any(row.get("cost_microdollars", 0) for row in rows)
    return Outcome(ended, len(rows), charged)


async def attempt(emulator: EmulatorProcess, asked) -> GatewayError | EgressError | bytes:
    # Plain http needs no certificates, and loading them takes longer than a call.
    plain = httpx.AsyncHTTPTransport(verify=False)
    gateway = gateway_of(emulator, timeouts=SHORT, transport=plain)
    egress = Egress(hosts=[emulator.result_host], pauses=(0, 0), transport=plain)
    async with plain:
        try:
            answer = await gateway.run(asked)
            match answer.images[0]:
                case ResultUrl(url):
                    return (await egress.fetch(url, total_seconds=1)).content
                case ResultBytes(data):
                    return data
        except (GatewayError, EgressError) as error:
            return error


@pytest.mark.parametrize("fault", TABLE)
async def test_no_fault_is_misjudged(emulator: EmulatorProcess, fault: str):
    outcome = await play(emulator, fault)
    assert outcome.calls <= 1
    if isinstance(outcome.ended, GatewayError):
        assert outcome.ended.message
        if outcome.charged:
            assert outcome.ended.billed is Billed.MAYBE
        if outcome.ended.resend:
            assert outcome.ended.billed is Billed.NO
