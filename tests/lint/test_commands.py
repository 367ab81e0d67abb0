from __future__ import annotations

from lint.runbooks import runbook
from runbookkit.lint.commands import Program, programs
from runbookkit.model.runbook import Runbook

STEP = """### Restart

**In a shell**:

```bash
kubectl -n shop rollout restart deploy/{{ name }}
```

**Changes:** pods restart

**Expect:** `exit_code == 0`

**Rollback:** `kubectl -n shop rollout undo deploy/a`

- **Not met:** escalate
"""


def in_mitigation(read: Runbook) -> list[Program]:
    return [each for each in programs(read) if each.step and each.step.id == "restart"]


def test_an_action_and_its_rollback_are_told_apart() -> None:
    found = in_mitigation(runbook(STEP))

    assert [(each.role, each.commands[0].words[3:5]) for each in found] == [
        ("action", ("rollout", "restart")),
        ("rollback", ("rollout", "undo")),
    ]


def test_a_placeholder_of_the_format_leaves_every_offset_in_place() -> None:
    program = in_mitigation(runbook(STEP))[0]

    command = program.commands[0]

    assert len(program.text) == len(program.source.text)
    assert program.words_of(command).endswith("deploy/{{ name }}")


def test_a_command_in_a_list_item_has_its_place_in_the_source() -> None:
    read = runbook("### Look\n\n1. Run `kubectl get nodes` and read.\n")

    program = next(each for each in programs(read) if each.role == "span")
    span = program.span_of(program.commands[0])

    line = read.document.lines[span.line - 1]
    assert line[span.column - 1 : span.end_column - 1] == "kubectl get nodes"


def test_a_fence_inside_a_list_has_its_place_in_the_source() -> None:
    text = "### Look\n\n1. Run\n\n   ```bash\n   kubectl get nodes\n   ```\n"
    read = runbook(text)

    program = next(
        each for each in programs(read) if each.step and each.step.id == "look"
    )
    span = program.span_of(program.commands[0])

    assert read.document.lines[span.line - 1][span.column - 1 :] == "kubectl get nodes"


def test_programs_know_their_section() -> None:
    sections = [each.section and each.section.key for each in programs(runbook(STEP))]

    assert set(sections) == {"Mitigation"}


def test_the_programs_of_a_runbook_are_found_once() -> None:
    read = runbook(STEP)

    assert programs(read) is programs(read)


def test_a_bare_mention_is_told_from_a_command_that_can_be_run() -> None:
    read = runbook("### Look\n\nUse `oc debug` or `oc debug node/a`.\n")
    spans = [each for each in programs(read) if each.role == "span"]

    assert [each.only_mentions(each.commands[0]) for each in spans] == [True, False]
