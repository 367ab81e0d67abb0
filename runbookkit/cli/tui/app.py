"""The screen of a guided run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from runbookkit.cli import pieces
from runbookkit.cli.around import Around
from runbookkit.cli.questions import Choice, Question
from runbookkit.cli.tui import keys
from runbookkit.cli.tui.choices import Choices
from runbookkit.cli.tui.dialogs import Editor, Notice, Words, Yes
from runbookkit.cli.tui.line import Asked, Ended, Line, Said, Told
from runbookkit.cli.tui.page import head
from runbookkit.cli.tui.view import View
from runbookkit.execute import person as say

_LIST = 36
"""Columns of the list of steps."""
_LOW = 18
"""Lines below which the page needs those that the keys would take."""
_WIDE = 110
"""Columns from which the steps are listed beside the page."""


class RunApp(App[None]):
    """Shows a run, and passes on what the person answers."""

    CSS_PATH = Path(__file__).with_name("run.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("left_square_bracket,left", "visit(-1)", show=False),
        Binding("right_square_bracket,right", "visit(1)", show=False),
        Binding("t", "steps", show=False),
        Binding("c", "copy", show=False),
        Binding("g", "grafana", show=False),
        Binding("question_mark", "help", show=False),
        *(
            Binding(each.binding, f"aside('{name}')", show=False)
            for name, each in keys.ASIDES.items()
        ),
    ]

    def __init__(self, line: Line, around: Around, now: Callable[[], datetime]) -> None:
        # the terminal's own colours, light or dark; without any where NO_COLOR is set
        super().__init__(ansi_color=True)
        self._line = line
        self._around = around
        self._now = now
        self._view = View(around.kept)
        self._question: Question | None = None
        self._reply: SimpleQueue[say.Decision | None] | None = None
        self._later: deque[say.Decision] = deque()
        self._listed: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="head")
        yield Static(id="strip")
        with Horizontal(id="middle"):
            yield Static(id="steps")
            with VerticalScroll(id="page", can_focus=False):
                yield Static(id="body")
        yield Static(id="note")
        yield Choices()
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin to listen."""
        self.theme = "ansi-dark"
        self.query_one(Choices).focus()
        self.set_interval(1, self._tick)
        self._line.open(self.post_message)

    def on_resize(self, _: events.Resize) -> None:
        """Draw for the new size."""
        self._draw()

    def on_told(self, message: Told) -> None:
        """Show what happened."""
        self._view.told(message)
        self._answered()
        self._draw()
        if message.events[-1].kind == "step entered":
            self._scroll_to(end=False)
        else:
            self._scroll_to(end=True)

    def on_asked(self, message: Asked) -> None:
        """Put a question, unless it was answered before it was asked."""
        if self._later:
            message.reply.put(self._later.popleft())
            return
        self._question, self._reply = message.question, message.reply
        self._view.asked(message.question)
        self.query_one(Choices).ask(message.question)
        self._draw()
        self._scroll_to(end=message.question.ask is None)

    def on_said(self, message: Said) -> None:
        """Show what is no event."""
        self._view.notices.append(message.text)
        self._draw()

    def on_ended(self, _: Ended) -> None:
        """Wait for the person to leave, unless they did."""
        state = self._view.state
        if state is None or state.end is None:
            self.exit()
            return
        self._answered()
        self._view.over = True
        leave = Choice(("", "q"), "Leave", say.Pause())
        self.query_one(Choices).ask(Question("Over", (leave,), ()))
        self._draw()
        self._scroll_to(end=True)

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        """Answer; a change wants its word first."""
        if self._view.over:
            self.exit()
        elif self._question is not None and message.choice.word:
            decision = message.choice.decision
            _ = self.push_screen(
                Yes(self._question), partial(self._with_words, decision)
            )
        else:
            self._answer(message.choice.decision)

    def action_aside(self, name: str) -> None:
        """Do something else than to go on."""
        aside = keys.ASIDES[name]
        if not self._may(name):
            self._note(f"{aside.key} ({aside.label}) is not possible here")
        elif name == "edit":
            self._edit()
        elif aside.prompt:
            _ = self.push_screen(
                Words(aside.prompt), partial(self._with_words, aside.make)
            )
        else:
            self._aside(aside.make(""))

    def action_copy(self) -> None:
        """Copy the program that is shown."""
        program = self._view.program
        if program:
            self.copy_to_clipboard(program)
            self._note(f"copied {len(program)} characters, if the terminal allows it")
        else:
            self._note("there is no program to copy here")

    def action_grafana(self) -> None:
        """Show the link to what is asked, and open it where there is a display."""
        ask = self._view.ask
        link = self._around.link(ask) if ask is not None else ""
        if not link:
            self._note("there is no link: no [grafana] is configured for this language")
            return
        opens = (
            "Enter opens it here, c copies it"
            if self._around.display
            else "c copies it"
        )
        shown = (pieces.said(link), pieces.said(opens, "bold"))
        _ = self.push_screen(Notice(shown), partial(self._linked, link))

    def action_help(self) -> None:
        """Say what all keys do."""
        _ = self.push_screen(Notice(keys.explained()))

    def action_steps(self) -> None:
        """List the steps, or not."""
        self._listed = not self.screen.has_class("steps")
        self._draw()

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        page = self.query_one("#page", VerticalScroll)
        page.anchor(anchor=False)
        if by > 0:
            page.scroll_page_down(animate=False)
        else:
            page.scroll_page_up(animate=False)

    def action_visit(self, by: int) -> None:
        """Look at another visit; the question stays."""
        self._view.look(by)
        self._draw()
        self._scroll_to(end=False)

    def action_leave(self) -> None:
        """Leave at once; nothing is lost."""
        self.exit()

    def _may(self, name: str) -> bool:
        if self._question is not None:
            return name in self._question.asides
        return not self._view.over and name in keys.WHILE_RUNNING

    def _edit(self) -> None:
        if self._question is not None and self._question.ask is not None:
            _ = self.push_screen(
                Editor(self._question.ask.text), partial(self._with_words, say.Edit)
            )

    def _with_words(
        self, make: say.Decision | Callable[[str], say.Decision], words: str | None
    ) -> None:
        """Go on after a dialog; without words nothing was decided."""
        if words:
            self._aside(make(words) if callable(make) else make)

    def _linked(self, link: str, how: str | None) -> None:
        if how == "copy":
            self.copy_to_clipboard(link)
        elif how == "open" and self._around.display:
            self.open_url(link)

    def _aside(self, decision: say.Decision) -> None:
        if self._question is not None:
            self._answer(decision)
            return
        self._later.append(decision)
        self._note("kept for when this is done; Ctrl+C leaves at once, nothing is lost")

    def _answer(self, decision: say.Decision) -> None:
        if self._reply is not None:
            reply = self._reply
            self._answered()
            reply.put(decision)

    def _answered(self) -> None:
        self._question, self._reply = None, None
        self._view.asked(None)
        self._note("")
        self.query_one(Choices).say(self._view.working(self._now()))

    def _note(self, text: str) -> None:
        note = self.query_one("#note", Static)
        note.display = bool(text)
        note.update(pieces.said(text))

    def _tick(self) -> None:
        if self._view.state is None:
            return
        runbook, state = self._view.runbook, self._view.state
        told = head(runbook, state, self._now(), self.size.width - 2)
        self.query_one("#head", Static).update(told)
        if self._question is None and not self._view.over:
            self.query_one(Choices).say(self._view.working(self._now()))

    def _draw(self) -> None:
        """Draw everything anew."""
        if self._view.state is None or not self.is_running:
            return
        wide = self.size.width >= _WIDE if self._listed is None else self._listed
        self.screen_stack[0].set_class(wide, "steps")
        self._tick()
        columns = self.size.width - (_LIST if wide else 0) - 4
        # so much that the chart and the verdict below it are seen at once
        room = pieces.Room(columns, min(max(self.size.height - 17, 6), 14))
        self.query_one("#strip", Static).update(self._view.strip(self.size.width - 2))
        self.query_one("#steps", Static).update(self._view.steps())
        self.query_one("#body", Static).update(Group(*self._view.page(room)))
        self.query_one("#keys", Static).update(self._keys())

    def _keys(self) -> Text:
        """Return the keys; on a low screen the help alone has them."""
        low = self.size.height < _LOW
        may = [name for name in keys.ASIDES if self._may(name) and not low]
        return keys.listed(may, self.size.width - 2)

    def _scroll_to(self, *, end: bool) -> None:
        page = self.query_one("#page", VerticalScroll)
        # what is drawn has no size yet; an anchor holds to the end that it will have
        page.anchor(end)
        if not end:
            page.scroll_home(animate=False)
