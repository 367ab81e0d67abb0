from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.lint.tools import begins_command, is_command
from runbookkit.lint.transcripts import read_transcript


def commands_of(text: str, language: str = "console") -> str:
    transcript = read_transcript(text, language)
    assert transcript is not None
    assert len(transcript.text) == len(text)
    return "\n".join(
        line.strip() for line in transcript.text.split("\n") if line.strip()
    )


def test_answers_between_prompts_are_left_out() -> None:
    text = "$ oc get nodes\nNAME  STATUS\na     Ready\n$ oc whoami\nroot"

    assert commands_of(text) == "oc get nodes\noc whoami"


@pytest.mark.parametrize(
    "prompt", ["$ ", "[root@db ~]# ", "core@node-1:~$ ", "sh-5.1# ", "# ", "% ", "  $ "]
)
def test_a_prompt_of_any_shell_is_known(prompt: str) -> None:
    assert commands_of(f"{prompt}kubectl get pods\nNAME") == "kubectl get pods"


def test_a_command_goes_on_behind_a_backslash() -> None:
    text = "$ oc -n shop \\\n    get pods\nNAME"

    assert commands_of(text) == "oc -n shop \\\nget pods"


def test_a_command_goes_on_in_an_open_quote() -> None:
    text = "$ oc patch x -p '{\n \"a\": 1\n}'\npatched"

    assert commands_of(text) == "oc patch x -p '{\n\"a\": 1\n}'"


def test_a_here_document_belongs_to_its_command() -> None:
    text = "$ cat <<'EOF' | oc apply -f -\nkind: Pod\n$ not a prompt\nEOF\ncreated"

    assert commands_of(text).endswith("kind: Pod\n$ not a prompt\nEOF")


def test_a_loop_belongs_to_its_command() -> None:
    text = "$ for n in a b; do\n  oc describe node $n\ndone\nName: a"

    assert commands_of(text).endswith("done")


def test_the_second_prompt_of_a_continued_line_is_no_redirect() -> None:
    assert ">" not in commands_of("$ oc get pods \\\n> -o wide")


def test_a_console_without_prompts_holds_the_lines_that_begin_a_command() -> None:
    text = "oc get csr\nNAME  AGE\ncsr-1 3m"

    assert commands_of(text) == "oc get csr"


def test_a_shell_fence_without_prompts_is_all_commands() -> None:
    text = "mytool --now\nNAME=x\n"

    assert commands_of(text, "bash") == "mytool --now\nNAME=x"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("NAME READY\na 1/1", "console"),
        ("top - 10:20:11 up 3 days", ""),
        ("for: 15m\nlabels: {}", ""),
        ("kubectl get pods", "text"),
        ("kubectl get pods", "yaml"),
        ("# a comment alone", ""),
    ],
)
def test_what_shows_no_command_is_no_transcript(text: str, language: str) -> None:
    assert read_transcript(text, language) is None


def test_answers_are_noticed_and_comments_are_none() -> None:
    mixed = read_transcript("$ ls\nfile", "bash")
    commented = read_transcript("# look\n$ ls", "bash")

    assert mixed is not None
    assert mixed.answered
    assert commented is not None
    assert not commented.answered


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("kubectl get pods", True),
        ("sudo systemctl restart kubelet", True),
        ("KUBECONFIG=/tmp/x oc get nodes", True),
        ("kubectl", False),
        ("find the pod", False),
        ("top level", False),
        ("test environment", False),
        ("LOG_LEVEL=debug", False),
        ("rate(x[5m]) > 1", False),
    ],
)
def test_a_code_span_is_a_command_when_it_calls_a_program(
    text: str, verdict: bool
) -> None:
    assert is_command(text) is verdict


def test_a_table_heading_begins_no_command() -> None:
    assert not begins_command("NAME   READY   STATUS")


@given(
    st.text(alphabet="$#%> abc'\"\\\n<EOF;do|", max_size=60),
    st.sampled_from(["", "bash", "console"]),
)
def test_every_offset_stays_in_its_place(text: str, language: str) -> None:
    transcript = read_transcript(text, language)

    if transcript is not None:
        pairs = zip(transcript.text, text, strict=True)
        assert all(kept in {source, " "} for kept, source in pairs)
        assert transcript.text.count("\n") == text.count("\n")
