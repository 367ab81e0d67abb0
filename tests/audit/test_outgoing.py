"""Nothing private leaves, nothing secret leaves unasked, and lines stay lines."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audit.leaks import MAKERS, leaks
from runbookkit.audit.outgoing import LastLook, Outgoing
from runbookkit.errors import SecretError

LEAKS = leaks(1000)


@pytest.mark.parametrize("at", range(len(MAKERS)))
def test_what_is_planted_is_replaced(at: int) -> None:
    planted = LEAKS[at :: len(MAKERS)]
    text = "\n\n".join(line for line, _ in planted)

    sent = Outgoing(replace_secrets=True).text(text, "a.md")

    assert [secret for _, secret in planted if secret in sent] == []
    assert sent.count("\n") == text.count("\n")


def test_a_secret_is_refused_with_its_line() -> None:
    with pytest.raises(SecretError, match=r"a\.md:3: a secret stands here"):
        Outgoing(replace_secrets=False).text("# A\n\npassword: Tr4vel9kQz", "a.md")


def test_a_message_does_not_repeat_the_secret() -> None:
    with pytest.raises(SecretError) as raised:
        Outgoing(replace_secrets=False).text("password: Tr4vel9kQz", "a.md")

    assert "Tr4vel9kQz" not in str(raised.value)


def test_the_same_text_gets_the_same_token_everywhere() -> None:
    out = Outgoing(replace_secrets=True, hosts=("corp.example",))

    text = out.text("ada@corp.example at db1.corp.example, 10.1.2.3", "a.md")
    again = out.text("10.1.2.3 ada@corp.example", "scenario")

    assert text == "«email:1» at «host:1», «address:1»"
    assert again == "«address:1» «email:1»"


@pytest.mark.parametrize(
    "text",
    [
        "token: $TOKEN",
        'curl -H "Authorization: Bearer $(oc whoami -t)" https://a',
        "password: {{ password }}",
        "--password-file /etc/shop/password",
        "kubectl get secret pull-secret -o yaml",
        "secretName: alertmanager-main",
        "api_key: <your key>",
        "http://127.0.0.1:9090/api/v1/query?query=up",
        "at 12:30:59 or 2026-11-20T12:30:59Z",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Outgoing(replace_secrets=False).text(text, "a.md") == text


@given(st.text(max_size=300))
def test_any_text_keeps_its_lines_and_can_be_sent(text: str) -> None:
    sent = Outgoing(replace_secrets=True).text(text, "a.md")

    assert sent.count("\n") == text.count("\n")
    LastLook()(sent)


@given(st.lists(st.sampled_from(LEAKS), max_size=8), st.text(max_size=40))
def test_no_mixture_of_secrets_passes(
    planted: list[tuple[str, str]], words: str
) -> None:
    text = f"\n{words}\n".join(line for line, _ in planted)

    sent = Outgoing(replace_secrets=True).text(text, "a.md")

    assert [secret for _, secret in planted if secret in sent] == []
    LastLook()({"messages": [{"content": [{"text": sent}]}]})


def test_the_last_look_finds_what_the_first_one_let_through() -> None:
    body = {"messages": [{"content": [{"text": "glpat-" + "a1B2c3D4e5F6g7H8i9J0"}]}]}

    with pytest.raises(SecretError, match="was about to be sent"):
        LastLook()(body)
    with pytest.raises(SecretError, match="was about to be sent"):
        LastLook(("open sesame",))({"a": ["so: open sesame!"]})
