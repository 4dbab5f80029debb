"""The charge book: every call received and what it would have billed.

One JSON line per change in `charges.jsonl` of the data folder, only ever appended, so that an
emulator that is killed and started again on the same folder still knows what it charged. A call's
row is what its lines say together, the later over the earlier.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FILE_NAME = "charges.jsonl"


class ChargeBook:
    """Rows by call id, oldest first; read-only but through `note`."""

    def __init__(self, folder: Path) -> None:
        """Open the book of a folder, with what an earlier emulator wrote there."""
        self._path = folder / FILE_NAME
        self._rows: dict[str, Row] = {}
        for line in self._lines():
            self._merge(line)
        self._file = self._path.open("a", encoding="utf-8")

    def note(self, call_id: str, **changes: Any) -> None:
        """Add facts to a call's row, on disk before this returns."""
        line = {"call_id": call_id, **changes}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        self._merge(line)

    def rows(self) -> list[Row]:
        """Give every row, oldest call first."""
        return list(self._rows.values())

    def row(self, call_id: str) -> Row:
        """Give one call's row."""
        return self._rows[call_id]

    def total(self) -> int:
        """Give what was charged in all, in micro-dollars."""
        return sum(row.get("cost_microdollars", 0) for row in self._rows.values())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _lines(self) -> Iterator[Row]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for text in file:
                if text.endswith("\n"):  # a kill may leave half a line at the end
                    yield json.loads(text)

    def _merge(self, line: Row) -> None:
        self._rows.setdefault(line["call_id"], {}).update(line)


def now() -> str:
    """Give the time as the gateway writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
