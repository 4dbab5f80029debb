"""From a fault that refuses to the problem that the client is told."""

from dataclasses import replace
from typing import Any

from generations.emulator.faults.effects import Options
from generations.emulator.problems import Problem
from generations.emulator.run.call import Call

CHANGEABLE = ("status", "code", "message", "description", "shape")


def refusal(problem: Problem, options: Options, call: Call) -> Problem:
    """Give a fault's problem with the options in force.

    ``{token}`` in a message becomes the bearer token that the call sent.
    """
    changes: dict[str, Any] = {key: options[key] for key in CHANGEABLE if key in options}
    changed = replace(problem, **changes)
    if options.get("retry_after") is not None:
        after = ("retry-after", str(options["retry_after"]))
        changed = replace(changed, headers=(*changed.headers, after))
    return replace(changed, message=changed.message.replace("{token}", call.token))
