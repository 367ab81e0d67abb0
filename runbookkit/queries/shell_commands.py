"""The commands of shell text, so that rules reason about words, not characters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from runbookkit.queries.shell_plain import Word, plain_lines
from runbookkit.queries.shell_prefixes import SHELLS, Carried, carried, unwrap
from runbookkit.queries.shell_syntax import ShellTree, nodes, parse_shell

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMANDS: Final = frozenset({"command", "declaration_command", "unset_command"})
_SYSTEM_FOLDER: Final = re.compile(r"^/(usr/)?(local/)?s?bin/(?=[^/]+$)")
_DEPTH: Final = 4  # commands inside commands: ssh → sudo → bash -c → kubectl exec


class Redirect(NamedTuple):
    """Where a command's input comes from or its output goes to.

    ``text`` is the target, or the text of a here-document.
    """

    operator: str
    text: str
    start: int
    end: int


class Assignment(NamedTuple):
    """A variable set for one command, as in ``PGHOST=db psql``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command; prefixes such as ``sudo`` are taken off.

    ``words`` begin with the command's name and have no quotes; an expansion
    stands as it is written (``$NS``). ``start`` and ``end`` cover the prefixes
    too, ``spans`` holds the place of each word. Commands of one pipeline share
    its number; ``position`` is a command's place in it. ``within`` names the
    command that runs this one elsewhere (``ssh``, ``kubectl exec``).
    ``endless`` marks the condition of a loop that nothing ends.
    """

    name: str
    words: tuple[str, ...]
    start: int
    end: int
    pipeline: int = 0
    position: int = 0
    redirects: tuple[Redirect, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    prefixes: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    within: str = ""
    background: bool = False
    endless: bool = False

    @property
    def has_input(self) -> bool:
        """Whether standard input is something else than the terminal."""
        return self.position > 0 or any(
            redirect.operator.startswith("<") for redirect in self.redirects
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """What the nodes above a command say about it."""

    pipeline: int | None = None
    position: int = 0
    redirects: tuple[Node, ...] = ()
    background: bool = False
    endless: bool = False


_NOWHERE: Final = _Place()


@lru_cache(maxsize=256)
def commands(text: str) -> tuple[Command, ...]:
    """Return all commands of shell text, in order, also those in ``$(…)``.

    A command that runs another one elsewhere is followed by that one.

    >>> [command.words for command in commands("sudo ls | wc -l")]
    [('ls',), ('wc', '-l')]
    """
    return tuple(_commands(text, _DEPTH))


def _commands(text: str, depth: int) -> Iterator[Command]:
    lines = plain_lines(text)
    for command in _parsed(text) if lines is None else _split(lines):
        yield command
        yield from _inner(command, depth)


def _split(lines: list[list[Word]]) -> Iterator[Command]:
    for number, words in enumerate(lines):
        own, prefixes = _unwrapped(words)
        yield Command(
            name=own[0].text,
            words=tuple(word.text for word in own),
            start=words[0].start,
            end=words[-1].end,
            pipeline=number,
            prefixes=prefixes,
            spans=tuple((word.start, word.end) for word in own),
        )


def _unwrapped(words: list[Word]) -> tuple[list[Word], tuple[str, ...]]:
    """Return the words from the command's name on, and what stands before it."""
    unwrapped = unwrap([word.text for word in words])
    own = words[unwrapped.skip :]
    if own[0].text.startswith("/"):
        own[0] = own[0]._replace(text=_SYSTEM_FOLDER.sub("", own[0].text))
    return own, unwrapped.prefixes


def _parsed(text: str) -> Iterator[Command]:
    tree = parse_shell(text)
    numbers = itertools.count()
    for node, place in _placed(tree.root, numbers):
        command = _command(tree, node, place, numbers)
        if command is not None:
            yield command


def _placed(root: Node, numbers: Iterator[int]) -> Iterator[tuple[Node, _Place]]:
    waiting = [(root, _NOWHERE)]
    while waiting:
        node, place = waiting.pop()
        if node.type in _COMMANDS:
            yield node, place
            place = _NOWHERE
        waiting.extend(reversed(list(_below(node, place, numbers))))


def _below(
    node: Node, place: _Place, numbers: Iterator[int]
) -> Iterator[tuple[Node, _Place]]:
    if node.type == "pipeline":
        yield from _pipeline(node, place, numbers)
    elif node.type == "redirected_statement":
        yield from _redirected(node, place, numbers)
    elif node.type == "while_statement":
        endless = _never_left(node)
        for child in node.children:
            condition = child.type == "command"
            yield child, _Place(endless=endless and condition)
    elif node.type == "negated_command":
        yield from ((child, place) for child in node.children)
    else:
        yield from _others(node, place)


def _others(node: Node, place: _Place) -> Iterator[tuple[Node, _Place]]:
    children = node.children
    for number, child in enumerate(children):
        if not child.child_count:
            continue  # a leaf, so no command
        # After a here-document, `| a && b` is a pipeline with a list inside.
        own = place if node.type == "list" and not number else _NOWHERE
        after = children[number + 1].type if number + 1 < len(children) else ""
        background = after == "&" or place.background
        if background != own.background:
            own = replace(own, background=background)
        yield child, own


def _pipeline(
    node: Node, place: _Place, numbers: Iterator[int]
) -> Iterator[tuple[Node, _Place]]:
    number = next(numbers) if place.pipeline is None else place.pipeline
    members = [child for child in node.children if child.is_named]
    first = place.position
    # After a here-document the tree begins the pipeline with the bar.
    first += node.children[0].type == "|"
    for position, child in enumerate(members, first):
        last = child.id == members[-1].id
        yield (
            child,
            replace(
                place,
                pipeline=number,
                position=position,
                redirects=place.redirects if last else (),
            ),
        )


def _redirected(
    node: Node, place: _Place, numbers: Iterator[int]
) -> Iterator[tuple[Node, _Place]]:
    redirects = tuple(child for child in node.children if child.type in _REDIRECTS)
    number = next(numbers) if place.pipeline is None else place.pipeline
    place = replace(place, pipeline=number)
    for child in node.children:
        if child.type in _REDIRECTS:
            for part in child.children:
                yield part, replace(place, redirects=())
        else:
            yield child, replace(place, redirects=place.redirects + redirects)


_REDIRECTS: Final = frozenset(
    {"file_redirect", "heredoc_redirect", "herestring_redirect"}
)


def _never_left(loop: Node) -> bool:
    condition = next((each for each in loop.children if each.type == "command"), None)
    if condition is None or condition.text not in {b"true", b":"}:
        return False
    if loop.children[0].type != "while":
        return False
    leaving = {b"break", b"exit", b"return", b"exec"}
    return not any(
        node.type == "command_name" and node.text in leaving for node in nodes(loop)
    )


def _command(
    tree: ShellTree, node: Node, place: _Place, numbers: Iterator[int]
) -> Command | None:
    redirects = place.redirects + tuple(
        child for child in node.children if child.type in _REDIRECTS
    )
    words = [*_words(tree, node), *_after_redirects(tree, place.redirects)]
    if not words:
        return None
    own, prefixes = _unwrapped(words)
    start, end = tree.span(node)
    return Command(
        name=own[0].text,
        words=tuple(word.text for word in own),
        start=start,
        end=max(end, own[-1].end),
        pipeline=next(numbers) if place.pipeline is None else place.pipeline,
        position=place.position,
        redirects=tuple(_redirect(tree, redirect) for redirect in redirects),
        assignments=tuple(_assignments(tree, node)),
        prefixes=prefixes,
        spans=tuple((word.start, word.end) for word in own),
        background=place.background,
        endless=place.endless,
    )


def _words(tree: ShellTree, node: Node) -> Iterator[Word]:
    for child in node.children:
        assigns = child.type == "variable_assignment" and node.type == "command"
        invented = child.start_byte == child.end_byte  # the parser's own repair
        if child.type not in _REDIRECTS and not assigns and not invented:
            yield Word(tree.plain(child), *tree.span(child))


def _after_redirects(tree: ShellTree, redirects: tuple[Node, ...]) -> Iterator[Word]:
    # In `cmd >file -x` the tree takes "-x" for a second target of the redirect.
    for redirect in redirects:
        for child in redirect.children_by_field_name("destination")[1:]:
            yield Word(tree.plain(child), *tree.span(child))
        for child in redirect.children_by_field_name("argument"):
            yield Word(tree.plain(child), *tree.span(child))


def _redirect(tree: ShellTree, node: Node) -> Redirect:
    operator = "".join(
        tree.source(child)
        for child in node.children
        if child.type == "file_descriptor" or not child.is_named
    )
    body = [child for child in node.children if child.type == "heredoc_body"]
    target = body or [child for child in node.children if child.is_named][-1:]
    if node.type == "file_redirect":
        target = node.children_by_field_name("destination")[:1]
    if node.type == "heredoc_redirect":
        operator = "<<"
    text = "".join(tree.source(each) if body else tree.plain(each) for each in target)
    return Redirect(operator, text, *tree.span(node))


def _assignments(tree: ShellTree, node: Node) -> Iterator[Assignment]:
    for child in node.children:
        if child.type != "variable_assignment":
            continue
        name = child.child_by_field_name("name")
        if name is not None:
            value = child.child_by_field_name("value")
            yield Assignment(
                tree.source(name), "" if value is None else tree.plain(value)
            )


def _inner(command: Command, depth: int) -> Iterator[Command]:
    """Yield the commands that a command runs, here or elsewhere."""
    if not depth:
        return
    found = carried(command.words)
    if found is None:
        yield from _fed(command, depth)
    elif found.script:
        within = command.within or found.carrier
        yield from _script(command, command.words[found.first], within, depth)
    else:
        yield from _carried(command, found, depth)


def _carried(command: Command, found: Carried, depth: int) -> Iterator[Command]:
    words = command.words[found.first : found.last]
    skip = unwrap(words)
    spans = command.spans[found.first : found.last]
    inner = replace(
        command,
        name=_SYSTEM_FOLDER.sub("", words[skip.skip]),
        words=words[skip.skip :],
        start=spans[0][0],
        end=spans[-1][1],
        spans=spans[skip.skip :],
        prefixes=command.prefixes + skip.prefixes,
        assignments=(),
        redirects=tuple(each for each in command.redirects if each.operator[0] == "<"),
        within=command.within or found.carrier,
    )
    yield inner
    yield from _inner(inner, depth - 1)


def _fed(command: Command, depth: int) -> Iterator[Command]:
    """Yield the commands that a shell reads from a here-document."""
    if command.name not in SHELLS | {"ssh"}:
        return
    within = "ssh" if command.name == "ssh" else ""
    for redirect in command.redirects:
        if redirect.operator == "<<":
            yield from _script(command, redirect.text, command.within or within, depth)


def _script(command: Command, text: str, within: str, depth: int) -> Iterator[Command]:
    """Yield the commands of a script; each stands where the outer command does."""
    span = (command.start, command.end)
    for inner in _commands(text, depth - 1):
        yield replace(
            inner,
            start=span[0],
            end=span[1],
            spans=(span,) * len(inner.words),
            prefixes=command.prefixes + inner.prefixes,
            within=inner.within or within,
            background=command.background,
        )
