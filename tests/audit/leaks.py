"""Secrets as they stand in runbooks; put together here, so that none stands in a file."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"
Make = Callable[[random.Random], tuple[str, str]]
"""Returns a line of text and the secret in it."""


def _noise(dice: random.Random, size: int, letters: str = LETTERS) -> str:
    """Return letters that a person would not take for a word or a sample."""
    return "".join(dice.choices(letters, k=size - 3)) + "".join(
        dice.choice(each) for each in ("bdghk", "BDGHK", "23579")
    )


def _shape(before: str, size: int, letters: str = LETTERS) -> Make:
    def make(dice: random.Random) -> tuple[str, str]:
        body = "".join(dice.choices(letters, k=size))
        return f"Use {before}{body} here.", f"{before}{body}"

    return make


def _in(line: str, size: int = 18) -> Make:
    def make(dice: random.Random) -> tuple[str, str]:
        value = _noise(dice, size)
        return line.replace("@@", value), value

    return make


def _key(dice: random.Random) -> tuple[str, str]:
    rows = [_noise(dice, 64) for _ in range(4)]
    text = "\n".join(["-----BEGIN RSA PRIVATE" + " KEY-----", *rows])
    return f"{text}\n-----END RSA PRIVATE" + " KEY-----", rows[2]


def _web(dice: random.Random) -> tuple[str, str]:
    token = f"eyJ{_noise(dice, 20)}.eyJ{_noise(dice, 40)}.{_noise(dice, 40)}"
    return f"curl -H 'Authorization: Bearer {token}' http://a/", token


def _number(dice: random.Random) -> tuple[str, str]:
    number = (
        f"{dice.randint(100, 599)}-{dice.randint(10, 99)}-{dice.randint(1000, 9999)}"
    )
    return f"Ask for {number}.", number


def _mail(dice: random.Random) -> tuple[str, str]:
    address = f"{_noise(dice, 9).lower()}@corp{dice.randint(1, 99)}.example"
    return f"Write to {address}.", address


def _address(dice: random.Random) -> tuple[str, str]:
    address = f"10.{dice.randint(1, 254)}.{dice.randint(1, 254)}.{dice.randint(1, 254)}"
    return f"ssh ops@{address}", address


MAKERS: tuple[Make, ...] = (
    _shape("AKI" + "A", 16, UPPER),
    _shape("AI" + "za", 35),
    _shape("gh" + "p_", 36),
    _shape("gl" + "pat-", 20),
    _shape("xo" + "xb-", 30),
    _shape("gl" + "sa_", 32),
    _shape("sk_" + "live_", 24),
    _shape("np" + "m_", 36),
    _shape("sk-" + "ant-api03-", 60),
    _shape("hv" + "s.", 30),
    _shape("dop_" + "v1_", 64, HEX),
    _shape("hf" + "_", 34),
    _shape("dckr_" + "pat_", 27),
    _shape("shp" + "at_", 32, HEX),
    _in("postgres://shop:@@@db.internal/orders"),
    _in("redis://:@@@cache:6379/0"),
    _in("password: @@"),
    _in('"client_secret": "@@"'),
    _in("export PGPASSWORD='@@'"),
    _in("export AWS_SECRET_ACCESS_KEY=@@", 40),
    _in("mysql -u root -p@@ -h db"),
    _in("curl -u admin:@@ http://a/"),
    _in("vault login --token @@"),
    _in("curl -H 'Authorization: Basic @@' http://a/", 24),
    _in("curl -H 'X-Api-Key: @@' http://a/"),
    _in("AccountKey=@@==;EndpointSuffix=a", 60),
    _in("https://a.blob.core.windows.net/b?sv=1&sig=@@", 43),
    _in("curl https://discord.com/api/webhooks/123456789012/@@", 60),
    _in("helm upgrade a --set auth.password=@@"),
    _in("kubectl create secret generic a --from-literal=token=@@"),
    _in("The pass phrase is no secret: passphrase=@@"),
    _key,
    _web,
    _number,
    _mail,
    _address,
)


def leaks(count: int, seed: int = 5) -> list[tuple[str, str]]:
    """Return lines with a secret each, and the secrets."""
    dice = random.Random(seed)
    return [MAKERS[at % len(MAKERS)](dice) for at in range(count)]
