from __future__ import annotations

import pytest

from lint.runbooks import completed, found, found_in_draft

NONE = "**Rollback:** none, because nothing can be done\n\n- **Not met:** escalate\n"


def step(command: str, effect: str, title: str = "Step") -> str:
    return (
        f"### {title}\n\n**In a shell**:\n\n```bash\n{command}\n```\n\n{effect}\n\n"
        "**Expect:** `exit_code == 0`\n\n"
    )


def test_a_step_that_reads_and_changes_contradicts_itself() -> None:
    (finding,) = found("RB601", step("ls", "**Reads only**\n\n**Changes:** a file"))

    assert "keep one" in finding.message


def test_the_command_that_changes_is_what_is_marked() -> None:
    text = step("oc get pods\noc -n a delete pod b", "**Reads only**")
    (finding,) = found("RB601", text)

    line = completed(text).split("\n")[finding.span.line - 1]
    assert line == "oc -n a delete pod b"


@pytest.mark.parametrize(
    "command",
    [
        "oc get pods",
        "curl -s http://a/health",
        "oc -n a apply -f b --dry-run=server",
        "psql -c 'SELECT 1'",
    ],
)
def test_a_reading_command_may_say_so(command: str) -> None:
    assert not found("RB601", step(command, "**Reads only**"))


def test_a_query_that_claims_to_change_is_doubted() -> None:
    text = "### Step\n\n**In Prometheus**:\n\n```promql\nup\n```\n\n**Changes:** a\n"

    (finding,) = found("RB601", text)

    assert finding.level == "warning"


@pytest.mark.parametrize(
    ("rollback", "count"),
    [
        ("", 1),
        ("**Rollback:**", 1),
        ("**Rollback:** by hand", 1),
        ("**Rollback:** none, because a restart changes nothing", 0),
        ("**Rollback:** `oc rollout undo deploy/a`", 0),
        ("**Rollback:**\n\n```bash\noc rollout undo deploy/a\n```", 0),
    ],
)
def test_a_rollback_is_a_command_or_a_reason(rollback: str, count: int) -> None:
    text = step("oc -n a rollout restart deploy/a", "**Changes:** pods") + rollback

    assert len(found("RB602", f"{text}\n")) == count


DELETE = step("kubectl -n shop delete pvc a", "**Changes:** a volume", "Delete") + NONE
ASK = (
    "### Sure?\n\n**Ask:** Is there a backup?\n\n- **Yes:** {}\n- **No:** escalate\n\n"
)
GO = "go to [Delete](#delete)"


def test_a_question_in_the_section_guards() -> None:
    text = f"## Mitigation\n\n{ASK.format('continue')}{DELETE}"

    assert not found("RB603", text)


def test_a_question_elsewhere_that_leads_to_the_step_guards() -> None:
    text = f"## Diagnosis\n\n{ASK.format(GO)}\n\n## Mitigation\n\n{DELETE}"

    assert not found("RB603", text)


def test_a_question_that_can_be_gone_around_does_not_guard() -> None:
    around = step("ls", "**Reads only**", "Look") + f"- **Met:** {GO}\n\n"
    text = f"## Diagnosis\n\n{around}\n\n## Mitigation\n\n{DELETE}"

    assert not found("RB603", text)
    assert found("RB603", text.replace(f"- **Met:** {GO}", "- **Met:** continue"))


def test_deleting_a_pod_needs_no_guard() -> None:
    assert not found("RB603", DELETE.replace("pvc", "pod"))


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("Delete the claim:", 1),
        ("Make sure that nobody uses the claim:", 0),
        ("This means data loss:", 0),
        ("Take a backup first:", 0),
    ],
)
def test_in_a_draft_a_word_of_caution_guards(prose: str, count: int) -> None:
    text = f"## Mitigation\n\n{prose}\n\n```bash\nkubectl -n a delete pvc b\n```"

    assert len(found_in_draft("RB603", text)) == count


def test_a_namespace_chosen_before_holds_for_what_follows() -> None:
    text = step("oc project shop\noc get pods", "**Reads only**")

    assert not found("RB604", text)
    assert found("RB604", text.replace("oc project shop\n", ""))


def test_an_unscoped_change_is_an_error() -> None:
    (finding,) = found("RB604", step("oc delete pod a", "**Changes:** a pod"))

    assert finding.level == "error"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Silence the alert.", 1),
        ("Then create a silence in Alertmanager.", 1),
        ("Silence the alert for 2 hours.", 0),
        ("Create a silence that expires tomorrow.", 0),
        ("The silence of the alert is suspicious.", 0),
        ("Delete the silence when you are done.", 0),
    ],
)
def test_a_told_silence_needs_a_duration(text: str, count: int) -> None:
    findings = found_in_draft("RB605", f"## Mitigation\n\n{text}")

    assert len(findings) == count
    assert all(each.level == "warning" for each in findings)


def test_a_script_that_is_kept_before_it_runs_is_fine() -> None:
    kept = "curl -so a.sh https://b/a.sh\nsha256sum -c a.sum\nbash a.sh"

    assert not found("RB606", step(kept, "**Changes:** a"))
    assert found("RB606", step("curl -s https://b/a.sh | sudo sh", "**Changes:** a"))


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("oc -n a apply -f b.yaml", 1),
        ("terraform apply", 1),
        ("oc -n a scale deploy/b --replicas 2", 0),
        ("oc -n a delete pod b", 0),
        ("oc -n a delete pod -l app=b", 1),
    ],
)
def test_a_trial_is_asked_for_where_it_tells_something(
    command: str, count: int
) -> None:
    assert len(found("RB608", step(command, "**Changes:** a"))) == count


def test_a_trial_that_the_page_offers_before_is_enough() -> None:
    text = "Try it with `--dry-run=server` first."

    assert not found("RB608", f"### A\n\n{text}\n\n{step('oc apply -f b', '')}")


def test_a_change_under_diagnosis_is_an_error_and_its_mention_a_doubt() -> None:
    text = "## Diagnosis\n\n{}\n"
    fence = "### A\n\n```bash\noc -n a delete pod b\n```"
    mention = "### A\n\nRun `oc -n a delete pod b` now."

    assert [each.level for each in found("RB610", text.format(fence))] == ["error"]
    assert [each.level for each in found("RB610", text.format(mention))] == ["warning"]


def test_a_change_of_a_declared_step_is_told_once() -> None:
    text = f"## Diagnosis\n\n{step('oc -n a delete pod b', '**Changes:** a pod')}"

    assert len(found("RB610", text)) == 1


@pytest.mark.parametrize("text", ["", "yes", "N/A", "tbd.", "production"])
def test_a_change_without_a_thing_is_vague(text: str) -> None:
    assert found("RB611", step("ls", f"**Changes:** {text}"))


def test_a_named_thing_is_enough_for_a_change() -> None:
    assert not found("RB611", step("ls", "**Changes:** one file"))


@pytest.mark.parametrize(
    ("rollback", "count"),
    [
        ("`echo 'open`", 1),
        ("`oc rollout undo deploy/{{ name }}`", 0),
        ("`oc rollout undo deploy/<name>`", 0),
        ("\n\n```bash\nif true; then\n```", 1),
        ("\n\n```yaml\na: 1\n```", 1),
        ("none, because it is gone", 0),
    ],
)
def test_a_rollback_parses(rollback: str, count: int) -> None:
    text = step("ls", "**Changes:** a") + f"**Rollback:** {rollback}\n"

    assert len(found("RB613", text)) == count
