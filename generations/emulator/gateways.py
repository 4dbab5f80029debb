"""The gateways of the emulated account and their settings."""

from dataclasses import dataclass, field
from typing import Any

DEFAULTS: dict[str, Any] = {
    "authentication": True,
    "cache_invalidate_on_update": False,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
    "rate_limiting_technique": "fixed",
    "retry_backoff": None,
    "retry_delay": None,
    "retry_max_attempts": None,
    "zdr": False,
}


@dataclass(frozen=True, kw_only=True)
class Gateways:
    """Settings by gateway id; `default` makes itself, any other has to be made."""

    _settings: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"default": {"id": "default", **DEFAULTS}}
    )

    def find(self, gateway_id: str) -> dict[str, Any] | None:
        """Give a gateway's settings, None when there is no such gateway."""
        return self._settings.get(gateway_id)

    def write(self, gateway_id: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Make or change a gateway and give its settings."""
        before = self._settings.get(gateway_id, DEFAULTS)
        self._settings[gateway_id] = {**before, **changes, "id": gateway_id}
        return self._settings[gateway_id]

    def all(self) -> list[dict[str, Any]]:
        """Give the settings of every gateway."""
        return list(self._settings.values())
