"""Any text from outside is text, and of a length that the other side takes."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

from hypothesis import given, strategies as st

from doubles.pagerduty import _event_errors
from doubles.slack.rules import markup, message_error, name_error
from notifiers.effects import ROW, effect
from runbookkit.app.glance import digest, glance
from runbookkit.model.effect import StatusBlock
from runbookkit.notifiers.apprise import words
from runbookkit.notifiers.pagerduty import _alert, dedup_key
from runbookkit.notifiers.slack.blocks import (
    escaped,
    status_blocks,
    status_text,
    text_blocks,
)
from runbookkit.notifiers.slack.channels import channel_name
from runbookkit.plaintext import one_line, plain, web_address

SIGNS = st.sampled_from(
    [
        "<!channel>",
        "<@U1>",
        "&",
        "\x00",
        "\u202e",
        "\n",
        "{{ x }}",
        "@here",
        "](x)",
        "é",
    ]
)
TEXTS = st.lists(SIGNS | st.text(max_size=40), max_size=300).map("".join)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=40).map(tuple)
BLOCKS = st.builds(
    StatusBlock,
    TEXTS,
    TEXTS,
    TEXTS,
    PAIRS,
    st.lists(st.tuples(TEXTS, TEXTS | st.just("https://a.example/x")), max_size=20).map(
        tuple
    ),
)


@given(text=TEXTS)
def test_slack_takes_any_text_and_makes_no_mention_or_link_of_it(text: str) -> None:
    message = {"text": escaped(plain(text)), "blocks": text_blocks(plain(text))}

    assert message_error(message) == ""
    assert markup(message) == []


@given(block=BLOCKS)
def test_slack_takes_any_status_and_makes_no_mention_or_link_of_it(
    block: StatusBlock,
) -> None:
    message = {
        "text": escaped(status_text(block)),
        "blocks": status_blocks(block, 41),
    }

    assert message_error(message) == ""
    assert markup(message) == []
    assert json.dumps(message).encode("utf-8")


@given(prefix=TEXTS, title=TEXTS, suffix=st.sampled_from(["", "-2"]))
def test_slack_takes_the_name_of_any_channel(
    prefix: str, title: str, suffix: str
) -> None:
    name = channel_name(prefix, 41, title, suffix)

    assert name_error(name) == ""
    assert "-41" in name
    assert name.endswith(suffix)


@given(title=TEXTS, block=BLOCKS)
def test_pagerduty_takes_any_incident(title: str, block: StatusBlock) -> None:
    paged = effect("page", incident=replace(ROW, title=title), text=title, block=block)

    event = {
        "routing_key": "0123456789abcdef" * 2,
        "event_action": "trigger",
        "dedup_key": dedup_key("prod", 41),
        **_alert(paged),
    }

    assert list(_event_errors(event)) == []


@given(text=TEXTS)
def test_no_service_that_apprise_reaches_is_made_to_call_anybody(text: str) -> None:
    said = "".join(words(effect("post", text=text, incident=replace(ROW, title=text))))

    assert not any(each in said for each in ("<!", "<@", "](", "@here"))


@given(text=TEXTS)
def test_plain_text_holds_nothing_that_steers_a_screen(text: str) -> None:
    shown = plain(text)

    assert not any(
        unicodedata.category(c) in {"Cc", "Cs"}
        for c in shown.strip("\n\t")
        if c not in "\n\t"
    )
    assert plain(plain(text)) == plain(text)
    assert "\n" not in one_line(text)


@given(text=TEXTS)
def test_only_an_address_of_the_web_becomes_a_link(text: str) -> None:
    assert web_address(text) in {"", text}
    assert web_address(f"javascript:{text}") == ""


@given(title=TEXTS, service=TEXTS, runbook=TEXTS)
def test_a_glance_is_the_same_for_the_same_incident(
    title: str, service: str, runbook: str
) -> None:
    row = replace(ROW, title=title, service=service, runbook=runbook)

    assert digest(glance(row)) == digest(glance(replace(row, sequence=99)))
