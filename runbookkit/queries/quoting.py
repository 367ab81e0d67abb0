"""Put values into programs, so that no value becomes syntax."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from runbookkit.queries.language import Language
from runbookkit.queries.placeholders import (
    Placeholder,
    placeholder_problems,
    placeholders,
    with_samples,
)
from runbookkit.queries.query_quoting import query_value
from runbookkit.queries.registry import language_of
from runbookkit.queries.shell_quoting import Landing, render_shell
from runbookkit.queries.values import (
    MissingValueError,
    UnsafeValueError,
    shown,
    value_of,
    without_controls,
)

__all__ = ["MissingValueError", "UnsafeValueError", "render"]

_HOST: Final = re.compile(r"(?![-.])[A-Za-z0-9._:@-]{1,253}")


def render(text: str, language: str, values: Mapping[str, Any]) -> str:
    """Return a text with a value in place of every ``{{ name }}``.

    ``language`` is the language of the fence, which decides how a value is
    quoted; ``"text"`` is prose, where nothing is quoted, and ``"host"`` takes
    nothing but names of hosts. Whoever shows prose escapes it for the page.

    Raises:
        MissingValueError: A name has no value.
        QuotingError: A value cannot stand where the text wants it.

    >>> render("systemctl status {{ unit }}", "bash", {"unit": "a b; reboot"})
    "systemctl status 'a b; reboot'"
    """
    problem = next(iter(placeholder_problems(text)), None)
    if problem is not None:
        raise MissingValueError(problem.message)
    found = placeholders(text)
    landings = [Landing(each, value_of(each, values)) for each in found]
    if not landings:
        return text
    known = language_of(language)
    if known is not None and known.name == "shell":
        return render_shell(text, landings)
    sampled = with_samples(text, lambda _: "x")
    pieces: list[str] = []
    done = 0
    for landing in landings:
        pieces.append(text[done : landing.placeholder.start])
        pieces.append(_quoted(sampled, landing, language, known))
        done = landing.placeholder.end
    return "".join([*pieces, text[done:]])


def _quoted(
    sampled: str, landing: Landing, language: str, known: Language | None
) -> str:
    if known is not None:
        return query_value(sampled, landing.placeholder, landing.value, known)
    value = without_controls(landing.value)
    if language == "text":
        return value
    if language == "host":
        return _host(landing.placeholder, value)
    raise UnsafeValueError(f"no language {language!r} is known to quote values for")


def _host(placeholder: Placeholder, value: str) -> str:
    # a capture may name several; each of them is a host, or none is
    if not all(_HOST.fullmatch(each) for each in re.split(", ?", value)):
        raise UnsafeValueError(
            f"{{{{ {placeholder.name} }}}} is {shown(value)}, which names no host"
        )
    return value
