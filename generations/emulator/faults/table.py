"""All faults by name."""

from collections.abc import Mapping

from generations.emulator.faults.effects import Fault

TABLE: Mapping[str, Fault] = {}
