"""Quote values for the places in shell text where they land.

Quoting keeps a value one word of the shell. That is not enough where the word
is itself a program for somebody else (``bash -c``, ``ssh``, ``awk``, ``psql``),
names the command, or would be read as an option: there, a value must be plain,
or is refused.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from runbookkit.queries.placeholders import Placeholder
from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_grammar import shell_problem
from runbookkit.queries.shell_places import place_in_shell
from runbookkit.queries.shell_prefixes import carried
from runbookkit.queries.shell_reach import (
    DATABASES,
    REREADING,
    evaluates,
    hands_on,
    is_kept,
    reads_program,
)
from runbookkit.queries.shell_variables import assigned
from runbookkit.queries.values import (
    UnsafeValueError,
    after_backslash,
    is_plain,
    shown,
    without_controls,
)

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_HARMLESS_IN_CODE: Final = re.compile(r"[A-Za-z0-9_.:@-]+")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d*)")
_CODE: Final = frozenset(
    {
        *("awk", "bpftrace", "gawk", "jq", "mawk", "mongo", "mongosh", "node", "perl"),
        *("python", "python3", "redis-cli", "ruby", "sed", "yq"),
        *DATABASES,
    }
)
_CODE_OPTIONS: Final = frozenset(
    {"-c", "-e", "-q", "--command", "--eval", "--execute", "--query"}
)
_DOUBLE: Final = re.compile(r'[\\"$`]')
_READS_MORE: Final = re.compile(
    r"\b(?:declare|eval|let|source|ssh|xargs|\w*sh)\b|\(\(|\[\["
)
_EVALUATING: Final = frozenset({"getopts", "let", "mapfile", "read", "unset"})
_EMBEDDED: Final = re.compile(r"[\"'`\\\n\t]")


def shell_word(value: str) -> str:
    """Return a value as one shell word, or as a part of one.

    Raises:
        UnsafeValueError: The value holds a control character.

    >>> print(shell_word("a b"))
    'a b'
    """
    return shlex.quote(without_controls(value))


@dataclass(frozen=True, slots=True)
class Landing:
    """A placeholder and the value that takes its place."""

    placeholder: Placeholder
    value: str

    def unsafe(self, why: str) -> UnsafeValueError:
        """Return the error that says why the value may not stand there."""
        name = self.placeholder.name
        return UnsafeValueError(
            f"{{{{ {name} }}}} cannot be {shown(self.value)} here: {why}"
        )


def render_shell(text: str, landings: Sequence[Landing]) -> str:
    """Return shell text with every value quoted for its place.

    Raises:
        UnsafeValueError: A value cannot stand where the text wants it.
    """
    samples = [_sample(place, each) for place, each in enumerate(landings)]
    sampled = _replaced(text, landings, samples)
    if shell_problem(sampled) is not None:
        raise UnsafeValueError(
            f"no value can be quoted for text that does not parse: "
            f"{shell_problem(sampled)}"
        )
    quoted = [
        _quoted(sampled, each, sample)
        for each, sample in zip(landings, samples, strict=True)
    ]
    rendered = _replaced(text, landings, quoted)
    _check_unchanged(sampled, rendered, landings, samples)
    return rendered


def _sample(place: int, landing: Landing) -> str:
    """Return a word that no other place has, as long as the placeholder."""
    length = landing.placeholder.end - landing.placeholder.start
    return f"x{place:0{length - 2}d}x"


def _replaced(text: str, landings: Sequence[Landing], by: Sequence[str]) -> str:
    pieces: list[str] = []
    done = 0
    for landing, piece in zip(landings, by, strict=True):
        pieces += [text[done : landing.placeholder.start], piece]
        done = landing.placeholder.end
    return "".join([*pieces, text[done:]])


def _quoted(sampled: str, landing: Landing, sample: str) -> str:
    value = without_controls(landing.value)
    for command in commands(sampled):
        _check_command(command, landing, sample)
    place = place_in_shell(sampled, landing.placeholder.start, landing.placeholder.end)
    if place not in _WHY:
        _check_reach(sampled, landing)
    if place != "single" and after_backslash(sampled, landing.placeholder.start):
        raise landing.unsafe(_BACKSLASH)
    if place == "bare":
        after = sampled[landing.placeholder.end : landing.placeholder.end + 1]
        # A bare number before `>` would name a file descriptor.
        forced = after in {"<", ">"} or not value
        return f"'{value}'" if forced and is_plain(value) else shlex.quote(value)
    if place == "double":
        escaped = _DOUBLE.sub(r"\\\g<0>", value)
        # Typed into a terminal, `!` recalls history even inside double quotes.
        return escaped.replace("!", "\"'!'\"")
    if place == "single":
        return value.replace("'", "'\\''")
    return _as_it_is(landing, place)


def _as_it_is(landing: Landing, place: str) -> str:
    """Return a value for a place where nothing can be quoted."""
    value = landing.value
    fits = place != "name" and is_plain(value)
    if place == "arithmetic":
        fits = _INTEGER.fullmatch(value) is not None
    elif place == "comment":
        fits = "\n" not in value
    elif place == "odd":
        fits = fits and not value.startswith("-")
    if not fits:
        raise landing.unsafe(_WHY[place])
    return value


_BACKSLASH: Final = "the backslash before it would change its first character"
_WHY: Final = {
    "ansi": "$'…' cannot be quoted for; write '…'",
    "arithmetic": "arithmetic takes whole numbers only",
    "backtick": "backticks cannot be quoted for; write $(…)",
    "comment": "a newline would end the comment",
    "expansion": "nothing can be quoted inside ${…}",
    "heredoc": "a here-document takes letters, digits and a few marks only",
    "name": "a value may not name a variable, a function or the end of a document",
    "odd": "this place cannot be quoted for",
}


def _check_command(command: Command, landing: Landing, sample: str) -> None:
    """Raise if a value would do more in a command than be one of its words."""
    if sample in command.name or _may_vanish(command, sample):
        raise landing.unsafe("a value may not choose the command")
    if _is_dynamic(command) and not is_plain(landing.value):
        within = sample in " ".join(command.words)
        if within:
            raise landing.unsafe(
                f"`{command.name}` may be any command, also one that runs its words"
            )
    for place, word in enumerate(command.words):
        if sample not in word:
            continue
        _check_option(command, place, landing, sample)
        if _is_program(command, place, sample) and not _is_harmless(command, landing):
            raise landing.unsafe(
                f"`{command.name}` runs this word as a program of its own"
            )
        others = word.replace(sample, "")
        if re.search(r"[\"']", others) and _EMBEDDED.search(landing.value):
            raise landing.unsafe("this word has quotes of its own inside")


def _check_reach(sampled: str, landing: Landing) -> None:
    """Raise if a variable carries a value to where it is more than text."""
    if is_plain(landing.value):
        return
    place = landing.placeholder
    if reader := reads_program(sampled):
        raise landing.unsafe(f"`{reader}` reads a program from its standard input")
    reader = evaluates(sampled)
    if reader and (is_kept(sampled, place.start, place.end) or hands_on(sampled)):
        raise landing.unsafe(f"a variable takes it to {reader}, which reads it anew")


def _is_harmless(command: Command, landing: Landing) -> bool:
    """Return whether a value can be a part of the program that a command runs."""
    if command.name in _CODE:
        return _HARMLESS_IN_CODE.fullmatch(landing.value) is not None
    return is_plain(landing.value)


def _is_dynamic(command: Command) -> bool:
    """Return whether the command's name is known only when it runs."""
    return "$" in command.name or "`" in command.name


def _may_vanish(command: Command, sample: str) -> bool:
    """Return whether the first word is the command when a variable is empty."""
    first = command.words[1:2]
    return _is_dynamic(command) and bool(first) and sample in first[0]


def _check_option(command: Command, place: int, landing: Landing, sample: str) -> None:
    begins = command.words[place].startswith(sample) and landing.value.startswith("-")
    ended = "--" in command.words[:place]
    if begins and not ended and not _NUMBER.fullmatch(landing.value):
        raise landing.unsafe(f"`{command.name}` would read it as an option")


def _is_program(command: Command, place: int, sample: str) -> bool:
    found = carried(command.words)
    if found and found.first <= place < found.last:
        return found.script or command.name in REREADING
    if found and found.script and place >= found.last:
        # If the script is a variable that is empty, the next word is the script.
        script = command.words[found.first]
        return script.startswith(("$", "`")) or _READS_MORE.search(script) is not None
    if command.name in _EVALUATING or command.words[place - 1] == "-v":
        return command.name in _EVALUATING | {"printf", "test"}
    if command.name not in _CODE:
        return False
    alone = command.words[place] == sample
    return not alone or command.words[place - 1] in _CODE_OPTIONS


def _check_unchanged(
    sampled: str, rendered: str, landings: Sequence[Landing], samples: Sequence[str]
) -> None:
    """Raise if the rendered text has other words than it should have.

    This never happens, as far as we know; a value from outside is worth a
    second look before it runs.
    """
    before, after = commands(sampled), commands(rendered)
    same = len(before) == len(after) and all(
        _is_same(one, other, landings, samples)
        for one, other in zip(before, after, strict=True)
    )
    variables = [each.name for each in assigned(sampled)]
    same = same and variables == [each.name for each in assigned(rendered)]
    if shell_problem(rendered) is not None or not same:
        values = ", ".join(shown(each.value) for each in landings)
        raise UnsafeValueError(f"the values {values} would change the command itself")


def _is_same(
    before: Command, after: Command, landings: Sequence[Landing], samples: Sequence[str]
) -> bool:
    if len(before.words) != len(after.words):
        return False
    for word, found in zip(before.words, after.words, strict=True):
        # An expansion stands in its word as written; what is in it comes later.
        if any(opener in word for opener in ("$(", "<(", ">(", "`")):
            continue
        for landing, sample in zip(landings, samples, strict=True):
            word = word.replace(sample, landing.value)  # noqa: PLW2901  # one after the other
        if word != found:
            return False
    return len(before.redirects) == len(after.redirects)
