"""Find phrases in prose, cheaply where a document has none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runbookkit.lint.sentences import sentences
from runbookkit.markdown.inline import without_code
from runbookkit.model.document import Block, Document, Prose
from runbookkit.model.remembered import remembered
from runbookkit.model.span import Span

_LEAD_IN = re.compile(
    r"(?:\s|[*_>\d.)(]|-\s|(?:please|then|also|next|finally|first|optionally|so|or|and"
    r"|alternatively|otherwise|note|now|again|once done|i?f (?:needed|necessary|required"
    r"|possible|applicable|appropriate|desired)|when (?:possible|appropriate|necessary)"
    r"|where (?:possible|applicable|appropriate)|as (?:needed|necessary|required))\b,?)*",
    re.IGNORECASE,
)
IMPERATIVE = re.compile(
    r"(?:add|adjust|allow|analy[sz]e|apply|approve|ask|back up|block|bring|call|cancel"
    r"|change|check|clean|clear|close|collect|compare|configure|confirm|connect|consider"
    r"|contact|copy|cordon|correct|create|debug|decrease|define|delete|deploy|describe"
    r"|determine|disable|disconnect|drain|drop|edit|enable|ensure|escalate|evict|examine"
    r"|execute|expand|extend|failover|fail over|find|fix|follow|force|free|gather|get|go"
    r"|identify|increase|inform|inspect|install|investigate|isolate|kill|limit|list|locate"
    r"|log in|look|lower|make|migrate|modify|monitor|mount|move|notify|observe|open|page"
    r"|patch|pause|perform|prune|pull|purge|push|raise|reboot|rebuild|reconnect|recover"
    r"|recreate|reduce|refer|reinstall|reload|remove|rename|repair|replace|report|request"
    r"|reset|resize|resolve|restart|restore|resume|retry|revert|review|roll ?back|rotate"
    r"|run|scale|search|select|send|set|shut down|silence|start|stop|suspend|switch|take"
    r"|terminate|test|throttle|try|tune|uncordon|undo|uninstall|unmount|update|upgrade"
    r"|use|validate|verify|wait|watch)\b",
    re.IGNORECASE,
)


_LETTERS = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32
    for code in range(256)
)


@remembered
def folded(lines: tuple[str, ...]) -> str:
    """Return a document's text as one line in lower case, made once for all rules."""
    return " ".join(lines).lower()


@remembered
def words(lines: tuple[str, ...]) -> frozenset[str]:
    """Return the words of a document, made once for all rules."""
    return words_of(" ".join(lines))


def words_of(text: str) -> frozenset[str]:
    """Return the runs of ASCII letters and digits of a text, in lower case.

    >>> sorted(words_of("Don't use GPT-4"))
    ['4', 'don', 'gpt', 't', 'use']
    """
    # bytes are translated three times as fast as characters
    letters = text.encode(errors="replace").translate(_LETTERS)
    return frozenset(letters.decode("ascii").split())


def mentions(
    document: Document, hints: frozenset[str], *, also: tuple[str, ...] = ()
) -> bool:
    """Tell whether a document holds one of some words, or of some lower-case strings.

    Words are as :func:`words_of` parts them. Patterns without regard to case are
    slow, and most documents have none of their words.
    """
    if not words(document.lines).isdisjoint(hints):
        return True
    return any(each in folded(document.lines) for each in also)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of prose."""

    prose: Prose
    start: int
    end: int

    @property
    def said(self) -> str:
        """The words as written, on one line."""
        return " ".join(self.prose.text[self.start : self.end].split())

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        return self.prose.span_of(self.start, self.end)

    def before(self, length: int) -> str:
        """Return the characters before it, in lower case."""
        return self.prose.text[max(0, self.start - length) : self.start].lower()


def phrases(blocks: Iterable[Block], pattern: re.Pattern[str]) -> Iterator[Phrase]:
    """Yield where a lower-case pattern matches prose.

    The pattern sees lower case, the end of a line as a space, and no code;
    quotes are left out. Matching without regard to case would take twice as
    long.
    """
    for block in blocks:
        if isinstance(block, Prose) and not block.quoted:
            text = on_one_line(block.text)
            if pattern.search(text):
                for match in pattern.finditer(without_code(text)):
                    yield Phrase(block, *match.span())


def on_one_line(text: str) -> str:
    """Return a text in lower case with spaces for line ends, every offset kept."""
    flat = text.replace("\n", " ")
    lower = flat.lower()
    # a few letters have a longer lower case
    return lower if len(lower) == len(flat) else flat


def is_order(phrase: Phrase) -> bool:
    """Tell whether the sentence that a phrase stands in begins with an imperative."""
    for sentence in sentences(phrase.prose):
        if sentence.start <= phrase.start < sentence.start + len(sentence.words):
            lead = _LEAD_IN.match(sentence.words)
            start = lead.end() if lead else 0
            return IMPERATIVE.match(sentence.words, start) is not None
    return False
