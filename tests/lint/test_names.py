from __future__ import annotations

import pytest

from lint.runbooks import found, found_in_draft

FRONT = """---
format: runbook/v1
title: Checkout fails
service: checkout
owner: team-shop
severity: page
alerts: [CheckoutErrorsHigh]
reviewed: 2026-11-01
inputs:
  region: {description: Region of the customer}
---

"""
FIND = """### Find it

**In Prometheus**:

```promql
topk(1, sum by (pod) (errors_total))
```

**Expect:** one pod: `series.size() == 1`

**Capture:** `pod` = `series[0].labels.pod`

- **Met:** continue
- **Not met:** {}

"""
CHANGE = """### Delete it

**In a shell**, within 15s{}:

```bash
kubectl delete pod {}
```

**Changes:** {}

**Expect:** {}

**Rollback:** {}

- **Met:** continue
- **Not met:** escalate
"""


def change(
    pod: str = "x",
    *,
    clause: str = "",
    effect: str = "one pod",
    expect: str = "it is gone: `exit_code == 0`",
    rollback: str = "none, because another one starts",
) -> str:
    return CHANGE.format(clause, pod, effect, expect, rollback)


@pytest.mark.parametrize(
    "part",
    [
        change("{{ pot }}"),
        change(clause=", on {{ pot }}"),
        change(rollback="`kubectl create {{ pot }}`"),
        "### Look\n\nLook at `{{ pot }}`.\n",
        "### Look\n\n**Ask:** Is it `{{ pot }}`?\n\n- **Yes:** stop\n- **No:** continue\n",
        "## Impact\n\nCustomers of {{ pot }} cannot pay.\n",
    ],
    ids=["action", "host", "rollback", "prose", "question", "section"],
)
def test_an_undefined_name_is_found_wherever_a_value_is_put_in(part: str) -> None:
    (finding,) = found("RB301", part)

    assert "'pot'" in finding.message


def test_a_name_close_to_a_known_one_is_suggested() -> None:
    (finding,) = found("RB301", FRONT + change("{{ regoin }}"))

    assert "did you mean region?" in finding.message


@pytest.mark.parametrize("name", ["region", "labels.pod", "annotations.summary"])
def test_inputs_and_what_the_alert_brings_are_defined(name: str) -> None:
    assert not found("RB301", FRONT + change(f"{{{{ {name} }}}}"))


def test_a_fence_that_nobody_runs_may_show_other_templates() -> None:
    part = "### Look\n\nIt looks so:\n\n```yaml\nhost: {{ .Values.host }}\n```\n"

    assert not found("RB301", part)
    assert not found("RB309", part)


def test_inputs_that_cannot_be_read_leave_every_name_open() -> None:
    front = FRONT.replace("{description: Region of the customer}", "{typ: string}")

    assert not found("RB301", front + change("{{ region }}"))


def test_a_capture_that_one_path_misses_is_named_with_that_path() -> None:
    (finding,) = found("RB302", FIND.format("continue") + change("{{ pod }}"))

    assert "'Not met' of step 'Find it'" in finding.message


def test_a_capture_that_every_path_takes_is_fine() -> None:
    assert not found("RB302", FIND.format("escalate") + change("{{ pod }}"))


def test_a_value_used_before_its_step_is_found() -> None:
    part = "### Look\n\nLook at `{{ pod }}`.\n\n" + FIND.format("escalate")

    (finding,) = found("RB302", part)

    assert "'Find it' is met" in finding.message


def test_a_value_in_the_text_in_front_of_the_steps_is_too_early() -> None:
    part = "## Impact\n\nCustomers of {{ pod }}.\n\n## Diagnosis\n\n" + FIND.format(
        "escalate"
    )

    assert found("RB302", part)


def test_an_escalation_may_name_what_was_found() -> None:
    part = "## Diagnosis\n\n" + FIND.format("escalate")
    part += "## Escalation\n\nPage `team-shop` and name `{{ pod }}`.\n"

    assert not found("RB302", part)


def test_an_expression_needs_its_capture_too() -> None:
    expect = "it says so: `stdout.contains(pod)`"

    assert found("RB302", FIND.format("continue") + change(expect=expect))
    assert not found("RB302", FIND.format("escalate") + change(expect=expect))


def test_a_rollback_may_use_what_its_own_step_captured() -> None:
    part = change(rollback="`kubectl create {{ old }}`").replace(
        "**Rollback:**", "**Capture:** `old` = `stdout`\n\n**Rollback:**"
    )

    assert not found("RB302", part)


def test_a_shell_variable_of_a_draft_is_set_before_its_use() -> None:
    late = "## Diagnosis\n\n```bash\nkubectl get pods -n $NS\n```\n\n```bash\nNS=shop\n```\n"
    early = "## Diagnosis\n\n```bash\nfor NS in a b; do kubectl get pods -n $NS; done\n```\n"

    assert found_in_draft("RB302", late)
    assert not found_in_draft("RB302", early)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (change("{{ .Names }}"), "Go template"),
        (change("{{ pod | shell }}"), "no filter"),
        (change("{{ pod"), "never closed"),
        (change(effect="the pod {{ labels.pod }}"), "what a step changes"),
        (change(expect="it is gone: `stdout == '{{ labels.pod }}'`"), "bare name"),
        ("### Look at {{ labels.pod }}\n\nLook.\n", "a heading"),
        (
            "### Look\n\nLook.\n\n- **Met:** go to [{{ labels.pod }}](#x)\n",
            "a branch",
        ),
    ],
)
def test_braces_that_are_never_filled_in_are_found(part: str, said: str) -> None:
    findings = found("RB309", part)

    assert any(said in finding.message for finding in findings)


@pytest.mark.parametrize(
    "command", ["kubectl logs <pod>", "kubectl logs $POD", "kubectl logs [POD]"]
)
def test_a_placeholder_of_another_house_is_found_in_an_action(command: str) -> None:
    part = FIND.format("escalate") + change().replace("kubectl delete pod x", command)

    (finding,) = found("RB308", part)

    assert finding.fix is not None
    assert finding.fix.edits[0].text == "{{ pod }}"
    assert not finding.fix.safe


@pytest.mark.parametrize(
    "command",
    [
        "POD=$(kubectl get pods -o name | head -1); kubectl logs $POD",
        "for p in a b; do kubectl logs $p; done",
        "kubectl logs ${POD:-web}",
        "kubectl --kubeconfig $KUBECONFIG get pods",
        "kubectl get pods -o jsonpath='{.items[0].metadata.name}'",
        "sort <in >out",
        "awk '{print $1}' file",
    ],
)
def test_what_a_command_sets_or_reads_itself_is_no_placeholder(command: str) -> None:
    part = change().replace("kubectl delete pod x", command)

    assert not found("RB308", part)


def test_a_capture_may_not_take_a_name_that_means_something() -> None:
    for name, said in (
        ("lines", "a result"),
        ("labels", "the alert's"),
        ("region", "an"),
    ):
        part = FRONT + FIND.format("escalate").replace("`pod` =", f"`{name}` =")

        (finding,) = found("RB312", part)

        assert said in finding.message


def test_two_steps_may_capture_the_same_name() -> None:
    second = FIND.format("escalate").replace("Find it", "Find it otherwise")

    assert not found("RB312", FIND.format("continue") + second)


@pytest.mark.parametrize("use", ["`{{ pod }}`", ""])
def test_a_capture_has_to_be_used(use: str) -> None:
    part = FIND.format("escalate") + f"### Look\n\nLook {use}.\n"

    assert bool(found("RB307", part)) == (not use)


def test_an_input_used_in_an_expression_is_used() -> None:
    assert found("RB306", FRONT + change())
    assert not found("RB306", FRONT + change(expect="so: `stdout == region`"))


@pytest.mark.parametrize(
    "command",
    [
        "kubectl logs checkout-8bc47b7b4-d6g8f",
        "kubectl logs pod/checkout-8bc47b7b4-d6g8f",
        "ssh ip-10-0-3-17",
        "aws ec2 reboot-instances --instance-ids i-0abcd1234ef567890",
        "curl http://10.217.5.102:9090/metrics",
    ],
)
def test_an_identifier_of_one_day_is_found(command: str) -> None:
    assert found_in_draft("RB303", f"## Diagnosis\n\n```bash\n{command}\n```\n")


@pytest.mark.parametrize(
    "command",
    [
        "curl http://127.0.0.1:9090/metrics",
        "curl http://192.0.2.7/",
        "dig @8.8.8.8 example.org",
        "kubectl get --raw /api --server 0.0.0.0:80",
        "ip route add 10.0.0.0/8 dev eth0",
        "kubectl get pods kube-apiserver-operator",
        "helm upgrade app --version 1.2.3.4-5",
        "kubectl logs deploy/checkout",
        "git checkout feature-2024deadbeef-abcde1",
    ],
)
def test_an_example_a_network_and_a_version_are_not_frozen(command: str) -> None:
    assert not found_in_draft("RB303", f"## Diagnosis\n\n```bash\n{command}\n```\n")


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("```bash\nkubectl delete pod <pod>\n```", False),
        (
            "Replace `<pod>` with the pod that fails.\n\n```bash\nkubectl delete pod <pod>\n```",
            True,
        ),
        ("```bash\nkubectl get pods\nkubectl delete pod <pod-name>\n```", True),
        ("```bash\nkubectl delete pod <pod label from alert>\n```", True),
        ("```bash\nPOD=x\nkubectl delete pod $POD\n```", True),
        ("```bash\nkubectl delete pod $POD\n```", False),
        (
            "```text\nalertname = Down\npod = web-1\n```\n\n```bash\nkubectl delete pod $POD\n```",
            True,
        ),
        ("```bash\n# <pod> is the pod that fails\nkubectl delete pod <pod>\n```", True),
    ],
)
def test_a_placeholder_of_a_draft_has_to_be_explained(
    text: str, explained: bool
) -> None:
    assert bool(found_in_draft("RB301", f"## Diagnosis\n\n{text}\n")) != explained


def test_one_thing_has_one_name() -> None:
    text = "## Diagnosis\n\n```bash\nkubectl describe node {}\nkubectl drain {}\n```\n"

    assert found_in_draft("RB304", text.format("<node>", "<node-name>"))
    assert found_in_draft("RB304", text.format("$NS", "<namespace>"))
    assert not found_in_draft("RB304", text.format("<node>", "<node>"))
    assert not found_in_draft("RB304", text.format("<node>", "<pod>"))
    assert not found_in_draft("RB304", "NODE=<node>; " + text.format("$NODE", "$NODE"))
