"""Front matter that is made again line by line, where nobody changed it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

_LINE: Final = re.compile(
    r"(?P<key>[a-z_]+):\s*(?P<value>.*?)\s*#\s*generated (?P<digest>[0-9a-f]{4})\s*"
)
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""What YAML takes for something else than text."""
_KEY: Final = re.compile(r"([A-Za-z_][\w-]*):")


def front_line(key: str, value: str | Sequence[str]) -> str:
    """Return one line of front matter, marked as generated.

    >>> front_line("services", ["a", "b: c"]).partition("  #")[0]
    'services: [a, "b: c"]'
    """
    if isinstance(value, str):
        shown = _scalar(value)
    else:
        shown = f"[{', '.join(map(_scalar, value))}]"
    return f"{key}: {shown}  # generated {_digest(shown)}"


def merged_front(lines: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the lines of a front matter with what nobody changed made again.

    ``values`` are whole lines by key; a key that the text lacks is added, since
    an incident learns its end later than its beginning.
    """
    there: set[str] = set()
    whole: list[str] = []
    for line in lines:
        match = _LINE.fullmatch(line)
        key = _KEY.match(line)
        if key is not None:
            there.add(key[1])
        if (
            match
            and match["key"] in values
            and match["digest"] == _digest(match["value"])
        ):
            whole.append(values[match["key"]])
        else:
            whole.append(line)
    return [*whole, *(line for key, line in values.items() if key not in there)]


def _scalar(text: str) -> str:
    """Return a YAML scalar; quoted as JSON is, unless it is plain beyond doubt."""
    plain = text.lower() not in _WORDS
    if plain and re.fullmatch(
        r"[A-Za-z][\w./-]*|\d{4}-\d\d-\d\dT[\d:]+Z", text, re.ASCII
    ):
        return text
    return json.dumps(text, ensure_ascii=False)


def _digest(value: str) -> str:
    return sha256(value.encode(errors="surrogatepass")).hexdigest()[:4]
