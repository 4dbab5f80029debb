"""All faults by name."""

from collections.abc import Mapping

from generations.emulator.faults.answers import ANSWERS
from generations.emulator.faults.deliveries import ARRIVALS, DELIVERIES, RESULTS
from generations.emulator.faults.effects import Fault
from generations.emulator.faults.failures import FAILURES
from generations.emulator.faults.pictures import PICTURES
from generations.emulator.faults.refusals import REFUSALS
from generations.emulator.faults.switches import SWITCHES

TABLE: Mapping[str, Fault] = {
    fault.name: fault
    for faults in (
        SWITCHES,
        ARRIVALS,
        REFUSALS,
        FAILURES,
        PICTURES,
        RESULTS,
        ANSWERS,
        DELIVERIES,
    )
    for fault in faults
}
