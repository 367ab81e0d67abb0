from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbookkit.backends.shell import Config, Shell
from runbookkit.clock import SystemClock
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendTimeoutError,
    BackendUnavailableError,
    NeverBegunError,
)
from runbookkit.model.answer import Answer, Ask

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HERE = {"PATH": os.environ["PATH"]}


def shell(spool: Path | str = "", max_bytes: int = 100_000) -> Shell:
    return Shell(Config(HERE, str(spool), max_bytes), clock=SystemClock())


def ask(
    text: str,
    *,
    key: str = "",
    seconds: float = 10,
    language: str = "bash",
    begun: bool = False,
) -> Ask:
    return Ask(language, text, NOON, timedelta(seconds=seconds), key=key, begun=begun)


def test_a_command_answers_in_the_words_of_expectations() -> None:
    answer = shell().ask(ask("echo hi; echo oops >&2; exit 4"))

    assert answer.names == {"exit_code": 4, "stdout": "hi\n", "stderr": "oops\n"}
    assert answer.kind == "shell"


@pytest.mark.parametrize(
    ("said", "json"), [('{"a": [1]}', {"a": [1]}), ("[1]", [1]), ("{oops", None)]
)
def test_json_is_recognised_and_nothing_else_is(said: str, json: object) -> None:
    answer = shell().ask(ask(f"echo '{said}'"))

    assert answer.names.get("json") == json


def test_a_slow_and_a_talkative_command_end_as_errors_that_say_so() -> None:
    with pytest.raises(BackendTimeoutError, match=r"did not end within 0\.2 s"):
        shell().ask(ask("sleep 30", seconds=0.2))
    with pytest.raises(AnswerTooLargeError, match="more than 1000 bytes"):
        shell(max_bytes=1000).ask(ask("yes"))


def test_a_change_without_a_place_for_its_result_is_refused() -> None:
    with pytest.raises(BackendUnavailableError, match="no folder"):
        shell().ask(ask("true", key="k1"))


def test_a_change_is_made_once_for_its_key(tmp_path: Path) -> None:
    counted = tmp_path / "count"
    change = ask(f"echo x >> {counted}; echo done", key="k1")

    answers = [shell(tmp_path / "spool").ask(change) for _ in range(3)]

    assert counted.read_text() == "x\n"
    assert {answer.names["stdout"] for answer in answers} == {"done\n"}


def test_of_many_at_once_one_makes_the_change_and_all_see_its_result(
    tmp_path: Path,
) -> None:
    counted = tmp_path / "count"
    change = ask(f"echo x >> {counted}; sleep 0.2; echo done", key="k1")
    answers: list[Answer] = []

    def make() -> None:
        answers.append(shell(tmp_path / "spool").ask(change))

    threads = [threading.Thread(target=make) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted.read_text() == "x\n"
    assert len(answers) == 5


def _until(there: Callable[[], bool]) -> None:
    for _ in range(500):
        if there():
            return
        time.sleep(0.02)
    raise TimeoutError


def test_a_change_outlives_our_death_and_is_not_made_again(tmp_path: Path) -> None:
    counted = tmp_path / "count"
    text = f"echo x >> {counted}; sleep 1; echo done"
    program = (
        "import sys; from pathlib import Path\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from backends.test_shell_backend import shell, ask\n"
        f"shell(Path({str(tmp_path / 'spool')!r})).ask(ask({text!r}, key='k1'))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    _until(counted.exists)
    process.send_signal(signal.SIGKILL)
    process.wait()

    answer = shell(tmp_path / "spool").ask(ask(text, key="k1"))

    assert counted.read_text() == "x\n"
    assert answer.names["stdout"] == "done\n"


def test_the_result_of_a_change_is_found_again_without_making_it(
    tmp_path: Path,
) -> None:
    counted = tmp_path / "count"
    change = ask(f"echo x >> {counted}; echo done", key="k1")
    shell(tmp_path / "spool").ask(change)

    answer = shell(tmp_path / "spool").ask(replace(change, begun=True))

    assert counted.read_text() == "x\n"
    assert answer.names["stdout"] == "done\n"


def test_a_change_that_never_began_is_given_up_for_good(tmp_path: Path) -> None:
    counted = tmp_path / "count"
    change = ask(f"echo x >> {counted}", key="k1")

    with pytest.raises(NeverBegunError, match="approve it again"):
        shell(tmp_path / "spool").ask(replace(change, begun=True))

    with pytest.raises(BackendUnavailableError, match="will not be"):
        shell(tmp_path / "spool").ask(change)
    assert not counted.exists()


def test_a_result_is_waited_for_longer_than_a_change_may_take_to_start(
    tmp_path: Path,
) -> None:
    change = ask("sleep 1; echo done", key="k1")
    first = threading.Thread(target=shell(tmp_path / "spool").ask, args=(change,))
    first.start()
    _until((tmp_path / "spool" / "k1" / "mark").exists)

    answer = shell(tmp_path / "spool").ask(ask("", key="k1", seconds=0.1, begun=True))

    first.join()
    assert answer.names["stdout"] == "done\n"


def test_a_change_whose_supervisor_died_is_unknown_not_made_again(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "spool" / "k1"
    folder.mkdir(parents=True)
    (folder / "order").write_text("{}")
    (folder / "mark").write_text("999999 1")

    with pytest.raises(
        BackendUnavailableError, match="look whether the change was made"
    ):
        shell(tmp_path / "spool").ask(ask("echo x", key="k1"))


def test_a_host_that_cannot_be_reached_is_named() -> None:
    asked = Ask(
        "bash", "true", NOON, timedelta(seconds=20), host="no-such-host.invalid"
    )

    with pytest.raises(BackendUnavailableError, match=r"no-such-host\.invalid|ssh"):
        shell().ask(asked)
