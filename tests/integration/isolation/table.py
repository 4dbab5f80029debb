"""The table of who may do what, read from routes.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAFE = "GET"


@dataclass(frozen=True)
class Row:
    """One route with one method: where it is tried, what is sent, and who gets which status."""

    route: str
    method: str
    address: str
    expected: Mapping[str, tuple[int, ...]]
    json: Any = None
    form: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Table:
    """All rows, and the patterns of addresses that are one family with one rule."""

    rows: list[Row]
    families: Mapping[str, Mapping[str, tuple[int, ...]]]

    def lists(self, route: str) -> bool:
        """Say whether a route has its rows, or belongs to a family."""
        return any(row.route == route for row in self.rows) or self.family(route) is not None

    def family(self, route: str) -> str | None:
        """Return the pattern of the family that a route belongs to."""
        if any(row.route == route for row in self.rows):
            return None
        return next((one for one in self.families if re.match(one, route)), None)


def read_table() -> Table:
    """Return the table."""
    written = yaml.safe_load((Path(__file__).parent / "routes.yaml").read_text())
    groups, profiles = written["groups"], written["profiles"]

    def expected(wanted: Any) -> dict[str, tuple[int, ...]]:
        return spread(profiles[wanted] if isinstance(wanted, str) else wanted, groups)

    rows = [
        Row(
            route=route,
            method=method,
            address=cell.get("at", entry.get("at", f"/{route}")),
            expected=expected(cell["who"]),
            json=cell.get("json"),
            form=cell.get("form"),
        )
        for route, entry in written["routes"].items()
        for method, cells in entry.items()
        if method in METHODS
        for cell in (cells if isinstance(cells, list) else [cells])
    ]
    families = {pattern: expected(who) for pattern, who in written["families"].items()}
    return Table(rows, families)


def spread(
    wanted: Mapping[str, Any], groups: Mapping[str, list[str]]
) -> dict[str, tuple[int, ...]]:
    """Return the statuses by caller: groups first, single callers over them."""
    found: dict[str, tuple[int, ...]] = {}
    for name in sorted(wanted, key=lambda name: name not in groups):
        statuses = wanted[name] if isinstance(wanted[name], list) else [wanted[name]]
        for caller in groups.get(name, [name]):
            found[caller] = tuple(statuses)
    return found
