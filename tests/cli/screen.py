"""A person at the full screen: presses keys, and reads what stands there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from textual.pilot import Pilot  # noqa: TID253  a test loads what it tests

from execute.books import RUN
from execute.fakes import World
from runbookkit.cli.around import Around
from runbookkit.cli.tui.app import RunApp
from runbookkit.cli.tui.front import FullScreen
from runbookkit.cli.tui.line import Asked, Ended
from runbookkit.execute.outside import Start
from runbookkit.execute.runner import Runner
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState

STILL, MOST = 3, 30
"""Equal looks at the screen until it stands still, and looks at most."""


class WatchedApp(RunApp):
    """Says when it is asked something, and when the session is over."""

    def __init__(self, front: FullScreen, around: Around, world: World) -> None:
        super().__init__(front.line, around, world.clock.now)
        self.questions: asyncio.Queue[bool] = asyncio.Queue()
        self.ended = asyncio.Event()

    def on_asked(self, _: Asked) -> None:
        self.questions.put_nowait(True)

    def on_ended(self, _: Ended) -> None:
        self.ended.set()


@dataclass
class Seat:
    """Where the person sits."""

    app: WatchedApp
    pilot: Pilot[None]

    async def settle(self) -> None:
        """Let the screen lay out what it was told, until nothing moves any more."""
        seen: list[str] = []
        while len(seen) < STILL or len(set(seen[-STILL:])) > 1:
            await self.pilot.pause()
            self.app.screen._refresh_layout()  # it would at its next tick
            await self.pilot.pause()
            seen.append(self.text)
            if len(seen) == MOST:
                return

    async def asked(self, *keys: str) -> None:
        """Press keys, and wait for the next question."""
        await self.press(*keys)
        await self.app.questions.get()
        await self.settle()

    async def over(self, *keys: str) -> None:
        """Press keys, and wait for the end of the session."""
        await self.press(*keys)
        await self.app.ended.wait()
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, and Enter."""
        names = {" ": "space", "\n": "enter"}
        await self.press(*(names.get(each, each) for each in text), "enter")

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """What stands there, without regard to lines."""
        return " ".join(self.text.split())


Play = Callable[[Seat], Awaitable[None]]


def at_screen(
    world: World,
    runbook: Runbook,
    play: Play,
    *,
    size: tuple[int, int] = (80, 24),
    around: Around | None = None,
    resumed: bool = False,
    inputs: Mapping[str, str] | None = None,
    then: Callable[[FullScreen], object] = id,
) -> RunState:
    """Run a runbook with a person at the screen; return how it was left.

    ``then`` is what the session does after the run.
    """
    around = around or all_events(world)
    front = FullScreen(around)
    app = WatchedApp(front, around, world)

    def work() -> list[RunState]:
        outside = front.outside(world.outside())
        runner = Runner(RUN, runbook, outside, front.person(runbook))
        if resumed:
            runner.resume()
        else:
            runner.begin(Start("sha256:0", inputs or {}, incident="41"))
        states = [runner.go()]
        then(front)
        return states

    async def sit() -> None:
        async with app.run_test(size=size) as pilot:
            seat = Seat(app, pilot)
            await seat.asked()
            await play(seat)
        front.line.leave()

    outcome = front.begin(work)
    asyncio.run(sit())
    (state,) = outcome.result(10)
    return state


def all_events(world: World) -> Around:
    """Return what the front end knows of a world."""
    return Around("ada", "the log", read=lambda run: world.store.read(f"run/{run}"))
