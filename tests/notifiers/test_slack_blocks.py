from __future__ import annotations

from runbookkit.model.effect import StatusBlock
from runbookkit.notifiers.slack.blocks import status_blocks


def test_a_sentence_has_the_whole_width_and_short_facts_share_it() -> None:
    step = (
        "Approve the change 'Charge through the standby provider', which is undone by"
    )
    lines = (("service", "checkout"), ("next step", step))
    block = StatusBlock("Checkout fails", "high", "open", lines, (), ())

    _, facts, sentence = status_blocks(block, 1)

    assert [each["text"] for each in facts["fields"]][2:] == ["service: checkout"]
    assert sentence["text"]["text"] == f"next step: {step}"
