from __future__ import annotations

from collections.abc import Callable

import pytest

from lint.examples import TODAY, template
from lint.runbooks import completed, fixed, found, found_in_draft
from runbookkit.errors import CouldNotCheckError
from runbookkit.lint.context import Context
from runbookkit.lint.engine import FileResult, lint_markdown
from runbookkit.lint.registry import rule_of
from runbookkit.queries.language import Checked, QueryProblem


def in_bash(text: str, *, tag: str = "bash") -> str:
    return f"### Step\n\n**In a shell**:\n\n```{tag}\n{text}\n```\n\n**Reads only**\n"


def in_promql(text: str, lead: str = "**In Prometheus**:") -> str:
    return f"### Step\n\n{lead}\n\n```promql\n{text}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        "## Diagnosis\n\nRun `oc get nodes`.",
        "## Diagnosis\n\n```sql\nSELECT 1;\n```",
        "## Diagnosis\n\nLook at `sum(rate(errors_total[5m]))`.",
        "## Diagnosis\n\n```\n$ anything --at all\n```",
    ],
)
def test_a_command_a_query_or_a_call_can_be_run(text: str) -> None:
    assert not found_in_draft("RB200", text)


def test_a_manifest_and_a_name_of_a_tool_cannot_be_run() -> None:
    text = "## Diagnosis\n\nUse `kubectl`.\n\n```yaml\nkind: Pod\n```"

    assert len(found_in_draft("RB200", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Ask the storage team for a disk.",
        "Read [the manual](manual.md).",
        "Set `replicas` to 3.",
        "**Ask:** Is it down?\n\n- **Yes:** stop\n- **No:** stop",
    ],
)
def test_a_step_without_a_command_may_talk_point_or_name(text: str) -> None:
    assert not found("RB201", f"### Step\n\n{text}\n")


def test_an_outcome_without_a_way_is_a_warning() -> None:
    (finding,) = found("RB201", "### Step\n\nFix the TLS configuration.\n")

    assert finding.level == "warning"
    assert "outcome" in finding.message


def test_a_link_of_a_branch_is_no_way_to_do_a_step() -> None:
    text = "### Step\n\nFix the TLS configuration.\n\n- **Met:** go to [a](#step)\n"

    assert found("RB201", text)


def test_a_step_that_says_nothing_is_an_error() -> None:
    (finding,) = found("RB201", "### Step\n\n### Other\n\nAsk somebody.\n")

    assert finding.level == "error"


def test_ways_out_of_a_step_are_nothing_to_do() -> None:
    text = "### Step\n\n- **Met:** continue\n- **Not met:** escalate\n"

    (finding,) = found("RB201", text)

    assert "says nothing" in finding.message


def test_a_command_inside_a_list_is_not_the_step_s_action() -> None:
    (finding,) = found("RB201", "### Step\n\n- Run\n\n  ```bash\n  ls\n  ```\n")

    assert "stands inside a list" in finding.message


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("oc get nodes -o wide", "bash"),
        ("$ oc get nodes\nNAME", "console"),
        ('{"a": 1}', "json"),
        ("kind: Pod\nmetadata:\n  name: a", "yaml"),
        ("SELECT 1 FROM orders", "sql"),
        ("sum(rate(errors_total[5m]))", "promql"),
    ],
)
def test_an_untagged_fence_is_tagged_by_what_it_holds(text: str, tag: str) -> None:
    assert f"\n```{tag}\n" in fixed("RB202", f"### Step\n\n```\n{text}\n```\n")


@pytest.mark.parametrize("text", ["any words", "", "   "])
def test_a_fence_that_tells_nothing_is_not_tagged_by_a_guess(text: str) -> None:
    assert all(
        finding.fix is None
        for finding in found("RB202", f"### Step\n\n```\n{text}\n```\n")
    )


def test_a_fence_in_a_list_is_tagged_in_its_place() -> None:
    text = "### Step\n\n- Look:\n\n  ~~~~\n  oc get nodes\n  ~~~~\n"

    assert "\n  ~~~~bash\n" in fixed("RB202", text)


def test_a_bad_query_is_found_at_its_place() -> None:
    (finding,) = found("RB203", in_promql("sum(rate(errors_total[5m])"))

    assert finding.level == "error"
    assert completed(in_promql("")).split("\n")[finding.span.line - 1] == ""


def test_a_placeholder_is_a_word_of_a_query() -> None:
    assert not found("RB203", in_promql('up{job="{{ service }}"}'))


@pytest.mark.parametrize(
    "text", ["if true; then echo", "echo 'open", "kubectl get pods | | wc"]
)
def test_shell_that_does_not_parse_is_found(text: str) -> None:
    assert found("RB203", in_bash(text))


@pytest.mark.parametrize(
    "text",
    ["oc logs <pod-name> -n <namespace>", "for n in a b; do echo $n; done", "$ ls"],
)
def test_shell_with_placeholders_or_a_prompt_parses(text: str) -> None:
    assert not found("RB203", in_bash(text))


def test_an_answer_in_a_console_fence_is_not_parsed() -> None:
    text = "### Step\n\n```console\n$ ls\n(a & ;; b\n```\n"

    assert not found("RB203", text)


def test_prompts_are_removed_when_nothing_was_answered() -> None:
    after = fixed("RB204", in_bash("$ oc whoami\n$ oc get nodes \\\n> -o wide"))

    assert "```bash\noc whoami\noc get nodes \\\n-o wide\n```" in after


def test_a_transcript_outside_an_action_is_tagged_console() -> None:
    text = "### Step\n\n- Look\n\n  ```bash\n  $ oc whoami\n  root\n  ```\n"

    assert "```console\n" in fixed("RB204", text)


def test_the_mended_transcript_of_an_action_is_left_to_a_person() -> None:
    (finding,) = found("RB204", in_bash("$ oc whoami\nroot"))

    assert finding.fix is None


def test_a_prompt_in_a_console_fence_is_as_it_should_be() -> None:
    assert not found("RB204", "### Step\n\n```console\n$ ls\na\n```\n")


def test_one_shell_that_is_opened_is_one_finding() -> None:
    text = "oc debug node/a\nchroot /host\njournalctl -u kubelet"

    assert len(found("RB205", in_bash(text))) == 1


def test_a_bare_mention_of_an_editor_is_no_command() -> None:
    assert not found("RB205", "### Step\n\nNever use `oc edit` here.\n")


@pytest.mark.parametrize(
    "text", ["oc logs -f deploy/a", "tail -F /var/log/a", "ping db", "watch oc get po"]
)
def test_a_command_without_an_end_is_found(text: str) -> None:
    (finding,) = found("RB206", in_bash(text))

    assert finding.level == "error"
    assert f"```bash\ntimeout 30 {text}\n" in fixed("RB206", in_bash(text))


@pytest.mark.parametrize(
    "text", ["timeout 30 oc logs -f deploy/a", "ping -c 3 db", "oc logs deploy/a"]
)
def test_a_bounded_command_ends(text: str) -> None:
    assert not found("RB206", in_bash(text))


def in_bpftrace(lead: str, text: str) -> str:
    return f"### Step\n\n{lead}\n\n```bpftrace\n{text}\n```\n"


COUNT = "tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }"


@pytest.mark.parametrize(
    ("lead", "text", "count"),
    [
        ("**With bpftrace**:", COUNT, 1),
        ("**With bpftrace**, for 10s:", COUNT, 0),
        ("**With bpftrace**:", f"{COUNT}\ninterval:s:10 {{ exit(); }}", 0),
    ],
)
def test_a_trace_needs_a_run_time_or_an_exit(lead: str, text: str, count: int) -> None:
    assert len(found("RB206", in_bpftrace(lead, text))) == count


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("oc get pods \u2013-namespace a", "oc get pods --namespace a"),
        ("oc get pods \u2014namespace a", "oc get pods --namespace a"),
        ("oc get pods \u2013n a", "oc get pods -n a"),
        ("grep \u201ca b\u201d x", 'grep "a b" x'),
        ("grep \u2018a\u2019 x", "grep 'a' x"),
        ("oc\u00a0get pods", "oc get pods"),
    ],
)
def test_smart_punctuation_becomes_plain(wrong: str, right: str) -> None:
    text = in_bash(wrong)
    while found("RB207", text):
        text = fixed("RB207", text)

    assert f"```bash\n{right}\n```" in text


@pytest.mark.parametrize(
    "text",
    ["echo 'it\u2019s over \u2013 go'", "ls # don\u2019t", 'grep "\u201cx\u201d" a'],
)
def test_smart_punctuation_in_quotes_and_comments_is_meant(text: str) -> None:
    assert not found("RB207", in_bash(text))


def test_smart_punctuation_in_a_query_is_found() -> None:
    assert found("RB207", in_promql("up{job=\u201ca\u201d}"))


def test_spaces_behind_a_backslash_are_removed() -> None:
    after = fixed("RB208", in_bash("oc get pods \\  \n  -n shop"))

    assert "oc get pods \\\n  -n shop" in after


@pytest.mark.parametrize("text", ["oc get pods \\\n  -n a", "echo a\\ b", "echo \\ "])
def test_a_backslash_that_breaks_nothing_is_fine(text: str) -> None:
    assert not found("RB208", in_bash(text))


def test_a_picture_alone_is_a_step_of_no_use() -> None:
    assert found("RB209", "### Step\n\n![panel](a.png)\n")


@pytest.mark.parametrize(
    "text", ["Run `oc get nodes`:\n\n![a](a.png)", "![build badge](badge.svg)"]
)
def test_a_picture_beside_a_command_and_a_badge_are_fine(text: str) -> None:
    assert not found("RB209", f"### Step\n\n{text}\n")


@pytest.mark.parametrize(
    "text", ["oc get pods ...", "oc \u2026 get pods", "oc logs pod-... -n a"]
)
def test_dots_for_a_part_of_a_command_are_found(text: str) -> None:
    assert found("RB210", in_bash(text))


@pytest.mark.parametrize(
    "text",
    [
        "git diff main...topic",
        "echo waiting...",
        "for i in {1..3}; do echo $i; done",
        "grep 'a...b' x",
        "go test ./...",
        'level=warn ... msg="x"',
        "ls ../..",
    ],
)
def test_dots_that_mean_something_are_fine(text: str) -> None:
    assert not found("RB210", in_bash(text))


def test_dots_in_a_query_are_found_outside_strings() -> None:
    assert found("RB210", in_promql("sum(rate(x{...}[5m]))"))
    assert not found("RB210", in_promql('up{job=~"a...b"}'))


def asked(bpftrace: Callable[[str], Checked] | None, text: str = COUNT) -> FileResult:
    context = Context(template("runbook"), TODAY, bpftrace=bpftrace)
    whole = completed(in_bpftrace("**With bpftrace**, for 10s:", text))
    rules = [rule_of("RB203")]
    return lint_markdown(whole, "a.md", rules, context, template("postmortem"))


def test_without_bpftrace_a_program_counts_as_not_checked() -> None:
    result = asked(None)

    assert [each.reason.split(":")[0] for each in result.unchecked] == [
        "bpftrace's own check was not run"
    ]
    assert not result.findings


def test_what_bpftrace_says_stands_in_the_program() -> None:
    problem = QueryProblem("unknown probe", 0, 10)

    (finding,) = asked(lambda _: Checked((problem,), kind="bpftrace")).findings

    assert "unknown probe" in finding.message
    assert (finding.span.column, finding.span.end_column) == (1, 11)


def test_a_bpftrace_that_fails_proves_nothing() -> None:
    def failing(_: str) -> Checked:
        raise CouldNotCheckError("no BTF on this machine")

    (unchecked,) = asked(failing).unchecked

    assert unchecked.reason.endswith("no BTF on this machine")


def test_a_program_that_is_broken_anyway_is_not_sent_to_bpftrace() -> None:
    def never(_: str) -> Checked:
        raise AssertionError

    assert asked(never, "BEGIN { exit(").findings


@pytest.mark.parametrize("opening", ["[", '{"a":', "- ", "("])
def test_a_fence_that_nests_without_end_is_only_untagged(opening: str) -> None:
    (finding,) = found("RB202", f"### Step\n\n```\n{opening * 3_000}\n```\n")

    assert finding.fix is None
