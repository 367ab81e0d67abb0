"""Answer a player from a scenario: time stands still, and nothing is ever run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runbookkit.audit.answering import Given, Teller
from runbookkit.audit.calls import (
    BY_HAND,
    Call,
    DecideCall,
    FinishCall,
    OpenLinkCall,
    ReportGapCall,
    RunCall,
)
from runbookkit.audit.case import Case
from runbookkit.audit.programs import (
    Program,
    Value,
    is_known,
    is_rendered,
    one_line,
    value_now,
    values_in,
)
from runbookkit.audit.view import as_json
from runbookkit.execute.judge import Judgement
from runbookkit.model.audit import Gap, ToolAnswer
from runbookkit.model.runbook import SHELL_FENCES, Step
from runbookkit.queries.registry import language_of

NO_SUCH_STEP: Final = "no-such-step"
OFF_BOOK: Final = "off-book"
INVENTED: Final = "invented-value"
OTHER_VALUE: Final = "other-value"
OTHER_TOOL: Final = "wrong-tool"
NOT_APPROVED: Final = "needs-approval"
_FEWEST_WORDS: Final = 3
"""Of a sentence that a person goes by; fewer stand in any text."""


@dataclass(frozen=True, slots=True)
class Ran:
    """Something that was run and answered."""

    step: str
    evidence: str
    judgement: Judgement
    choice: str = ""
    """Of a question: the branch that what is seen calls for."""
    harness_error: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A way out of a step that the player took."""

    step: str
    call: DecideCall


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that the text does not allow."""

    step: str
    code: str
    command: str


Entry = Ran | Decided | Refused


class Simulator:
    """The world of one play; equal calls in equal order get equal answers."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._teller = Teller(case)
        self._names = case.names
        self._seen = [as_json(case.names)]
        self._given = [str(each) for each in _leaves(case.names)]
        self.log: list[Entry] = []
        self.claims: list[ReportGapCall] = []
        self.proven: list[Gap] = []
        self.outcome = ""

    def answer(self, call_id: str, call: Call) -> ToolAnswer:
        """Return the answer to one call."""
        match call:
            case RunCall():
                return self._run(call_id, call)
            case DecideCall():
                return self._decide(call_id, call)
            case OpenLinkCall():
                return self._open(call_id, call)
            case ReportGapCall():
                self.claims.append(call)
                said = "noted; go on if the text lets you, else finish"
                return ToolAnswer(call_id, said)
            case FinishCall():
                self.outcome = call.outcome
                return ToolAnswer(call_id, "over")

    def _run(self, call_id: str, call: RunCall) -> ToolAnswer:
        step = self._case.step_named(call.step)
        if step is None:
            said = f"the runbook has no step {call.step[:80]!r}"
            return self._refuse(call_id, "", NO_SUCH_STEP, call.command, said)
        program, values = self._program(step, call)
        if program is None:
            said = "the runbook does not name this in this step"
            return self._refuse(call_id, step.id, OFF_BOOK, call.command, said)
        refusal = self._values(program, values) or self._tool(program, call)
        if refusal is None and program.rollback:
            return self._rolled_back(call_id)
        if refusal is None and self._teller.declined(step):
            refusal = NOT_APPROVED, "whoever has to agree to the change does not"
        if refusal is not None:
            code, said = refusal
            return self._refuse(call_id, step.id, code, call.command, said)
        return self._answered(call_id, step)

    def _program(
        self, step: Step, call: RunCall
    ) -> tuple[Program | None, tuple[Value, ...]]:
        """Return what of a step a command is, and the values in it."""
        for program in programs_of(step):
            if is_rendered(program, call.command, self._names):
                return program, ()
            values = values_in(program, call.command)
            if values is not None:
                return program, values
        by_hand = step.action is None and self._is_of_the_text(step, call.command)
        return (_sentence(step) if by_hand else None), ()

    def _is_of_the_text(self, step: Step, command: str) -> bool:
        wanted = one_line(command)
        lines = self._case.lines[step.span.line - 1 : step.end_line]
        text = one_line("\n".join(lines))
        whole = len(wanted.split()) >= _FEWEST_WORDS
        return (whole and wanted in text) or (
            values_in(_sentence(step), command) is not None
        )

    def _values(
        self, program: Program, values: tuple[Value, ...]
    ) -> tuple[str, str] | None:
        for each in values:
            name = each.placeholder.name
            wanted = value_now(each.placeholder, self._names)
            if wanted is None:
                self._prove_undefined(program, each)
            elif each.text == wanted:
                continue
            if wanted is None or not is_known(each.text, [*self._seen, *self._given]):
                return INVENTED, f"nothing so far gives this value for {name!r}"
        if values and not all(
            each.text == value_now(each.placeholder, self._names) for each in values
        ):
            return OTHER_VALUE, "the text takes a value from elsewhere"
        return None

    def _prove_undefined(self, program: Program, value: Value) -> None:
        line = program.line_of(value.placeholder)
        name = value.placeholder.name
        quote = self._case.lines[line - 1].strip()
        missing = f"where `{name}` comes from: nothing before gives it a value"
        self.proven.append(
            Gap(
                "undefined-input",
                self._case.runbook.path,
                line,
                quote,
                missing,
                "proven",
            )
        )

    @staticmethod
    def _tool(program: Program, call: RunCall) -> tuple[str, str] | None:
        if call.tool == program.tool:
            return None
        return OTHER_TOOL, f"{call.tool} does not understand this"

    def _answered(self, call_id: str, step: Step) -> ToolAnswer:
        evidence = f"e{1 + sum(isinstance(each, Ran) for each in self.log)}"
        given: Given = self._teller.next(step, self._names)
        text = as_json({"evidence": evidence, "answers": list(given.shown)})
        self.log.append(
            Ran(step.id, evidence, given.judgement, given.choice, given.harness_error)
        )
        self._names |= given.judgement.captures
        self._seen.append(text)
        self._given += [str(each) for each in _leaves(list(given.shown))]
        return ToolAnswer(
            call_id, text, evidence=evidence, harness_error=given.harness_error
        )

    def _rolled_back(self, call_id: str) -> ToolAnswer:
        text = as_json({"answers": [{"names": {"exit_code": 0}}]})
        return ToolAnswer(call_id, text)

    def _decide(self, call_id: str, call: DecideCall) -> ToolAnswer:
        step = self._case.step_named(call.step)
        if step is None:
            said = f"the runbook has no step {call.step[:80]!r}"
            return self._refuse(call_id, "", NO_SUCH_STEP, call.branch, said)
        self.log.append(Decided(step.id, call))
        return ToolAnswer(call_id, "noted")

    def _open(self, call_id: str, call: OpenLinkCall) -> ToolAnswer:
        named = {each.target for each in self._case.runbook.document.links}
        if call.href not in named:
            said = "the runbook does not name this link"
            return self._refuse(call_id, "", OFF_BOOK, call.href, said)
        text = self._case.linked.get(call.href)
        return ToolAnswer(call_id, text if text is not None else "it cannot be opened")

    def _refuse(
        self, call_id: str, step: str, code: str, command: str, said: str
    ) -> ToolAnswer:
        self.log.append(Refused(step, code, command))
        return ToolAnswer(call_id, f"refused ({code}): {said}", refused=code)


def programs_of(step: Step) -> list[Program]:
    """Return what a step says to run, its rollback included."""
    found: list[Program] = []
    action = step.action
    if action is not None:
        line = action.code.span.line
        tool = _tool_of(action.language)
        found.append(Program(step.id, action.language, tool, action.text, line))
    rollback = step.rollback
    if rollback is not None and rollback.command is not None:
        language = rollback.language or "bash"
        found.append(
            Program(
                step.id,
                language,
                _tool_of(language),
                rollback.command.text,
                rollback.command.first_line,
                rollback=True,
            )
        )
    return found


def _sentence(step: Step) -> Program:
    text = step.question.text if step.question else step.title
    line = (step.question or step).span.line
    return Program(step.id, "text", BY_HAND, text, line)


def _tool_of(fence: str) -> str:
    if fence in SHELL_FENCES:
        return "shell"
    language = language_of(fence)
    return language.name if language is not None else fence


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]
