"""Secrets are put together here, so that no scanner takes this file for a leak."""

from __future__ import annotations

import random
import string

import pytest

from lint.runbooks import found_in_draft
from runbookkit.lint.secrets import secrets

LETTERS = string.ascii_letters + string.digits
_RANDOM = random.Random(5)


def noise(size: int, letters: str = LETTERS) -> str:
    return "".join(_RANDOM.choices(letters, k=size))


SECRETS = {
    "an AWS access key": "AKI" + "A" + noise(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "a Google API key": "AI" + "za" + noise(35),
    "a GitHub token": "gh" + "p_" + noise(36),
    "a GitLab token": "gl" + "pat-" + noise(20),
    "a Slack token": "xo" + "xb-" + noise(24),
    "a Slack webhook": "https://hooks.slack"
    f".com/services/T{noise(8)}/B{noise(8)}/{noise(24)}",
    "a PagerDuty token": "Authorization: Token " + "token=" + noise(20),
    "a PagerDuty integration key": "routing_" + "key: " + noise(32, "0123456789abcdef"),
    "a Grafana token": "gl" + "sa_" + noise(32) + "_" + noise(8, "0123456789abcdef"),
    "a signed web token": "ey" + f"J{noise(20)}.ey" + f"J{noise(30)}.{noise(40)}",
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----\n" + noise(64),
    "a Stripe key": "sk_" + "live_" + noise(24),
    "an npm token": "np" + "m_" + noise(36),
    "a PyPI token": "py" + "pi-AgEIcHlwaS5vcmc" + noise(60),
    "an Anthropic key": "sk-" + "ant-api03-" + noise(60),
    "an Azure storage key": "Account" + "Key=" + noise(86) + "==",
    "a Telegram token": "110201543" + ":A" + "A" + noise(33),
    "a Mailchimp key": noise(32, "0123456789abcdef") + "-u" + "s12",
    "a Square token": "sq" + "0atp-" + noise(22),
    "a password in an address": "postgres://shop:Tr4vel-9kQz@db/orders",
    "a password or token": 'password: "Tr4vel-9kQz-Lamp"',
}


@pytest.mark.parametrize(("kind", "text"), SECRETS.items(), ids=SECRETS.keys())
def test_a_secret_is_known_by_its_shape(kind: str, text: str) -> None:
    assert [each.kind for each in secrets(f"a {text} b")] == [kind]


@pytest.mark.parametrize(("kind", "text"), SECRETS.items(), ids=SECRETS.keys())
def test_a_message_never_repeats_the_secret(kind: str, text: str) -> None:
    (finding,) = found_in_draft("RB607", f"## Diagnosis\n\n```text\n{text}\n```")

    words = text.replace("\n", " ").split()
    assert kind in finding.message
    assert not any(word in finding.message for word in words if len(word) > 9)


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "x" * 36,
        "password: changeme-changeme1A",
        "password: <the-password>",
        'PASSWORD="$DB_PASSWORD"',
        "token: ${TOKEN_FROM_VAULT}",
        "curl http://user:password@host",
        "curl http://$USER:$PASS@host",
        "https://example.com:8443/a@b",
        "kubectl get secret pull-secret-openshift-config2",
        "secret: alertmanager-main-generated-v2",
        "Secret: namespace/name-of-the-secret-1",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "token=sha256~0000000000000000000000",
        "access_key = 1234567890abcdefABCD",
    ],
)
def test_an_example_a_name_and_a_variable_are_no_secret(text: str) -> None:
    assert not list(secrets(text))


def test_a_secret_is_found_at_its_place() -> None:
    text = "## Diagnosis\n\nRun\n\n    curl http://a:Tr4vel-9kQz@b\n"

    (finding,) = found_in_draft("RB607", text)

    assert finding.span.column == len("    curl http://a:") + 1
    assert finding.span.end_column == finding.span.column + len("Tr4vel-9kQz")
