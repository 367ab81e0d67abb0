"""The line between a session, which waits, and the screen, which never does.

The session runs in a thread of its own. What it tells the screen is handed over
as messages; what it asks, it waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Event as Flag

from textual.message import Message

from runbookkit.cli.questions import Question
from runbookkit.execute.person import Decision
from runbookkit.model.event import Event
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState
from runbookkit.ports import Clock


class Told(Message):
    """Something happened in a run, and is durable."""

    def __init__(
        self, runbook: Runbook, events: tuple[Event, ...], state: RunState
    ) -> None:
        """``events`` are all that the screen does not know yet."""
        super().__init__()
        self.runbook = runbook
        self.events = events
        self.state = state


class Asked(Message):
    """The session waits for an answer."""

    def __init__(self, question: Question, reply: SimpleQueue[Decision | None]) -> None:
        """``reply`` takes one answer."""
        super().__init__()
        self.question = question
        self.reply = reply


class Said(Message):
    """Something that is no event."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Ended(Message):
    """The session is over, or failed."""


class Line:
    """Hands messages over, and waits for answers."""

    def __init__(self) -> None:
        self._post: Callable[[Message], object] = id
        self._begun = Flag()
        self._open = Flag()
        self._left = Flag()
        self._reply: SimpleQueue[Decision | None] = SimpleQueue()

    def tell(self, message: Message) -> None:
        """Hand a message to the screen.

        Raises:
            KeyboardInterrupt: The screen was left.
        """
        self._begun.set()
        self._open.wait()
        if self._left.is_set():
            raise KeyboardInterrupt
        self._post(message)

    def ask(self, question: Question) -> Decision:
        """Wait for an answer.

        Raises:
            KeyboardInterrupt: The screen was left.
        """
        self._reply = reply = SimpleQueue[Decision | None]()
        self.tell(Asked(question, reply))
        decision = reply.get()
        if decision is None:
            raise KeyboardInterrupt
        return decision

    def wait(self, duration: timedelta) -> None:
        """Wait, unless the screen is left.

        Raises:
            KeyboardInterrupt: It was.
        """
        if self._left.wait(duration.total_seconds()):
            raise KeyboardInterrupt

    def end(self) -> None:
        """Say that nothing more will be told."""
        self._begun.set()
        if not self._left.is_set():
            self._post(Ended())

    def wait_for_a_word(self) -> None:
        """Wait until there is something to show, or nothing will be."""
        self._begun.wait()

    def open(self, post: Callable[[Message], object]) -> None:
        """Begin to show: ``post`` takes messages from any thread."""
        self._post = post
        self._open.set()

    def leave(self) -> None:
        """Interrupt the session wherever it tells, asks or waits."""
        self._left.set()
        self._open.set()
        self._reply.put(None)


class LineClock:
    """A clock whose sleep ends when the screen is left."""

    def __init__(self, clock: Clock, line: Line) -> None:
        self._clock = clock
        self._line = line

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    def sleep(self, duration: timedelta) -> None:
        """Wait.

        Raises:
            KeyboardInterrupt: The screen was left.
        """
        self._line.wait(duration)
