"""The full screen as a front end: the session in a thread, the screen in ours."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

from runbookkit.cli.around import Around, Work
from runbookkit.cli.questions import Choice, Question
from runbookkit.cli.tui.app import RunApp
from runbookkit.cli.tui.line import Line, LineClock, Said
from runbookkit.cli.tui.person import ScreenPerson
from runbookkit.clock import SystemClock
from runbookkit.errors import RunbookkitError
from runbookkit.execute.outside import Outside
from runbookkit.execute.person import Go, Pause, Person
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState
from runbookkit.ports import Clock

_PATIENCE = 2.0
_ENDS = (signal.SIGTERM, signal.SIGHUP)


class FullScreen:
    """Shows a run on the whole terminal."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self.line = Line()
        self._clock: Clock = SystemClock()

    def outside(self, outside: Outside) -> Outside:
        """Return it with a clock whose waiting ends when the screen is left."""
        self._clock = outside.clock
        return replace(outside, clock=LineClock(outside.clock, self.line))

    def person(self, runbook: Runbook) -> Person:
        """Return the person at the screen."""
        return ScreenPerson(self._around, runbook, self.line)

    def goes_on(self, title: str) -> bool:
        """Ask whether the run goes on in the runbook that takes over."""
        choices = (
            Choice(("", "y"), f"Go on in {title!r}", Go()),
            Choice(("n",), "Leave it for now", Pause()),
        )
        return isinstance(self.line.ask(Question("Go on", choices, ())), Go)

    def say(self, text: str) -> None:
        """Show it beside the run."""
        self.line.tell(Said(text))

    def app(self) -> RunApp:
        """Return the screen, not running yet."""
        return RunApp(self.line, self._around, self._clock.now)

    def begin(self, work: Work) -> Future[list[RunState]]:
        """Begin the work in a thread; it ends with the process at the latest."""
        outcome: Future[list[RunState]] = Future()

        def done() -> None:
            try:
                outcome.set_result(work())
            except (RunbookkitError, OSError, KeyboardInterrupt) as error:
                outcome.set_exception(error)
            finally:
                outcome.cancel()  # a mistake of ours; its traceback says which
                self.line.end()

        Thread(target=done, daemon=True).start()
        return outcome

    def drive(self, work: Work) -> list[RunState]:
        """Do the work while it is seen.

        Raises:
            KeyboardInterrupt: It was left; the run can be resumed.
        """
        outcome = self.begin(work)
        self.line.wait_for_a_word()
        if not outcome.done():
            app = self.app()
            with _ended_by(_ENDS, app.exit):
                app.run()
        self.line.leave()
        states = _awaited(outcome)
        for state in states:
            print(_left(state), file=sys.stderr)
        return states


@contextmanager
def _ended_by(
    numbers: Iterable[signal.Signals], end: Callable[[], object]
) -> Iterator[None]:
    """End the screen by a signal, which else would leave the terminal as it is."""
    before = {each: signal.signal(each, lambda *_: end()) for each in numbers}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _awaited(outcome: Future[list[RunState]]) -> list[RunState]:
    """Return what came of it; a program that still runs is waited for."""
    try:
        return outcome.result(_PATIENCE)
    except TimeoutError:
        print(
            "runbook: waiting for what was asked last, at most until its time-out;"
            " Ctrl+C does not wait",
            file=sys.stderr,
        )
    return outcome.result()


def _left(state: RunState) -> str:
    if state.end is not None:
        said = f"it is over: {state.end}"
        return f"run {state.run}: {said}; runbook transcript {state.run} shows it all"
    return f"run {state.run} is paused; go on with: runbook run --resume {state.run}"
