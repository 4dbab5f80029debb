"""The emulator's own addresses, for people and tests; the real gateway has none of them.

GET    /emulator/health         200 as soon as the emulator listens
GET    /emulator/charges        the charge book: every call and what it would have billed
GET    /emulator/faults         the table of all faults, and which are on
POST   /emulator/faults         switch one on, or a list of them (JSON as in `faults`)
DELETE /emulator/faults         switch all off
DELETE /emulator/faults/{id}    switch one off
"""

import json
from collections.abc import Mapping
from typing import Any

from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import Fault
from generations.emulator.faults.switchboard import UnknownFaultError
from generations.emulator.replies import Reply, json_reply
from generations.emulator.routes import Route, route
from generations.emulator.wire.request import Request


async def health(_emulator: Emulator, _request: Request) -> Reply:
    """Say that the emulator is there."""
    return json_reply({"status": "ok", "emulator": True})


async def read_charges(emulator: Emulator, _request: Request) -> Reply:
    """Give the charge book; `charged_microdollars` is its total."""
    payload = {"calls": emulator.book.rows(), "charged_microdollars": emulator.book.total()}
    return json_reply(payload)


async def read_faults(emulator: Emulator, _request: Request) -> Reply:
    """Give the table of faults and the rules in force."""
    table = {name: described(fault) for name, fault in emulator.faults.table.items()}
    return json_reply({"faults": table, "active": emulator.faults.shown()})


async def switch_on(emulator: Emulator, request: Request) -> Reply:
    """Put one rule or a list of rules in force; none of them if one is wrong."""
    try:
        sent = json.loads(await request.body())
        rules = emulator.faults.switch_on_all(sent)
    except (UnknownFaultError, ValueError) as error:
        return json_reply({"error": str(error)}, status=422)
    return json_reply({"active": [rule.shown() for rule in rules]}, status=201)


async def switch_off_all(emulator: Emulator, _request: Request) -> Reply:
    """Take every rule out of force."""
    emulator.faults.switch_off()
    return Reply(status=204)


async def switch_off(emulator: Emulator, _request: Request, *, rule_id: str) -> Reply:
    """Take one rule out of force."""
    emulator.faults.switch_off(rule_id)
    return Reply(status=204)


def described(fault: Fault) -> Mapping[str, Any]:
    """Give a fault as the table shows it."""
    return {
        "kind": type(fault).__name__,
        "about": fault.about,
        "rows": fault.rows.split(),
        "charged": fault.charged,
        "options": dict(fault.options),
    }


ROUTES: tuple[Route, ...] = (
    route("GET", "/emulator/health", health),
    route("GET", "/emulator/charges", read_charges),
    route("GET", "/emulator/faults", read_faults),
    route("POST", "/emulator/faults", switch_on),
    route("DELETE", "/emulator/faults", switch_off_all),
    route("DELETE", "/emulator/faults/{rule_id}", switch_off),
)
