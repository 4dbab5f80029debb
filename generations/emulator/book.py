"""The charge book: every call received and what it would have billed.

One JSON line per change in `charges.jsonl` of the data folder, only ever appended, so that an
emulator that is killed and started again on the same folder still knows what it charged. A call's
row is what its lines say together, the later over the earlier.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FILE_NAME = "charges.jsonl"


class ChargeBook:
    """Rows by call id, oldest first; read-only but through `note`."""

    def __init__(self, folder: Path) -> None:
        """Open the book of a folder, with what an earlier emulator wrote there."""
        self._rows: dict[str, Row] = {}
        self._file = (folder / FILE_NAME).open("ab+")
        self._file.seek(0)
        whole = 0
        for text in self._file:
            if text.endswith(b"\n"):
                self._merge(json.loads(text))
                whole = self._file.tell()
        self._file.truncate(whole)  # a kill may have left half a line at the end

    def note(self, call_id: str, **changes: Any) -> None:
        """Add facts to a call's row, on disk before this returns."""
        line = {"call_id": call_id, **changes}
        self._file.write(json.dumps(line).encode() + b"\n")
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

    def _merge(self, line: Row) -> None:
        self._rows.setdefault(line["call_id"], {}).update(line)


def now() -> str:
    """Give the time as the gateway writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
