"""Status and texts as Slack's blocks; text from outside is ``plain_text``.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from runbookkit.model.effect import StatusBlock
from runbookkit.plaintext import cut, one_line, plain, web_address

Block = dict[str, Any]

_HEADER: Final = 150
_SECTION: Final = 3000
_FIELD: Final = 300
_FIELDS: Final = 10
_LONG: Final = 60
"""What is longer is hard to read in one of two columns."""
_BUTTON: Final = 75
_BUTTONS: Final = 25
_LINKS: Final = 12
_TEXT: Final = 12_000
"""Of one message: Slack refuses more than about 13,200 in all blocks together."""
_NOTICE: Final = 3000


def escaped(text: str) -> str:
    """Return text that Slack's markup takes for text.

    https://docs.slack.dev/messaging/formatting-message-text#escaping

    >>> escaped("<!channel> a & b")
    '&lt;!channel&gt; a &amp; b'
    """
    short = cut(text, _NOTICE) or "-"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def status_text(block: StatusBlock) -> str:
    """Return the status in one line, for notifications."""
    return one_line(f"{block.severity} · {block.status} · {block.title}")


def status_blocks(block: StatusBlock, incident: int) -> list[Block]:
    """Return the pinned message."""
    told = (("status", block.status), ("severity", block.severity), *block.lines)
    said = [f"{name}: {value}" for name, value in told]
    fields = [_plain(each, _FIELD) for each in said if len(each) <= _LONG]
    sentences = [_plain(each, _FIELD) for each in said if len(each) > _LONG]
    blocks: list[Block] = [{"type": "header", "text": _plain(block.title, _HEADER)}]
    blocks += [
        {"type": "section", "fields": list(some)} for some in _chunks(fields, _FIELDS)
    ]
    blocks += [{"type": "section", "text": each} for each in sentences]
    links = [(words, web_address(url)) for words, url in block.links]
    shown = [(words, url) for words, url in links if url][:_LINKS]
    if shown:
        blocks.append(_links(shown))
    if block.actions:
        buttons = [_button(*each, incident) for each in block.actions[:_BUTTONS]]
        blocks.append({"type": "actions", "elements": buttons})
    return blocks


def text_blocks(text: str) -> list[Block]:
    """Return a text as sections."""
    whole = cut(text.strip(), _TEXT) or "-"
    return [
        {"type": "section", "text": _plain(part, _SECTION)}
        for part in (whole[at : at + _SECTION] for at in range(0, len(whole), _SECTION))
        if part.strip()
    ]


def _plain(text: str, limit: int) -> Block:
    shown = cut(plain(text).strip(), limit) or "-"
    return {"type": "plain_text", "text": shown, "emoji": False}


def _button(words: str, action: str, incident: int) -> Block:
    return {
        "type": "button",
        "text": _plain(words, _BUTTON),
        "action_id": cut(action, 255),
        "value": str(incident),
    }


def _links(links: Sequence[tuple[str, str]]) -> Block:
    elements: list[Block] = []
    for words, url in links:
        if elements:
            elements.append({"type": "text", "text": " · "})
        shown = cut(one_line(words), _BUTTON) or "link"
        elements.append({"type": "link", "url": url, "text": shown})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _chunks(fields: Sequence[Block], size: int) -> Iterator[Sequence[Block]]:
    for at in range(0, len(fields), size):
        yield fields[at : at + size]
