"""Log lines as JSON objects, one a line, on stderr."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Final

_PLAIN: Final = frozenset(
    vars(logging.LogRecord("", 0, "", 0, "", None, None))
    | {"message": "", "asctime": "", "taskName": "", "color_message": ""}
)


class JsonLines(logging.Formatter):
    """Each record as one JSON object; what was given as ``extra`` stands beside."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: value for name, value in vars(record).items() if name not in _PLAIN
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_as_json(level: str = "INFO") -> None:
    """Send all log lines of this process to stderr as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
