"""Which faults are on: for a run, for calls that match, or by a directive inside a prompt."""

import json
import math
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generations.emulator.faults.effects import (
    Active,
    AnswerFault,
    ArrivalFault,
    ConnectionFault,
    DeliveryFault,
    Fault,
    PictureFault,
    Plan,
    ProviderFailure,
    Refusal,
    ResultFault,
    Switch,
)

Facts = Mapping[str, Any]

DIRECTIVE = re.compile(r'\[fault:(\w+)((?:\s+\w+=(?:"[^"]*"|[^\s\]]+))*)\s*\]')
OPTION = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s\]]+))')
IN_A_PLAN = (Switch, Refusal, PictureFault, ResultFault, AnswerFault, DeliveryFault)
RESERVED = {"mode", "times", "match", "options"}


class UnknownFaultError(ValueError):
    """There is no fault of this name, or it cannot be asked for in this way."""


@dataclass(kw_only=True)
class Rule:
    """A fault that was switched on; `times` is how many calls it still meets, None for all."""

    rule_id: str
    fault: Fault
    times: int | None
    match: Mapping[str, Any]
    options: Mapping[str, Any]

    def meets(self, facts: Facts) -> bool:
        """Tell whether a call with these facts meets it: all equal, the prompt by a part of it."""
        return self.times != 0 and all(
            str(wanted) in str(facts.get(key, ""))
            if key == "prompt"
            else str(facts.get(key)) == str(wanted)
            for key, wanted in self.match.items()
        )

    def take(self) -> Active:
        """Count one call."""
        if self.times is not None:
            self.times -= 1
        return Active(self.fault, {**self.fault.options, **self.options})

    def shown(self) -> dict[str, Any]:
        """Give what the control address shows."""
        return {
            "id": self.rule_id,
            "mode": self.fault.name,
            "times": self.times,
            "match": dict(self.match),
            "options": dict(self.options),
        }


@dataclass(kw_only=True)
class Switchboard:
    """The rules in force, over a table of faults by name."""

    table: Mapping[str, Fault]
    _rules: dict[str, Rule] = field(default_factory=dict)
    _directives_met: Counter[tuple[str, str]] = field(default_factory=Counter)

    def switch_on(self, sent: Mapping[str, Any]) -> Rule:
        """Put a rule in force. Raises UnknownFaultError.

        ``{"mode": name, "times": n | null, "match": {…}, …}``; every other key is an option.
        Keys of `match` are metadata keys, ``model`` and ``prompt`` (a part of it).
        """
        fault = self._find(str(sent.get("mode")))
        once = 1 if isinstance(fault, ConnectionFault) else None
        flat = {key: value for key, value in sent.items() if key not in RESERVED}
        rule = Rule(
            rule_id=str(uuid.uuid4()),
            fault=fault,
            times=sent.get("times", once),
            match=sent.get("match") or {},
            options={**flat, **(sent.get("options") or {})},
        )
        self._rules[rule.rule_id] = rule
        return rule

    def switch_on_all(self, sent: Any) -> list[Rule]:
        """Put one rule or a list of rules in force; none of them if one is wrong.

        Raises UnknownFaultError.
        """
        wanted = sent if isinstance(sent, list) else [sent]
        for one in wanted:
            if not isinstance(one, dict):
                raise UnknownFaultError("A fault is a JSON object with a mode.")
            self._find(str(one.get("mode")))
        return [self.switch_on(one) for one in wanted]

    def switch_off(self, rule_id: str | None = None) -> None:
        """Take one rule out of force, or all of them."""
        if rule_id is None:
            self._rules.clear()
        else:
            self._rules.pop(rule_id, None)

    def shown(self) -> list[dict[str, Any]]:
        """Give the rules in force."""
        return [rule.shown() for rule in self._rules.values()]

    def take(self, name: str) -> Mapping[str, Any] | None:
        """Give the options of a fault that is not about one call; None when it is off."""
        for rule in self._rules.values():
            if rule.fault.name == name and rule.meets({}):
                return rule.take().options
        return None

    def connecting(self) -> bool:
        """Tell whether the connection that was just accepted is to be reset."""
        return bool(self._met({}, ConnectionFault))

    def arriving(self, facts: Facts) -> Plan:
        """Give what acts on a request's head."""
        return Plan(tuple(self._met(facts, ArrivalFault)))

    def plan(self, facts: Facts) -> Plan:
        """Give what a call will meet, but for failures of the provider.

        Raises UnknownFaultError for a directive that names no fault.
        """
        for name, _ in _directives(facts):
            self._usable_in_prompt(name)
        return Plan((*self._asked(facts, *IN_A_PLAN), *self._met(facts, *IN_A_PLAN)))

    def failing(self, facts: Facts) -> Plan:
        """Give the failures that one call of the provider meets."""
        return Plan((*self._asked(facts, ProviderFailure), *self._met(facts, ProviderFailure)))

    def _find(self, name: str) -> Fault:
        if name not in self.table:
            raise UnknownFaultError(f"There is no fault {name!r}; GET /emulator/faults lists them.")
        return self.table[name]

    def _usable_in_prompt(self, name: str) -> None:
        if not isinstance(self._find(name), (*IN_A_PLAN, ProviderFailure)):
            raise UnknownFaultError(f"The fault {name!r} acts before or after the prompt is read.")

    def _met(self, facts: Facts, *kinds: type[Fault]) -> list[Active]:
        return [
            rule.take()
            for rule in self._rules.values()
            if isinstance(rule.fault, kinds) and rule.meets(facts)
        ]

    def _asked(self, facts: Facts, *kinds: type[Fault]) -> Iterator[Active]:
        """Give the faults that the prompt asks for, each at most as often as it says.

        A call is known again by its generation, or by its prompt where it names none.
        """
        known_by = str(facts.get("generation_id") or facts.get("prompt"))
        for name, options in _directives(facts):
            fault = self._find(name)
            if not isinstance(fault, kinds):
                continue
            met = self._directives_met[known_by, name]
            if met < options.get("times", math.inf):
                self._directives_met[known_by, name] += 1
                yield Active(fault, {**fault.options, **options})


def _directives(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, options in DIRECTIVE.findall(str(facts.get("prompt", ""))):
        yield name, {key: quoted or _value(plain) for key, quoted, plain in OPTION.findall(options)}


def _value(plain: str) -> Any:
    try:
        return json.loads(plain)
    except ValueError:
        return plain
