"""What is asked over the screen: words, a program, a yes, and what is only shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.console import Group, RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from runbookkit.cli import pieces
from runbookkit.cli.questions import YES, Question

_LEAVE: list[BindingType] = [Binding("escape", "leave", show=False)]


class _Dialog(ModalScreen[str]):
    """A dialog that ends with a text; an empty one means that nothing was said."""

    BINDINGS: ClassVar[list[BindingType]] = _LEAVE

    def action_leave(self) -> None:
        """Say nothing."""
        self.say("")

    def say(self, words: str) -> None:
        """End with words."""
        _ = self.dismiss(words)


class Words(_Dialog):
    """Asks for a line of words."""

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="dialog"):
            yield Static(pieces.said(self._prompt, "bold"))
            yield Input()
            yield Static("Enter keeps it · Esc says nothing", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End with the words."""
        if event.value.strip():
            self.say(event.value.strip())


class Editor(_Dialog):
    """Asks for another program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "use", show=False, priority=True),
    ]

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="dialog tall"):
            yield Static("Another program for this step; it is kept as a deviation")
            yield TextArea(self._program, show_line_numbers=False)
            hint = "Ctrl+S takes it and shows it again before it runs · Esc leaves it"
            yield Static(hint, classes="hint")

    def action_use(self) -> None:
        """End with the program, if it is another one."""
        text = self.query_one(TextArea).text
        self.say("" if text == self._program else text.strip())


class Yes(_Dialog):
    """Asks for the whole word, beside what it is about."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay it out."""
        shown: list[RenderableType] = []
        if self._question.ask is not None:
            shown += pieces.program(self._question.ask)
        shown += [pieces.said(line, "bold") for line in self._question.said]
        with Vertical(classes="dialog tall"):
            with VerticalScroll(can_focus=False):
                yield Static(Group(*shown))
            yield Static(f"Type {YES} to make this change", id="wants")
            yield Input()
            yield Static("Esc makes no change", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End with the word; nothing else is one."""
        if event.value.strip().lower() == YES:
            self.say(YES)
        else:
            said = f"Only the whole word {YES} makes this change; Esc makes none"
            self.query_one("#wants", Static).update(pieces.said(said))


class Notice(_Dialog):
    """Shows something; where it can be copied or opened, it ends with how."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "end('copy')", show=False),
        Binding("enter", "end('open')", show=False, priority=True),
    ]

    def __init__(self, shown: Iterable[RenderableType]) -> None:
        super().__init__()
        self._shown = Group(*shown)

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="dialog tall"):
            with VerticalScroll():
                yield Static(self._shown)
            yield Static("Esc closes this", classes="hint")

    def action_end(self, how: str) -> None:
        """End with what is to be done."""
        self.say(how)
