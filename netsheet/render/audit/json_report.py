"""Reports as JSON: for programs.

Schema (format 1). `answer` is false where something is wrong, which is exit status 1. `computed`
is the exact value as text; `ways` are the conventions under which a claim agrees; lines and columns
count from 1.
"""

from typing import Any

from netsheet.audit.verdict import Check, Finding, Hypothesis, Report, Verdict
from netsheet.render.json_sheet import written

FORMAT = 1


def render(reports: list[Report]) -> str:
    """Reports as one JSON document."""
    return written(document(reports)) + "\n"


def document(reports: list[Report]) -> dict[str, Any]:
    """The same as a dictionary of plain values."""
    return {
        "format": FORMAT,
        "answer": all(report.answer for report in reports),
        "reports": [_report(report) for report in reports],
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "source": report.source,
        "answer": report.answer,
        "counts": {verdict.words: len(report.of(verdict)) for verdict in Verdict},
        "findings": [_finding(found) for found in report.findings],
        "checks": [_check(check) for check in report.checks],
        "columns": [
            {
                "column": note.column,
                "convention": list(note.words),
                "fitting": note.fitting,
                "cells": note.cells,
            }
            for note in report.columns
        ],
        "hypotheses": [_hypothesis(hypothesis) for hypothesis in report.hypotheses],
        "unexplained": list(report.unexplained),
        "notes": list(report.notes),
        "allowed": list(report.allowed),
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "text": found.text,
        "verdict": found.verdict.words,
        "computed": found.computed,
        "ways": list(found.ways),
        "why": found.why,
        "line": found.span.line if found.span else None,
        "column": found.span.start + 1 if found.span else None,
        "explanation": found.explanation.line() if found.explanation else "",
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "kind": check.kind,
        "subjects": list(check.subjects),
        "sum": check.sum,
        "holds": check.holds,
        "why": check.why,
    }


def _hypothesis(found: Hypothesis) -> dict[str, Any]:
    return {
        "change": found.change,
        "mends": list(found.mends),
        "keeps": list(found.keeps),
        "breaks": list(found.breaks),
        "sums": list(found.sums),
    }
