"""``runbook audit`` with a model, on a server that looks closely."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.leaks import leaks
from cli.command import CLEAN, Done
from cli.modelled import LITERAL, house
from cli.test_lint_changed import git
from doubles.messages.api import MODEL
from doubles.messages.replies import (
    OVERLOADED,
    REFUSED,
    Failure,
    Raw,
    Reply,
    Said,
    calls,
    rate_limited,
    text,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_an_honest_model_executes_a_clean_runbook(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.audit()

    assert (done.code, done.err) == (0, "")
    assert "a.md: executable" in done.out
    assert f"{here.asked} requests now, price unknown" in done.out


def test_plays_at_the_same_time_come_to_the_same(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        one = here.audit("-o", "json", "--repetitions", "2")
        many = here.audit(
            *("-o", "json", "--repetitions", "2"),
            RUNBOOK_AUDIT__AT_ONCE="4",
            RUNBOOK_CACHE_DIR=str(tmp_path / "other"),
        )

    assert verdicts(many) == verdicts(one)
    assert len(verdicts(one)) == 8


def verdicts(done: Done) -> list[tuple[str, str, list[str]]]:
    """Return scenario, verdict and path of every play."""
    return [
        (play["scenario"], play["verdict"], play["path"])
        for runbook in done.data["runbooks"]
        for scenario in runbook["scenarios"]
        for play in scenario["plays"]
    ]


def test_a_second_audit_of_the_same_text_asks_nobody(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        first = here.audit("-o", "json")
        asked = len(here.server.received)
        again = here.audit("-o", "json")
        offline = here.audit("-o", "json", "--offline", ANTHROPIC_API_KEY="")

    assert len(here.server.received) == asked
    assert again.data["runbooks"] == first.data["runbooks"] == offline.data["runbooks"]
    assert [first.code, again.code, offline.code] == [0, 0, 0]


def test_a_changed_text_is_played_again(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.audit()
        asked = here.asked
        here.place.write("a.md", CLEAN.replace("Customers cannot pay.", "Nobody pays."))
        here.audit()

    assert here.asked == 2 * asked


def test_offline_what_was_never_played_is_not_audited(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.audit("--offline", ANTHROPIC_API_KEY="")

    assert (done.code, len(here.server.received)) == (3, 0)
    assert "--offline asks nobody" in done.out


FAILURES: dict[str, Said] = {
    "429": rate_limited("0"),
    "429 for a day": rate_limited("86400"),
    "529": OVERLOADED,
    "500": Failure(500, "api_error"),
    "401": Failure(401, "authentication_error"),
    "too late": Reply(delay=2),
    "a refusal": REFUSED,
    "truncated": Reply([text("So I")], "max_tokens"),
    "a body cut off": Reply([text("a" * 99)], cut_after=40),
    "broken JSON": Raw(b"{"),
    "the wrong shape": Raw(b'{"content": 7}'),
    "input that fits no tool": calls("finish", {"outcome": "all good"}, "toolu_1"),
    "an unknown tool": calls("rm", {}, "toolu_1"),
    "nothing": Reply([]),
    "talk": Reply([text("All is well, the runbook is fine.")]),
}


@pytest.mark.parametrize("said", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("after", [0, 2], ids=["at once", "later"])
def test_whatever_breaks_could_not_be_audited(
    tmp_path: Path, said: Said, after: int
) -> None:
    def script(request: object, n: int) -> Said:
        return LITERAL(request, n) if n < after else said  # type: ignore[arg-type]

    with house(tmp_path, script) as here:
        done = here.audit("-o", "json", "--repetitions", "1")

    (found,) = done.data["runbooks"]
    assert (done.code, found["verdict"], found["gaps"]) == (3, "error", [])


STREAMS = {
    "framed": Reply([text("So I look.")], "tool_use", cut_after=3),
    "unframed": Reply([text("So I look.")], "tool_use", cut_after=3, framed=False),
    "overloaded": Reply([text("So I look.")], "tool_use", error_after=3),
}


@pytest.mark.parametrize("said", STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_that_ends_early_could_not_be_audited(
    tmp_path: Path, said: Said
) -> None:
    with house(tmp_path, lambda *_: said) as here:
        done = here.audit("-o", "json", RUNBOOK_AUDIT__STREAM="true")

    (found,) = done.data["runbooks"]
    assert (done.code, found["verdict"], found["gaps"]) == (3, "error", [])


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (("--max-tokens", "9000"), "budget of this run"),
        (("--max-usd", "0.00001"), "budget of this run"),
    ],
    ids=["tokens", "dollars"],
)
def test_a_budget_that_is_used_up_could_not_be_audited(
    tmp_path: Path, bound: tuple[str, str], said: str
) -> None:
    prices = "as_of: 2026-11-20\nsource: here\nmodels:\n  {}: [{{input: 1, output: 5, cache_write: 1, cache_read: 1}}]\n"
    with house(tmp_path) as here:
        here.place.write("prices.yaml", prices.format(MODEL))
        done = here.audit(*bound, "--all", RUNBOOK_AUDIT__PRICES="prices.yaml")

    assert done.code == 3
    assert said in done.out


@pytest.mark.parametrize("name", ["play", "day", "runbook"])
def test_each_bound_of_tokens_holds(tmp_path: Path, name: str) -> None:
    with house(tmp_path) as here:
        done = here.audit("--all", **{f"RUNBOOK_AUDIT__{name.upper()}_TOKENS": "900"})

    assert (done.code, here.asked) == (3, 0)


def test_without_a_credential_nothing_is_asked(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.audit(ANTHROPIC_API_KEY="")

    assert (done.code, len(here.server.received)) == (2, 0)
    assert done.err.startswith("runbook: no credential: set ANTHROPIC_API_KEY")
    assert done.err.count("\n") == 1


def test_without_a_model_the_way_to_play_without_one_is_said(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.place.run("audit", "a.md", "--player", "model")

    assert (done.code, "--player literal" in done.err) == (2, True)


def test_a_script_and_a_model_are_not_asked_for_at_once(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.audit("--player", "lazy")

    assert (done.code, here.asked) == (2, 0)


def test_requests_are_not_written_into_the_log_of_a_build(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        done = here.audit(CI="true", ANTHROPIC_LOG="debug")

    assert (done.code, here.asked) == (2, 0)
    assert "ANTHROPIC_LOG" in done.err


def test_what_is_printed_is_what_is_sent(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        printed = here.audit("--print-request", ANTHROPIC_API_KEY="").out
        asked = len(here.server.received)
        here.audit()
        firsts = [sent for sent in here.server.asked if len(sent["messages"]) == 1]

    bodies = [json.loads(line) for line in printed.splitlines()]
    assert asked == 0
    assert [unmarked(each) for each in bodies] == [unmarked(each) for each in firsts]


def unmarked(body: object) -> object:
    """Return a body without the marks that are made anew for every audit."""
    data = json.loads(json.dumps(body))
    system, runbook = data["system"][0], data["messages"][0]["content"][0]["text"]
    delimiter = runbook.split("\n")[0].split()[1].rstrip(">")
    canary = system["text"].split()[-1]
    plain = json.dumps(data).replace(delimiter, "D").replace(canary, "C")
    return json.loads(plain)


def leaking() -> tuple[str, list[str]]:
    """Return a runbook with two hundred secrets in prose, commands and comments."""
    planted = leaks(200)
    lines = [
        f"<!-- {line} -->" if at % 3 == 0 and "\n" not in line else line
        for at, (line, _) in enumerate(planted)
    ]
    prose = "\n\n".join(lines)
    page = CLEAN.replace("Customers cannot pay.", f"Customers cannot pay.\n\n{prose}")
    return page, [secret for _, secret in planted]


def test_two_hundred_planted_secrets_are_not_in_what_is_sent(tmp_path: Path) -> None:
    page, planted = leaking()
    with house(tmp_path, page=page) as here:
        printed = here.audit("--print-request", "--redact").out
        here.audit("--redact", "--force")
        sent = json.dumps([each.body for each in here.server.received])

    assert len(set(planted)) == 200
    assert printed
    assert here.asked
    assert [secret for secret in planted if secret in printed or secret in sent] == []


def test_a_runbook_with_a_secret_is_not_sent_unasked(tmp_path: Path) -> None:
    page = CLEAN.replace("Customers cannot pay.", "password: Tr4vel9kQz")
    with house(tmp_path, page=page) as here:
        done = here.audit("--force")
        printed = here.audit("--print-request")

    assert (done.code, printed.code, len(here.server.received)) == (2, 2, 0)
    assert "a.md:20: a secret stands here" in done.err
    assert "Tr4vel9kQz" not in done.err + printed.err + printed.out


SCENARIO = """\
name: it is the password
runbook: {path: ../a.md}
started_at: 2026-11-16T10:00:00Z
alert:
  labels: {alertname: CheckoutErrorsHigh, password: Tr4vel9kQz, by: ada@shop.example}
  annotations: {summary: 'curl -u admin:Xq7TreeLamp9 http://10.1.2.3/'}
approves_changes: true
answers:
  the-failures-are-still-there: [{names: {series: [{labels: {api_key: Zk3Wv8Lm2Rt6}, last: 0.5}]}}]
  restart-the-checkout-pods: [{names: {exit_code: 0, stdout: 'token=Pq9Rt4Xv7Lm2'}}]
  the-failures-are-gone: [{names: {series: [{labels: {}, last: 0.0}]}}]
expect: {end: stop}
"""
PRIVATE = (
    *("Tr4vel9kQz", "ada@shop.example", "Xq7TreeLamp9", "10.1.2.3"),
    *("Zk3Wv8Lm2Rt6", "Pq9Rt4Xv7Lm2"),
)


def test_no_secret_of_an_alert_or_an_answer_is_sent(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.place.write("scenarios/a.yaml", SCENARIO)
        refused = here.place.run("audit", ".", "--model", MODEL)
        before = len(here.server.received)
        done = here.place.run("audit", ".", "--model", MODEL, "--redact")
        sent = json.dumps([each.body for each in here.server.received])

    assert (refused.code, before) == (2, 0)
    assert here.asked >= 5, done
    assert [each for each in PRIVATE if each in sent] == []


@pytest.mark.parametrize("more", [(), ("--redact",)])
def test_a_redacted_text_keeps_its_line_numbers(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    page = CLEAN.replace("Customers cannot pay.", "Write to ada@shop.example.")
    with house(tmp_path, page=page) as here:
        printed = here.audit("--print-request", *more).out

    shown = json.loads(printed.splitlines()[0])["messages"][0]["content"][0]["text"]
    assert "20| Write to «email:1»." in shown
    assert "73| Page `team-shop` in PagerDuty" in shown


@pytest.mark.parametrize(
    "line",
    [
        ["audit", "a.md", "--player", "literal"],
        ["audit", "--help"],
        ["audit", "a.md", "--model", MODEL, "--print-request"],
        ["audit", "a.md", "--model", MODEL, "--offline"],
    ],
    ids=" ".join,
)
def test_the_client_is_loaded_only_to_ask(tmp_path: Path, line: list[str]) -> None:
    with house(tmp_path) as here:
        from cli.test_imports import loaded  # noqa: PLC0415  its name begins with test

        assert "anthropic" not in loaded(here.place, *line)


def test_only_what_changed_is_audited(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.place.write("b.md", CLEAN)
        git(tmp_path, "init", "-q", "-b", "main")
        git(tmp_path, "add", "a.md", "b.md")
        git(tmp_path, "commit", "-q", "-m", "start")
        here.place.write("b.md", CLEAN.replace("Customers cannot pay.", "Shut."))
        changed = here.place.run("audit", "--changed", "-o", "json", "--model", MODEL)
        asked = here.asked
        here.place.write("b.md", CLEAN)
        none = here.place.run("audit", "--base", "main", "-o", "json", "--model", MODEL)

    assert [each["path"] for each in changed.data["runbooks"]] == ["b.md"]
    assert (none.code, none.data["runbooks"], here.asked) == (0, [], asked)
