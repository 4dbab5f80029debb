"""WHAT THEY MAKE: wishes for pictures, the calls made for them, and what came back."""

from generations.models.alarms import Alarm
from generations.models.batches import Batch, BatchQuerySet
from generations.models.circuits import Circuit
from generations.models.generations import (
    OPEN_STATES,
    Attempt,
    AttemptImage,
    AttemptQuerySet,
    Generation,
    GenerationQuerySet,
    Source,
    State,
)
from generations.models.presets import (
    LONGEST_NAME,
    Preset,
    PresetQuerySet,
    SourceSet,
    SourceSetItem,
    SourceSetQuerySet,
)

__all__ = [
    "LONGEST_NAME",
    "OPEN_STATES",
    "Alarm",
    "Attempt",
    "AttemptImage",
    "AttemptQuerySet",
    "Batch",
    "BatchQuerySet",
    "Circuit",
    "Generation",
    "GenerationQuerySet",
    "Preset",
    "PresetQuerySet",
    "Source",
    "SourceSet",
    "SourceSetItem",
    "SourceSetQuerySet",
    "State",
]
