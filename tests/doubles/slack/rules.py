"""What Slack says of blocks, texts and metadata; errors are named as it names them.

https://docs.slack.dev/reference/block-kit/blocks
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

MARKUP = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"[a-z0-9_-]+")
_TEXTS = {"plain_text", "mrkdwn"}
_BLOCKS = {"header", "section", "actions", "context", "divider", "rich_text"}


def name_error(name: Any) -> str:
    if not isinstance(name, str) or not name:
        return "invalid_name_required"
    if len(name) > 80:
        return "invalid_name_maxlength"
    return "" if _NAME.fullmatch(name) else "invalid_name_specials"


def message_error(message: Mapping[str, Any]) -> str:
    blocks = message.get("blocks") or []
    if not message.get("text") and not blocks:
        return "no_text"
    if len(message.get("text") or "") > 40_000:
        return "msg_too_long"
    if len(blocks) > 50 or any(_block_error(block) for block in blocks):
        return "invalid_blocks"
    if sum(map(len, _strings(blocks))) > 13_200:
        return "msg_blocks_too_long"
    return _metadata_error(message.get("metadata"))


def markup(message: Mapping[str, Any]) -> list[str]:
    """Return what Slack would make a mention or link of: no text of ours."""
    texts = [message.get("text") or ""]
    texts += [
        each["text"]
        for each in _objects(message.get("blocks") or [])
        if each.get("type") == "mrkdwn"
    ]
    return [found for text in texts for found in MARKUP.findall(text)]


def _metadata_error(metadata: Any) -> str:
    if metadata is None:
        return ""
    fits = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    return "" if fits else "invalid_metadata_format"


def _block_error(block: Any) -> str:
    kind = block.get("type")
    if kind not in _BLOCKS:
        return f"unsupported type: {kind}"
    if kind == "header":
        return _text_error(block.get("text"), 150, {"plain_text"})
    if kind == "section":
        return _section_error(block)
    if kind == "actions":
        return _actions_error(block.get("elements") or [])
    if kind == "rich_text":
        return _rich_error(block.get("elements") or [])
    return ""


def _section_error(block: Mapping[str, Any]) -> str:
    fields = block.get("fields")
    if "text" not in block and not fields:
        return "missing required field: text"
    if "text" in block and (error := _text_error(block["text"], 3000)):
        return error
    if fields is not None and not 1 <= len(fields) <= 10:
        return "must have 1 to 10 fields"
    return next(filter(None, (_text_error(each, 2000) for each in fields or [])), "")


def _actions_error(elements: list[Any]) -> str:
    if not 1 <= len(elements) <= 25:
        return "must have 1 to 25 elements"
    names = [each.get("action_id", "") for each in elements]
    if len(set(names)) < len(names) or any(not 1 <= len(n) <= 255 for n in names):
        return "action_id is not unique"
    if any(len(each.get("value", "")) > 2000 for each in elements):
        return "value is too long"
    texts = (_text_error(each.get("text"), 75, {"plain_text"}) for each in elements)
    return next(filter(None, texts), "")


def _rich_error(elements: list[Any]) -> str:
    for section in elements:
        for each in section.get("elements") or []:
            if each.get("type") not in {"text", "link"} or not each.get("text"):
                return "invalid element"
            if each["type"] == "link" and not each.get("url", "").startswith("http"):
                return "invalid url"
    return "" if elements else "no elements"


def _text_error(text: Any, most: int, kinds: set[str] = _TEXTS) -> str:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return "not a text object"
    if not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= most:
        return f"must be 1 to {most} characters"
    if text["type"] == "mrkdwn" and "emoji" in text:
        return "emoji is for plain_text"
    return ""


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _strings(value: Any) -> Iterator[str]:
    for each in _objects(value):
        if isinstance(each.get("text"), str):
            yield each["text"]
