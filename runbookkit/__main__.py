"""``python -m runbookkit``, ``runbook`` and ``runbookkit``."""

from __future__ import annotations

import sys


def main() -> None:
    """Answer from memory where the answer still holds; else run the command."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["lint"] and "--no-cache" not in arguments:
        from runbookkit.cli.answers import repeat  # noqa: PLC0415  cheap, unlike the rest

        code = repeat(arguments)
        if code is not None:
            sys.exit(code)
    from runbookkit.cli.main import run  # noqa: PLC0415  slow; most warm runs end above

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
