"""Who is let in, by configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.errors import ConfigError
from runbookkit.model.serving import ApiToken, Source
from runbookkit.server.admission import callers_of, gate_of, networks, signed

GOOD = "g" * 32
TEXT = st.binary(max_size=200)


def test_tokens_are_read_from_a_file_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{GOOD}\n{'h' * 32}\n")

    gate = gate_of("prod", Source(tokens_file=str(file)), ())

    assert gate.tokens == (GOOD.encode(), b"h" * 32)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Source(tokens=("short",)), "fewer than 16"),
        (Source(tokens_file="/nowhere/at/all"), "cannot be read"),
        (Source(keys=(GOOD,)), "signature_header"),
        (Source("github", tokens=(GOOD,)), "signs its bodies"),
        (Source(clients=("am",)), "only work together"),
        (Source(clients=("am",), client_header="X-Client"), "trusted_proxies"),
    ],
)
def test_what_cannot_prove_anything_is_refused(source: Source, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        gate_of("prod", source, ())


def test_somebody_without_a_token_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"serve\.tokens\.ada: no token"):
        callers_of({"ada": ApiToken()})


def test_networks_that_are_none_are_refused() -> None:
    with pytest.raises(ConfigError, match="trusted_proxies"):
        networks(["everywhere"])


@given(header=TEXT, peer=st.text(max_size=40))
def test_nothing_but_a_token_is_let_in(header: bytes, peer: str) -> None:
    gate = gate_of("prod", Source(tokens=(GOOD,), basic={"am": GOOD}), ())
    callers = callers_of({"ada": ApiToken((GOOD,))})

    assert not gate.admits({b"authorization": header}, peer)
    assert callers.find({b"authorization": header}) is None


@given(given_signature=st.text(max_size=300), message=TEXT)
def test_a_signature_is_not_guessed(given_signature: str, message: bytes) -> None:
    assert not signed(given_signature, message, [GOOD.encode()])
