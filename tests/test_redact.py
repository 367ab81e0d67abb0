from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.app.running import redactor
from runbookkit.redact import Place, Redactor

# built from parts, so that no scanner takes this file for a leak
SECRETS = tuple(
    text.replace("+", "")
    for text in (
        "AKIA+IOSFODNN7QWERTYU",
        "ghp_+16C7e42F292c6912E7710c838347Ae178B4a",
        "glpat-+aB3dE6gH9jK2mN5pQ8sT",
        "xoxb-+123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
        "glsa_+aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF_1a2b3c4d",
        "sk-ant-api03-+aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dFaB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dFaB3dE6gH9jK2mN5pQ8sT1vW4y-AA",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9+.eyJzdWIiOiI0Mjg4MTkwMyJ9.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4",
        "postgresql://app:Tr0ub4dor8x@db.internal/shop",
        "ada.lovelace@example.org",
        "4111 1111 1111 1111",
    )
)
UNTOUCHED = (
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 took 512 ms on 10.1.2.3:8080",
    'sum(rate(http_requests_total{code=~"5.."}[5m])) by (service) > 0.01',
    "pod checkout-7d9f8c6b5-x2x4z restarted 3 times at 2026-11-20T12:00:00Z",
    "order 1234 5678 9012 3456 is not a card, its check digit is wrong",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "user@host would be an address, but user@localhost is none",
    "token bucket, password policy, secret santa, $API_KEY and <token>",
)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda text: text[:8])
def test_a_secret_is_replaced_wherever_it_stands(secret: str) -> None:
    hide = redactor()

    for text in (secret, f"export KEY={secret}\n", f'{{"token": "{secret}"}}'):
        value = "Tr0ub4dor8x" if secret.startswith("post") else secret
        assert value not in hide(text)


@pytest.mark.parametrize("text", UNTOUCHED, ids=lambda text: text[:12])
def test_text_that_only_looks_secret_stays(text: str) -> None:
    assert redactor()(text) == text


def test_the_same_secret_gets_the_same_token_and_another_one_another() -> None:
    hide = redactor()

    first, second, third = map(
        hide, ("a@example.org", "b@example.org", "a@example.org")
    )

    assert first == third == "«email:1»"
    assert second == "«email:2»"


@given(st.text(alphabet="ab@.\n 41", max_size=80))
def test_lines_stay_lines(text: str) -> None:
    assert redactor()(text).count("\n") == text.count("\n")


def test_a_find_inside_another_is_replaced_with_it() -> None:
    hide = Redactor([lambda _: [Place(0, 6, "outer"), Place(2, 4, "inner")]])

    assert hide("abcdefgh") == "«outer:1»gh"
