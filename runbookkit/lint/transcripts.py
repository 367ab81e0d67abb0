"""Tell what was typed from what was answered in a terminal's text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from runbookkit.lint.tools import begins_command
from runbookkit.model.runbook import SHELL_FENCES

SESSION_FENCES: Final = frozenset(
    {"console", "terminal", "shell-session", "shellsession", "sh-session", "session"}
)
"""Languages of fences that show a terminal, answers included."""

_PLAIN_FENCES: Final = frozenset({"text", "txt", "plaintext", "log", "output"})
_HOST: Final = (
    r"(?:\[[^\]\n]*@[^\]\n]*\]|[\w.-]+@[\w.-]+(?::[^\s$#%]*)?|(?:sh|bash)-[\d.]+"
    r"|\([\w.-]+\))"
)
_PROMPT: Final = re.compile(
    rf"[ \t]*(?:{_HOST}\s?[$#%]|\$|PS [^>\n]*>)(?:[ \t]+|(?=\n|$))"
)
_BARE_PROMPT: Final = re.compile(r"[ \t]*[#%>][ \t]+")
_MORE: Final = re.compile(r"[ \t]*>[ \t]?")
_ANY_PROMPT: Final = re.compile(
    r"^[ \t]*(?:\$[ \t]|[^\s#$%]{1,60}[ \t]?[$#%][ \t])", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Transcript:
    """Shell text, and what stood around it.

    ``text`` is as long as the source: prompts and answers are blanks in it, so
    an offset means the same place in both.
    """

    text: str
    prompts: tuple[tuple[int, int], ...] = ()
    """Where prompts stand."""
    answered: bool = False
    """Whether answers of a program stand between the commands."""


def read_transcript(text: str, language: str) -> Transcript | None:
    r"""Return the commands of a block, or none when it holds no commands.

    >>> read_transcript("$ ls\na b\n$ pwd", "console").text
    '  ls\n   \n  pwd'
    """
    typed = language in SHELL_FENCES
    if typed and not _ANY_PROMPT.search(text):
        return Transcript(text)
    if not typed and language not in SESSION_FENCES | _PLAIN_FENCES | {""}:
        return None
    reader = _Reader(typed=typed)
    lines = text.split("\n")
    reader.prompted = any(reader.prompt(line) for line in lines)
    if not reader.prompted and not typed:
        first = next((each for each in lines if _says(each)), "")
        if language in _PLAIN_FENCES or not begins_command(first):
            return None
    for line in lines:
        reader.read(line)
    shown = "\n".join(reader.shown)
    if not shown.strip():
        return None
    return Transcript(shown, tuple(reader.prompts), reader.answered)


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


@dataclass
class _Reader:
    """Reads a terminal's text line by line."""

    typed: bool
    prompted: bool = False
    position: int = 0
    shown: list[str] = field(default_factory=list)
    prompts: list[tuple[int, int]] = field(default_factory=list)
    answered: bool = False
    open: _Open | None = None

    def prompt(self, line: str) -> int:
        """Return how long the prompt of a line is, 0 when it has none."""
        if match := _PROMPT.match(line):
            return match.end()
        bare = None if self.typed else _BARE_PROMPT.match(line)
        return bare.end() if bare and begins_command(line[bare.end() :]) else 0

    def read(self, line: str) -> None:
        """Take one more line."""
        width = self.prompt(line)
        if self.open is not None and (not width or self.open.ends):
            self._continue(line)
        elif width or self._is_command(line):
            self._begin(line, width)
        else:
            self.answered = self.answered or _says(line)
            self.shown.append(" " * len(line))
        self.position += len(line) + 1

    def _is_command(self, line: str) -> bool:
        alone = self.typed or not self.prompted
        return (alone and begins_command(line)) or (
            self.typed and line.lstrip().startswith("#")
        )

    def _begin(self, line: str, width: int) -> None:
        if width:
            self.prompts.append((self.position, self.position + width))
        self._feed(_Open(), " " * width + line[width:])

    def _continue(self, line: str) -> None:
        more = _MORE.match(line) if self.prompted else None
        if more and self.open is not None and not self.open.ends:
            end = more.end()
            self.prompts.append((self.position, self.position + end))
            line = " " * end + line[end:]
        self._feed(self.open or _Open(), line)

    def _feed(self, command: _Open, line: str) -> None:
        command.feed(line)
        self.open = command if command.unfinished else None
        self.shown.append(line)


_TOKEN: Final = re.compile(
    r"""\\.
    | (?P<comment>(?:(?<=\s)|^)\#.*)
    | (?<!<)<<-?[ \t]*(?P<mark>['"]?)(?P<end>\w+)(?P=mark)
    | (?P<quote>['"])
    | (?P<opens>(?:^|[;&|]|\bdo|\bthen)[ \t]*(?:for|while|until|if|case|select)\b)
    | (?P<closes>(?:^|[;&])[ \t]*(?:done|fi|esac)\b)""",
    re.VERBOSE,
)
_QUIET: Final = re.compile(
    r"(?![ \t]*(?:for|while|until|if|case|select|done|fi|esac)\b)[\w\s./:=,@%+-]*"
)
_MORE_TO_COME: Final = re.compile(r"(?:\\|\||&&)[ \t]*$")


def _says_no_more(line: str) -> bool:
    """Tell at a glance that a line opens and closes nothing, as most lines do not."""
    return bool(_QUIET.fullmatch(line)) and "do" not in line and "then" not in line


@dataclass
class _Open:
    """How much of a command is still to come."""

    quote: str = ""
    ends: list[str] = field(default_factory=list)
    depth: int = 0
    continued: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether the next line belongs to the command too."""
        return bool(self.quote or self.ends or self.depth > 0 or self.continued)

    def feed(self, line: str) -> None:
        """Take a line of the command."""
        if self.ends and not self.quote:
            if line.strip() == self.ends[0]:
                self.ends.pop(0)
            self.continued = False
            return
        if not self.quote and _says_no_more(line):
            self.continued = False
            return
        position = 0
        while position < len(line):
            if self.quote:
                position = self._quoted(line, position)
                continue
            match = _TOKEN.search(line, position)
            if match is None:
                break
            self._token(match)
            position = match.end()
        self.continued = not self.quote and bool(_MORE_TO_COME.search(line))

    def _quoted(self, line: str, position: int) -> int:
        while position < len(line):
            letter = line[position]
            if letter == self.quote:
                self.quote = ""
                return position + 1
            position += 2 if letter == "\\" and self.quote == '"' else 1
        return position

    def _token(self, match: re.Match[str]) -> None:
        if match["quote"]:
            self.quote = match["quote"]
        elif match["end"]:
            self.ends.append(match["end"])
        elif match["opens"]:
            self.depth += 1
        elif match["closes"]:
            self.depth -= 1
