"""JUnit by a parser of JUnit, checkstyle by its elements and attributes."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from junitparser import Failure, JUnitXml

from gendock.lint import Finding
from gendock.report.checkstyle import as_checkstyle
from gendock.report.junit import as_junit
from gendock.report.paths import Folders
from gendock.report.texts import for_xml


def names(findings: list[Finding]) -> list[str]:
    return [name for name, _ in groupby(findings, key=lambda finding: finding.filename)]


def test_junit_has_a_suite_for_each_file(findings: list[Finding], folders: Folders) -> None:
    text = as_junit(findings, folders, [*names(findings), "clean.Dockerfile"])
    report = JUnitXml.fromstring(text.encode("utf-8"))
    suites = list(report)
    assert [suite.name for suite in suites] == [
        *(for_xml(folders.from_root(name)) for name in names(findings)),
        "clean.Dockerfile",
    ]
    assert (report.tests, report.failures, report.errors) == (len(findings) + 1, len(findings), 0)
    assert [case.name for case in suites[-1]] == ["no findings"]
    cases = [case for suite in suites[:-1] for case in suite]
    assert len({(case.classname, case.name) for case in cases}) == len(findings)
    for finding, case in zip(findings, cases, strict=True):
        (failure,) = case.result
        assert isinstance(failure, Failure)
        assert failure.type == finding.severity.label
        assert failure.message
        assert finding.rule.code in failure.text
    for suite in suites:
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(not case.is_passed for case in suite)


def test_junit_of_nothing(folders: Folders) -> None:
    assert list(JUnitXml.fromstring(as_junit([], folders, []).encode())) == []


def test_a_test_keeps_its_name_when_lines_shift(findings: list[Finding], folders: Folders) -> None:
    report = JUnitXml.fromstring(as_junit(findings[:20], folders, []).encode())
    found = [case.name for case in next(iter(report))]
    assert "DL3000 relative-workdir" in found
    assert "DL3000 relative-workdir (2)" in found


def test_checkstyle_has_its_elements_and_attributes(findings: list[Finding], folders: Folders) -> None:
    root = ET.fromstring(as_checkstyle(findings, folders).encode("utf-8"))  # noqa: S314 - our own
    assert root.tag == "checkstyle"
    assert set(root.attrib) == {"version"}
    assert [file.tag for file in root] == ["file"] * len(names(findings))
    assert [file.get("name") for file in root] == [
        for_xml(folders.from_working(name)) for name in names(findings)
    ]
    errors = [error for file in root for error in file]
    for finding, error in zip(findings, errors, strict=True):
        assert error.tag == "error"
        assert set(error.attrib) == {"line", "column", "severity", "message", "source"}
        assert error.get("severity") in {"error", "warning", "info", "ignore"}
        assert (int(error.attrib["line"]), int(error.attrib["column"])) == finding.start
        assert error.attrib["message"].startswith(for_xml(finding.message))


def test_checkstyle_of_nothing(folders: Folders) -> None:
    assert list(ET.fromstring(as_checkstyle([], folders).encode())) == []  # noqa: S314
