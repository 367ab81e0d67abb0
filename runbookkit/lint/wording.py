"""Find phrases in prose, cheaply where a document has none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from runbookkit.lint.sentences import Sentence, sentences
from runbookkit.markdown.inline import without_code
from runbookkit.model.document import Block, Document, Prose

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


_PUNCTUATION = str.maketrans(dict.fromkeys('`*_.,;:!?()[]{}<>|/\\"=#', " "))


@lru_cache(maxsize=8)
def folded(lines: tuple[str, ...]) -> str:
    """Return a document's text as one line in lower case, made once for all rules."""
    return " ".join(lines).lower()


@lru_cache(maxsize=8)
def words(lines: tuple[str, ...]) -> frozenset[str]:
    """Return the words of a document in lower case, made once for all rules."""
    return words_of(folded(lines))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that is in lower case already."""
    return frozenset(text.translate(_PUNCTUATION).split())


def mentions(
    document: Document, hints: frozenset[str], *, also: tuple[str, ...] = ()
) -> bool:
    """Tell whether a document holds one of some lower-case words, or of some strings."""
    if not words(document.lines).isdisjoint(hints):
        return True
    return any(each in folded(document.lines) for each in also)


def phrases(
    blocks: Iterable[Block], pattern: re.Pattern[str]
) -> Iterator[tuple[Prose, re.Match[str]]]:
    """Yield where a pattern matches prose, code spans blanked, quotes left out."""
    for block in blocks:
        if isinstance(block, Prose) and not block.quoted and pattern.search(block.text):
            for match in pattern.finditer(without_code(block.text)):
                yield block, match


def orders(prose: Prose) -> Iterator[Sentence]:
    """Yield the sentences of a paragraph that begin with an imperative."""
    for sentence in sentences(prose):
        lead = _LEAD_IN.match(sentence.words)
        if IMPERATIVE.match(sentence.words, lead.end() if lead else 0):
            yield sentence
