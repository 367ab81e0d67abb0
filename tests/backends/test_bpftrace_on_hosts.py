"""bpftrace on several hosts at once, over ssh."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from execute.books import begin, book
from execute.fakes import World
from hosts import Hosts, hosts
from runbookkit.backends.bpftrace import Bpftrace, Config, connect
from runbookkit.clock import SystemClock
from runbookkit.errors import BackendError, BackendUnavailableError
from runbookkit.model.answer import Answer, Ask
from servers import need, wait_for

pytestmark = pytest.mark.program

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEBS = ("web-1", "web-2", "web-3")
CALLS = """
tracepoint:raw_syscalls:sys_enter { @calls[cpu] = count(); }
BEGIN { @hosts = count(); @ids = hist(5); @size = stats(pid); @last = pid; }
"""


@pytest.fixture(scope="module")
def webs() -> Iterator[Hosts]:
    """Yield three hosts."""
    need("bpftrace")
    with hosts(*WEBS) as running:
        yield running


def backend(webs: Hosts) -> Bpftrace:
    config = Config(webs.environment, ssh_config=webs.ssh_config)
    return connect(config, clock=SystemClock())


def run(
    webs: Hosts, program: str, host: str, *, seconds: float = 2, within: float = 30
) -> Answer:
    run_time, timeout = timedelta(seconds=seconds), timedelta(seconds=within)
    asked = Ask("bpftrace", program, NOON, timeout, run_time=run_time, host=host)
    return backend(webs).ask(asked)


def test_three_hosts_at_once_answer_as_one_and_each(webs: Hosts) -> None:
    answer = run(webs, CALLS, ", ".join(WEBS))

    assert answer.voids == ""
    assert answer.server == "web-1, web-2, web-3"
    each = [answer.details["hosts"][name]["maps"] for name in WEBS]
    assert answer.names["maps"]["@hosts"] == 3
    assert answer.names["maps"]["@size"]["total"] == sum(
        maps["@size"]["total"] for maps in each
    )
    assert sum(answer.names["maps"]["@calls"].values()) == sum(
        sum(maps["@calls"].values()) for maps in each
    )
    assert answer.names["maps"]["@last"] == [maps["@last"] for maps in each]
    assert answer.names["hist"]["@ids"] == [{"min": 4, "max": 7, "count": 3}]


def test_a_host_that_is_down_and_one_without_root_are_named_in_the_verdict(
    webs: Hosts,
) -> None:
    steps = f"""\
### How many hosts answer?

**With bpftrace**, for 1s, within 30s, on web-1, web-2, {webs.user}@web-3:

```bpftrace
BEGIN {{ @hosts = count(); }}
```

**Expect:** `maps["@hosts"] == 3`

- **Met:** stop
- **Not met:** escalate
"""
    world = World()
    world.backend = backend(webs)  # type: ignore[assignment]  # the real one

    with webs.cut_off("web-2"):
        state = begin(world, book(steps))

    (judged,) = world.data("step judged")
    (answered,) = world.data("action answered")
    assert state.end is None
    assert judged["verdict"] == "error"
    assert "2 of 3 hosts have no whole answer: web-2 (ssh: " in judged["message"]
    assert (
        f"{webs.user}@web-3 (bpftrace needs root, and we are user"
        in (judged["message"])
    )
    assert answered["answer"]["names"]["maps"] == {"@hosts": 1}


def test_when_no_host_can_be_reached_there_is_no_answer(webs: Hosts) -> None:
    with pytest.raises(BackendUnavailableError, match=r"web-1.invalid.*web-2.invalid"):
        run(webs, CALLS, "web-1.invalid, web-2.invalid")


def test_a_wrong_program_is_wrong_on_all_hosts_and_says_so_once(webs: Hosts) -> None:
    with pytest.raises(BackendError) as caught:
        run(webs, "BEGIN { nofunc(1); }", "web-1, web-3")

    message = "bpftrace: web-1, web-3 (line 1: Unknown function: nofunc)"
    assert str(caught.value) == message


def test_no_shell_on_the_way_reads_the_program(webs: Hosts, tmp_path: Path) -> None:
    program = (
        f'BEGIN {{ printf("\'; touch {tmp_path}/a; $(touch {tmp_path}/b) `id` \\\\");'
        " exit(); } // '\"; id\n"
    )

    answer = run(webs, program, "web-1")

    said = f"'; touch {tmp_path}/a; $(touch {tmp_path}/b) `id` \\"
    assert answer.names["stdout"] == said
    assert not list(tmp_path.iterdir())


def test_a_program_that_would_run_longer_is_interrupted_over_ssh(webs: Hosts) -> None:
    program = "interval:ms:100 { @ = count(); } interval:s:600 { exit(); }"

    answer = run(webs, program, "web-1, web-2", seconds=1)

    assert answer.voids == ""
    assert answer.names["maps"]["@"] >= 15


def test_nothing_runs_on_at_a_host_that_was_cut_off(webs: Hosts) -> None:
    program = "BEGIN { @a = 0; } interval:s:1 { if (@a) { exit(); } } // cut off"
    failures: list[BackendError] = []

    def ask() -> None:
        try:
            run(webs, program, "web-1", seconds=3, within=6)
        except BackendError as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(lambda: _runs("// cut off"))
    with webs.cut_off("web-1"):
        asking.join()
        wait_for(lambda: not _runs("// cut off"))

    (failure,) = failures
    assert str(failure).startswith("bpftrace: web-1: ")
    assert isinstance(failure, BackendUnavailableError)


def test_nothing_runs_on_at_a_host_when_we_are_killed(webs: Hosts) -> None:
    program = (
        "import sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from backends.test_bpftrace_on_hosts import *\n"
        f"webs = Hosts((), {webs.ssh_config!r}, {dict(webs.environment)!r}, '')\n"
        "run(webs, 'interval:s:50 { exit(); } // our' + 's', 'web-1', seconds=50)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as ours:
        wait_for(lambda: _runs("// ours"))
        ours.kill()

    wait_for(lambda: not _runs("// ours"))


def _runs(mark: str) -> bool:
    """Tell whether a bpftrace with a program that holds a mark is running."""
    for folder in Path("/proc").iterdir():
        try:
            line = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
        except OSError:
            continue
        if line.startswith(b"bpftrace\0") and mark.encode() in line:
            return True
    return False
