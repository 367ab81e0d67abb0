"""The answers to a question, one of which the cursor is on."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from runbookkit.cli.pieces import said
from runbookkit.cli.questions import Choice, Question

_POINTER = "▸"


class Choices(Static, can_focus=True):
    """Shows a question's choices; nothing is chosen without a key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "take", show=False),
    ]

    class Chosen(Message):
        """Somebody chose."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self) -> None:
        super().__init__(id="choices")
        self._question: Question | None = None
        self._at: int | None = None

    def ask(self, question: Question | None) -> None:
        """Show a question; the cursor is on its preselected choice, if it has one."""
        self._question = question
        self._at = question.preselected if question is not None else None
        self._show()

    def say(self, text: str) -> None:
        """Show a text where nothing is asked."""
        self._question = None
        self.update(said(text))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._question is None:
            return
        count = len(self._question.choices)
        before = -1 if by > 0 else count
        self._at = ((before if self._at is None else self._at) + by) % count
        self._show()

    def action_take(self) -> None:
        """Choose what the cursor is on."""
        if self._question is not None and self._at is not None:
            self.post_message(self.Chosen(self._question.choices[self._at]))

    def on_key(self, event: events.Key) -> None:
        """Choose by a choice's own key."""
        for choice in self._question.choices if self._question else ():
            if event.character and event.character in choice.keys:
                event.stop()
                self.post_message(self.Chosen(choice))

    def _show(self) -> None:
        if self._question is None:
            self.update(Text())
            return
        lines = Text()
        if self._at is None:
            lines.append("Nothing is chosen yet: ↑ ↓, then Enter\n", "bold")
        for number, choice in enumerate(self._question.choices):
            here = number == self._at
            pointer = _POINTER if here else " "
            key = next((f"{each}. " for each in choice.keys if len(each) == 1), "")
            word = f" (wants the word {choice.word})" if choice.word else ""
            mark = "  (suggested)" if choice.suggested else ""
            text = f"{pointer} {key}{choice.label}{word}{mark}"
            lines.append_text(said(text, "bold" if here else ""))
            lines.append("\n")
        lines.right_crop(1)
        self.update(lines)
