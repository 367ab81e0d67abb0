"""Spoil texts in the ways in which editors, merges, networks and people do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LARGEST = 200_000
"""Bytes of one input; what is longer is cut."""

SPECIALS = (
    *("---\n", "...\n", "```\n", "````\n", "~~~\n", "```bash\n", "``` {.promql}\n"),
    *("# \n", "## Diagnosis\n", "### Step\n", "### Step {#own}\n", "====\n", "----\n"),
    *("<!--", "-->", "<!-- runbookkit: allow RB501 -->\n", "<details>\n", "<p\n"),
    *("> ", "> [!NOTE]\n", "- ", "* * *\n", "1. ", "- [ ] ", "    ", "\t", "\\\n"),
    *(
        "| a | b |\n|---|---|\n| c |\n",
        "|",
        "\\|",
        "[a](b.md#c)",
        "[a]: <b>\n",
        "![]()",
    ),
    *("[^1]: note\n", "[[wiki]]", "{{ name }}", "{{ name", "}}", "<name>", "$NAME"),
    *("`", "``", "**", "**Expect:** `value <`\n", "**Capture:** `a` = `b`\n\n"),
    *("**In Loki**, over the last 1h, at most x lines:\n", "**Changes:** all\n"),
    *("**Ask:** Is it?\n", "- **Met:** go to [x](#x)\n", "- **When** `a > 1`: stop\n"),
    *('**Rollback:** `rm -rf "`\n', "**Reads only**\n", "format: runbook/v1\n"),
    *("format: postmortem/v1\n", "inputs: {a: {pattern: '(a+)+$', default: aaaa}}\n"),
    *(
        "alerts: [*a]\n",
        "a: &a [1]\n",
        "? !!binary x\n",
        "!!python/none x\n",
        "- - -\n",
    ),
    *("a: |\n", "reviewed: 2026-13-41\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"),
    *(
        "\u202e",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u00a0",
        "\u00ad",
        "\U000e0041",
        "e\u0301",
    ),
    *(
        "\u0130",
        "\ufb03",
        "\u1e9e",
        "\U0001f469\u200d\U0001f692",
        "\x00",
        "\x1b[31m",
        "\r",
    ),
    *("kubectl delete pod $X | xargs -I{} rm {} &\n", "cat <<EOF\n", "$(", "((", "[["),
    *(
        "sum(rate(x[5m])) by (a) > 1e999\n",
        '{a="b"} |= `c` | json | line_format "{{.x}}"\n',
    ),
    *("{ .a = 1 && ( } >> { }\n", "tracepoint:a:b /x/ { @[tid] = count(); }\n"),
)

Operation = Callable[[list[str], Random, Sequence[str]], None]


def _delete(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    del lines[at : at + pick.choice((1, 1, 2, 10))]


def _duplicate(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    part = lines[at : at + pick.choice((1, 3, 20))]
    lines[at:at] = part * pick.choice((1, 1, 2, 30))


def _swap(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    one, other = pick.randrange(len(lines)), pick.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _cut_off(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    lines[at] = lines[at][: pick.randint(0, len(lines[at]))]
    del lines[at + 1 :]


def _splice(lines: list[str], pick: Random, texts: Sequence[str]) -> None:
    other = pick.choice(texts).splitlines(keepends=True) or ["\n"]
    lines[pick.randrange(len(lines)) :] = other[pick.randrange(len(other)) :]


def _insert_line(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    lines.insert(pick.randint(0, len(lines)), pick.choice(SPECIALS))


def _insert_inside(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    cut = pick.randint(0, len(lines[at]))
    lines[at] = lines[at][:cut] + pick.choice(SPECIALS) + lines[at][cut:]


def _drop_letters(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    cut = pick.randint(0, len(lines[at]))
    lines[at] = lines[at][:cut] + lines[at][cut + pick.choice((1, 1, 5)) :]


def _indent(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    for number in range(at, min(at + pick.choice((1, 5, 50)), len(lines))):
        lines[number] = (
            pick.choice((" ", "  ", "    ", "\t", "> ", "- ")) + lines[number]
        )


def _nest(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    opening, closing = pick.choice(
        (*(("[", "]"), ("(", ")"), ("{", "}"), ("*", "*"), ("_", "_"), ("`", "`")),
         *(("> ", ""), ("- ", ""), ("<b>", "</b>"), ("$(", ")"), ("![", "](x)"), ("#", "")))
    )  # fmt: skip
    depth = pick.choice((3, 30, 300, 3000))
    at = pick.randrange(len(lines))
    lines[at] = opening * depth + lines[at].rstrip("\n") + closing * depth + "\n"


def _end_lines_otherwise(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    end = pick.choice(("\r\n", "\r", "\n\n", " \n", "  \n", "\\\n"))
    lines[:] = [line.removesuffix("\n") + end for line in lines]


def _lengthen(lines: list[str], pick: Random, _: Sequence[str]) -> None:
    at = pick.randrange(len(lines))
    lines[at] = lines[at].rstrip("\n") * pick.choice((2, 20, 200)) + "\n"


_OPERATIONS: tuple[Operation, ...] = (
    *(_delete, _duplicate, _swap, _splice, _indent, _nest, _lengthen),
    *(_insert_line, _insert_inside, _drop_letters) * 3,
    *(_cut_off, _end_lines_otherwise),
)


def spoiled(texts: Sequence[str], pick: Random) -> bytes:
    """Return one of the texts after a few accidents, or bytes of no text at all."""
    kind = pick.random()
    if kind < 0.02:
        return pick.randbytes(pick.choice((0, 1, 10, 1_000, 10_000)))
    if kind < 0.04:
        return "".join(pick.choices(SPECIALS, k=pick.randint(1, 200))).encode()
    lines = pick.choice(texts).splitlines(keepends=True)
    for _ in range(pick.choice((1, 1, 2, 4, 8))):
        lines = lines or [""]
        pick.choice(_OPERATIONS)(lines, pick, texts)
        while sum(map(len, lines)) > LARGEST:
            del lines[len(lines) // 2 :]
    content = "".join(lines)[:LARGEST].encode("utf-8", "surrogatepass")
    if pick.random() < 0.02:
        content = b"\xef\xbb\xbf" + content
    return _flipped(content, pick) if pick.random() < 0.1 else content


def _flipped(content: bytes, pick: Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _ in range(pick.choice((1, 2, 10, 100))):
        changed[pick.randrange(len(changed))] = pick.randrange(256)
    return bytes(changed)
