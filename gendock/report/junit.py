"""JUnit's XML report, which shows findings as failed tests.

There is no standard; this keeps to what Jenkins' schema takes:
https://github.com/jenkinsci/xunit-plugin, model/xsd/junit-10.xsd.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gendock.lint import Finding
from gendock.report.paths import Folders
from gendock.report.terminal import printable
from gendock.report.texts import for_xml, related_places
from gendock.report.xml_document import document, element

_LONGEST = 2000


def as_junit(findings: Sequence[Finding], folders: Folders, filenames: Sequence[str]) -> str:
    """Return one document with a suite for each file.

    Args:
        findings: each is a test that failed.
        folders: paths are relative to the repository.
        filenames: all files that were read; one without a finding is a test that passed.
    """
    by_file: dict[str, list[Finding]] = {filename: [] for filename in filenames}
    for finding in findings:
        by_file.setdefault(finding.filename, []).append(finding)
    suites = [_suite(folders.from_root(filename), found) for filename, found in by_file.items()]
    root = element("testsuites", name="gendock", **_counts(findings, sum(len(suite) for suite in suites)))
    root.extend(suites)
    return document(root)


def _suite(path: str, findings: Sequence[Finding]) -> ET.Element:
    seen: Counter[str] = Counter()
    cases: list[ET.Element] = []
    for finding in findings:
        # A test is known by its name: one without a line number stays the same when lines above it come.
        name = f"{finding.rule.code} {finding.rule.name}"
        seen[name] += 1
        cases.append(_failed(finding, path, f"{name} ({seen[name]})" if seen[name] > 1 else name))
    if not cases:
        cases = [element("testcase", name="no findings", classname=path, file=path, time="0")]
    suite = element("testsuite", name=path, time="0", **_counts(findings, len(cases)))
    suite.extend(cases)
    return suite


def _counts(findings: Sequence[Finding], tests: int) -> dict[str, int]:
    return {"tests": tests, "failures": len(findings), "errors": 0, "skipped": 0}


def _failed(finding: Finding, path: str, name: str) -> ET.Element:
    row, column = finding.start
    message = printable(finding.message, limit=_LONGEST)
    lines = [f"{printable(path)}:{row}:{column}: {finding.rule.code} {message}"]
    lines += [printable(place, limit=_LONGEST) for place in related_places(finding)]
    if finding.help:
        lines.append(f"help: {printable(finding.help, limit=_LONGEST)}")
    lines.append(finding.rule.url)
    case = element("testcase", name=name, classname=path, file=path, line=row, time="0")
    failure = element("failure", type=finding.severity.label, message=message)
    failure.text = for_xml("\n".join(lines))
    case.append(failure)
    return case
