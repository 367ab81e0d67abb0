"""What holds for every text: nothing raises, and every place is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import example, given, settings

from runbookkit.errors import TemplateError
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.postmortem import parse_postmortem
from runbookkit.markdown.rulefile import parse_rule_file
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.markdown.template import parse_template
from runbookkit.model.span import Located, Span

ROOT = Path(__file__).parents[2]
LANGUAGES = frozenset({"promql", "logql", "bash", "sh"})


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


RUNBOOK_TEMPLATE = parse_template(_read("meta/runbook-template.md"), "runbook.md")
POSTMORTEM_TEMPLATE = parse_template(
    _read("meta/postmortem-template.md"), "postmortem.md"
)
DOCUMENTS = (
    _read("tests/lint/clean.md"),
    _read("tests/lint/clean-postmortem.md"),
    _read("meta/runbook-template.md"),
    _read("meta/postmortem-template.md"),
)
RULES = """\
groups:
  - name: checkout
    rules:
      - record: checkout:errors:ratio_rate5m
        expr: sum(rate(errors[5m])) / sum(rate(requests[5m]))
      - alert: CheckoutErrorsHigh
        expr: checkout:errors:ratio_rate5m > 0.01
        for: 5m
        labels: {severity: page}
        annotations:
          runbook_url: https://example.com/checkout-fails.md
"""
PIECES = (
    *("# ", "## Diagnosis\n", "### Look\n", "#### a #\n", "a\n===\n", "---\n", "\n"),
    *("- ", "  - ", "1. ", "> ", "\t", "    ", "| a | b |\n", "|---|---|\n", "\\|"),
    *("```promql\n", "```\n", "~~~\n", "`x`", "[a](b.md)", "[a]: b\n", "![i](u)"),
    *("<!-- c -->", "<a id='x'>", "https://a.b/(c)", "**Met:** continue", "\r\n"),
    *("**In Loki**, over the last 1h:", "**Expect:** `value < 1`", "**Ask:** why?"),
    *("**Capture:** `n` = `value`", "**Rollback:** none, because x", "{{ n }}", "é"),
    *("format: runbook/v1\n", "alerts: [A]\n", "inputs:\n  a: {from: labels.a}\n"),
    *("\ufeff", "\0", "\u2028", "\x0c", "⚠️", "*Required.*", "a: &b [*b]\n", "=\n"),
)
markdown = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6))).map("".join),
)


@st.composite
def mutated(draw: st.DrawFn, texts: tuple[str, ...] = DOCUMENTS) -> str:
    """Draw a text whose lines were dropped, repeated, moved, cut or replaced."""
    lines = draw(st.sampled_from(texts)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "repeat", "insert", "cut", "move"))):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "repeat":
                lines.insert(at, lines[at])
            case "insert":
                lines.insert(at, draw(st.sampled_from(PIECES)))
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case _:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
    return "".join(lines)


@settings(deadline=None)
@given(st.one_of(markdown, mutated()))
@example("---\n---\n# Empty front matter")
@example("---\nstarted: 0001-01-01T00:00:00+14:00\nformat: postmortem/v1\n---\n")
@example("---\na:\n  " + "[" * 100_000 + "\n---\n")
@example("---\nformat: runbook/v1\n? [a]\n: b\n---\n")
@example("## Diagnosis\n\n### A\n\n**In Loki**, at most _ lines:\n")
@example("> \t- \tfoo\n\n\t> | a\\|b |\n> |--|\n> | - |")
def test_parsing_never_raises_and_every_place_is_in_the_file(text: str) -> None:
    lines = split_lines(text)

    parsed = (
        parse_document(text, "a.md"),
        parse_runbook(text, "a.md", RUNBOOK_TEMPLATE, LANGUAGES),
        parse_postmortem(text, "a.md", POSTMORTEM_TEMPLATE),
    )

    for span in _spans(parsed):
        assert _inside(span, lines), span


@settings(deadline=None)
@given(st.one_of(markdown, mutated()))
@example("- a\n\n  \tb c\n\n\t  d e")
@example("# # #\n\n> ## a # b ##\n\n- ### c")
@example("| x | x |\n|---|---|\n| a\\|b | `c \\| d` | x\n|  | y |\n")
@example("- | - | b |\n  |---|---|\n  | x | - |")
def test_a_span_on_one_line_is_where_its_words_stand(text: str) -> None:
    runbook = parse_runbook(text, "a.md", RUNBOOK_TEMPLATE, LANGUAGES)

    for located in _located(runbook):
        for start, end in _words(located.text):
            span = located.span_of(start, end)
            source = runbook.document.lines[span.line - 1]
            assert (
                source[span.column - 1 : span.end_column - 1]
                == (located.text[start:end])
            )


@settings(deadline=None)
@given(st.one_of(markdown, mutated((RULES,))))
@example("items: &x [{items: *x}]")
@example("groups: " + "[" * 100_000)
@example("groups:\n- rules:\n  - alert: 2026-13-45\n  - {}\n  - x\n")
def test_a_rule_file_never_raises_and_every_place_is_in_it(text: str) -> None:
    parsed = parse_rule_file(text, "rules.yaml")

    for span in _spans(parsed):
        assert _inside(span, parsed.lines), span


@settings(deadline=None)
@given(st.one_of(markdown, mutated()))
def test_a_template_is_read_or_refused(text: str) -> None:
    with suppress(TemplateError):
        parse_template(text, "template.md")


@settings(deadline=None)
@given(markdown)
def test_line_ends_do_not_change_what_is_read(text: str) -> None:
    text = text.replace("\r", "")

    unix = parse_document(text, "a.md")
    windows = parse_document(text.replace("\n", "\r\n"), "a.md")

    assert windows == unix


def _spans(value: object) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _spans(getattr(value, each.name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _spans(item)
    elif isinstance(value, (tuple, list, frozenset)):
        for item in value:
            yield from _spans(item)


def _located(value: object) -> Iterator[Located]:
    if isinstance(value, Located):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _located(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _located(item)


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a tab cannot stand for."""
    start = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            at = start + line.index(words)
            yield at, at + len(words)
        start += len(line) + 1


def _inside(span: Span, lines: tuple[str, ...]) -> bool:
    if not (1 <= span.line <= span.end_line <= len(lines)):
        return False
    if span.line == span.end_line and span.end_column < span.column:
        return False
    return (
        1 <= span.column <= len(lines[span.line - 1]) + 1
        and 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
    )
