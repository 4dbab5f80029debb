"""The kinds of fault, by the place where each acts. The table itself is data (`table`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from generations.emulator.answers import Answer
from generations.emulator.problems import Problem
from generations.emulator.replies import Delivery

Options = Mapping[str, Any]
Deform = Callable[[Answer, Options], Answer]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that can go wrong or be otherwise.

    `options` names what can be set, with its default. `charged` says whether a call that meets the
    fault after the provider has worked has been billed; the option ``charged`` overrides it.
    """

    name: str
    about: str
    rows: str = ""  # the bad gateway responses that this plays: "G5 G9"
    charged: bool = False
    options: Options = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Switch(Fault):
    """No fault, another behaviour; where it acts is told by its name."""

    charged: bool = True


@dataclass(frozen=True, kw_only=True)
class GlobalSwitch(Fault):
    """Another behaviour of the whole gateway; matches nothing but its count."""


@dataclass(frozen=True, kw_only=True)
class ConnectionFault(Fault):
    """Acts when a connection is accepted, before a byte is read; matches nothing but its count."""


@dataclass(frozen=True, kw_only=True)
class ArrivalFault(Fault):
    """Acts on the head of a request, before its body; a prompt cannot ask for it."""

    delivery: Callable[[Options], Delivery]


@dataclass(frozen=True, kw_only=True)
class Refusal(Fault):
    """The gateway answers with an error before the provider is called.

    Options of every refusal: status, code, message, description, shape, retry_after.
    """

    problem: Problem


@dataclass(frozen=True, kw_only=True)
class ProviderFailure(Fault):
    """The provider answers with an error, after the delay.

    The gateway calls it again where the call asked for that. Options as of a refusal.
    """

    problem: Problem


@dataclass(frozen=True, kw_only=True)
class PictureFault(Fault):
    """The picture itself is not what was asked; (bytes, extension) in, the same out."""

    charged: bool = True
    replace: Callable[[bytes, str, Options], tuple[bytes, str]]


@dataclass(frozen=True, kw_only=True)
class ResultFault(Fault):
    """The address of the picture misbehaves when it is fetched."""

    charged: bool = True
    delivery: Callable[[Options], Delivery]


@dataclass(frozen=True, kw_only=True)
class AnswerFault(Fault):
    """The answer says something else than it should, or the same in an `honest` other form."""

    charged: bool = True
    honest: bool = False
    deform: Deform


@dataclass(frozen=True, kw_only=True)
class DeliveryFault(Fault):
    """The right answer, but the wire breaks."""

    charged: bool = True
    delivery: Callable[[Options], Delivery]


F = TypeVar("F", bound=Fault)


@dataclass(frozen=True)
class Active:
    """A fault that one call meets, with the options in force."""

    fault: Fault
    options: Options

    @property
    def charged(self) -> bool:
        """Tell whether the call that meets it is billed."""
        return bool(self.options.get("charged", self.fault.charged))


@dataclass(frozen=True)
class Plan:
    """Everything that one call will meet."""

    actives: tuple[Active, ...] = ()

    def of(self, kind: type[F]) -> list[tuple[F, Options]]:
        """Give the faults of one kind with their options, in the order they were set."""
        return [
            (active.fault, active.options)
            for active in self.actives
            if isinstance(active.fault, kind)
        ]

    def options(self, name: str) -> Options | None:
        """Give the options of a fault by its name, None when the call does not meet it."""
        for active in self.actives:
            if active.fault.name == name:
                return active.options
        return None

    def names(self) -> list[str]:
        """Give the names, for the charge book."""
        return [active.fault.name for active in self.actives]

    def charged(self) -> bool:
        """Tell whether a call that the provider has worked on has been billed."""
        return all(active.charged for active in self.actives)
