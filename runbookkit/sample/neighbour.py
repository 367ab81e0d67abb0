"""Another process on the same disk: it writes and syncs as a nightly backup does.

It ends when its standard input is closed, so it never outlives the service.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

_CHUNK = b"\0" * (4 << 20)
_CHUNKS = 150


def fill(file: Path, end: threading.Event) -> None:
    """Write 600 MB again and again, and sync each time."""
    while not end.is_set():
        with file.open("wb") as out:
            for _ in range(_CHUNKS):
                if end.is_set():
                    break
                out.write(_CHUNK)
            out.flush()
            os.fsync(out.fileno())
    file.unlink(missing_ok=True)


def main() -> None:
    """Fill two files until standard input is closed."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text("backup", encoding="ascii")
    folder = Path(sys.argv[1])
    end = threading.Event()
    for number in range(2):
        file = folder / f"backup-{number}"
        threading.Thread(target=fill, args=(file, end)).start()
    sys.stdin.read()
    end.set()


if __name__ == "__main__":
    main()
