"""Quote values for the places in shell text where they land.

Quoting keeps a value one word of the shell. That is not enough where the word
is itself a program for somebody else (``bash -c``, ``ssh``, ``awk``, ``psql``),
names the command, or would be read as an option: there, a value must be plain,
or is refused.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runbookkit.queries.placeholders import Placeholder
from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_grammar import shell_problem
from runbookkit.queries.shell_prefixes import carried
from runbookkit.queries.shell_syntax import ShellTree, parse_shell
from runbookkit.queries.shell_variables import assigned
from runbookkit.queries.values import (
    UnsafeValueError,
    is_plain,
    shown,
    without_controls,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_HARMLESS_IN_CODE: Final = re.compile(r"[A-Za-z0-9_.:@-]+")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d*)")
_REPARSING: Final = frozenset({"eval", "parallel", "ssh", "watch"})
_CODE: Final = frozenset(
    {
        *("awk", "bpftrace", "clickhouse-client", "cqlsh", "gawk", "gitlab-psql"),
        *("jq", "mariadb", "mawk", "mongo", "mongosh", "mysql", "node", "perl"),
        *("psql", "python", "python3", "redis-cli", "ruby", "sed", "sqlite3", "yq"),
    }
)
_CODE_OPTIONS: Final = frozenset(
    {"-c", "-e", "-q", "--command", "--eval", "--execute", "--query"}
)
_DOUBLE: Final = re.compile(r'[\\"$`]')
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
    tree = parse_shell(sampled)
    quoted = [
        _quoted(sampled, tree, each, sample)
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


def _quoted(sampled: str, tree: ShellTree, landing: Landing, sample: str) -> str:
    value = without_controls(landing.value)
    for command in commands(sampled):
        _check_command(command, landing, sample)
    place = _place(tree, landing.placeholder, sampled)
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


_WHY: Final = {
    "arithmetic": "arithmetic takes whole numbers only",
    "backtick": "backticks cannot be quoted for; write $(…)",
    "comment": "a newline would end the comment",
    "expansion": "nothing can be quoted inside ${…}",
    "heredoc": "a here-document takes letters, digits and a few marks only",
    "name": "a value may not name a variable, a function or the end of a document",
    "odd": "this place cannot be quoted for",
}
_PLACES: Final = {
    "ansi_c_string": "odd",
    "arithmetic_expansion": "arithmetic",
    "comment": "comment",
    "compound_statement": "bare",
    "ERROR": "odd",
    "expansion": "expansion",
    "heredoc_body": "heredoc",
    "heredoc_end": "name",
    "heredoc_start": "name",
    "process_substitution": "bare",
    "program": "bare",
    "raw_string": "single",
    "regex": "odd",
    "string": "double",
    "translated_string": "double",
    "variable_name": "name",
}


def _place(tree: ShellTree, placeholder: Placeholder, sampled: str) -> str:
    """Return what a placeholder stands in, by the nearest node that decides it."""
    start = len(sampled[: placeholder.start].encode(errors="replace"))
    end = len(sampled[: placeholder.end].encode(errors="replace"))
    node = tree.root.descendant_for_byte_range(start, end)
    found = "bare"
    for each in _upward(node):
        if each.type == "command_substitution":
            opened = tree.data[each.start_byte : each.start_byte + 1]
            found = "backtick" if opened == b"`" else found
            break
        if each.type == "function_definition":
            name = each.child_by_field_name("name")
            found = "name" if name and name.end_byte >= end else found
        if _is_arithmetic(each):
            found = "arithmetic"
        found = found if found != "bare" else _PLACES.get(each.type, "bare")
        named = found == "name" and each.type == "variable_name"
        if named and any(map(_is_arithmetic, _expression(each))):
            return "arithmetic"
        if found != "bare" or each.type in {"process_substitution", "subshell"}:
            break
    # Backticks further out reach into everything inside them.
    outer = (each for each in _upward(node) if each.type == "command_substitution")
    inside = any(tree.data[each.start_byte] == ord("`") for each in outer)
    if tree.root.has_error and found != "name":
        return "odd"  # the tree is repaired: what it shows may not be all
    return "backtick" if inside and found != "name" else found


def _is_arithmetic(node: Node) -> bool:
    compound = node.type == "compound_statement" and node.children[0].type == "(("
    return compound or node.type == "arithmetic_expansion"


def _expression(node: Node) -> Iterator[Node]:
    """Yield what is around a name, as far as the arithmetic it is in."""
    for each in _upward(node):
        yield each
        if each.type.endswith(("command", "assignment", "statement", "expansion")):
            return


def _upward(node: Node | None) -> Iterator[Node]:
    while node is not None:
        yield node
        node = node.parent


def _check_command(command: Command, landing: Landing, sample: str) -> None:
    """Raise if a value would do more in a command than be one of its words."""
    if sample in command.name:
        raise landing.unsafe("a value may not choose the command")
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


def _is_harmless(command: Command, landing: Landing) -> bool:
    """Return whether a value can be a part of the program that a command runs."""
    if command.name in _CODE:
        return _HARMLESS_IN_CODE.fullmatch(landing.value) is not None
    return is_plain(landing.value)


def _check_option(command: Command, place: int, landing: Landing, sample: str) -> None:
    begins = command.words[place].startswith(sample) and landing.value.startswith("-")
    ended = "--" in command.words[:place]
    if begins and not ended and not _NUMBER.fullmatch(landing.value):
        raise landing.unsafe(f"`{command.name}` would read it as an option")


def _is_program(command: Command, place: int, sample: str) -> bool:
    found = carried(command.words)
    if found and found.first <= place < found.last:
        return found.script or command.name in _REPARSING
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
