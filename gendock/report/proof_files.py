"""A proof as files for other programs: JUnit's XML, and SARIF for what is wrong with an image's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from gendock.dockerfile import read
from gendock.engine.results import CHECKS, CheckResult, Phase, SmokeReport, Status
from gendock.files import read_bytes
from gendock.report.junit import as_junit
from gendock.report.paths import Folders
from gendock.report.proof import Proof
from gendock.report.sarif import SCHEMA, artifact, as_sarif
from gendock.report.terminal import printable
from gendock.report.texts import encodable, for_xml
from gendock.report.xml_document import document, element
from gendock.version import HOME, VERSION

# The instruction that says what a check asks for; the last FROM says all else.
_SAID_BY = {
    "user": ("USER",),
    "exec-form": ("ENTRYPOINT", "CMD"),
    "entrypoint": ("ENTRYPOINT", "CMD"),
    "exposes": ("EXPOSE",),
    "labels": ("LABEL",),
    "no-secret": ("ENV", "LABEL"),
}


def proof_junit(proof: Proof, folders: Folders) -> str:
    """Return one document with a suite for each part; each check is a test with its time."""
    suites: list[ET.Element] = []
    if proof.linted is not None:
        names = [proof.dockerfile] if proof.dockerfile else []
        suites += ET.fromstring(as_junit(proof.linted.findings, folders, names))  # noqa: S314 - our own
    if proof.built or proof.build_failure:
        suites.append(_build_suite(proof))
    if proof.report:
        suites += [_suite(proof.report, phase) for phase in Phase if phase in proof.report.phases]
    totals = {name: sum(int(suite.get(name, 0)) for suite in suites) for name in _COUNTS}
    root = element("testsuites", name=f"gendock {proof.command}", time=f"{proof.seconds:.3f}", **totals)
    root.extend(suites)
    return document(root)


_COUNTS = ("tests", "failures", "errors", "skipped")


def _build_suite(proof: Proof) -> ET.Element:
    failure, built = proof.build_failure, proof.built
    seconds = f"{built.seconds:.3f}" if built else "0"
    counts = {"tests": 1, "failures": int(failure is not None), "errors": 0, "skipped": 0}
    suite = element("testsuite", name="build", time=seconds, **counts)
    case = element("testcase", name="it builds", classname=proof.dockerfile or "", time=seconds)
    if failure:
        told = element("failure", type="build", message=printable(failure.message, limit=2000))
        told.text = for_xml("\n".join(map(printable, failure.log)))
        case.append(told)
    suite.append(case)
    return suite


def _suite(report: SmokeReport, phase: Phase) -> ET.Element:
    checks = [check for check in report.checks if check.phase is phase]
    suite = element(
        "testsuite",
        name=str(phase),
        time=f"{report.phases[phase]:.3f}",
        tests=len(checks),
        failures=sum(check.status is Status.FAIL for check in checks),
        errors=0,
        skipped=sum(check.status is Status.SKIP for check in checks),
    )
    suite.extend(_case(check, report) for check in checks)
    return suite


def _case(check: CheckResult, report: SmokeReport) -> ET.Element:
    case = element("testcase", name=check.title, classname=check.id, time=f"{check.milliseconds / 1000:.3f}")
    if check.status is Status.SKIP:
        case.append(element("skipped", message=printable(check.evidence)))
    if check.status is Status.FAIL:
        failure = element("failure", type=check.id, message=printable(check.evidence, limit=2000))
        failure.text = for_xml("\n".join(failure_text(check, report)))
        case.append(failure)
    return case


def failure_text(check: CheckResult, report: SmokeReport) -> list[str]:
    """Return what is known of a failed check: what a container left belongs to its start and its stop."""
    lines = [printable(check.evidence, limit=2000)]
    left = report.failure
    if left is None or check.phase is Phase.STATIC:
        return lines
    if left.diagnosis:
        lines += [f"because {printable(left.diagnosis.because)}", f"mend: {printable(left.diagnosis.mend)}"]
    return [*lines, *map(printable, left.log)]


def proof_sarif(proof: Proof, folders: Folders) -> str:
    """Return a log with lint's run, where there was one, and one of the failed static checks."""
    runs: list[dict[str, Any]] = []
    if proof.linted is not None:
        runs += json.loads(as_sarif(proof.linted.findings, folders))["runs"]
    failed = [check for check in proof.report.failed if check.phase is Phase.STATIC] if proof.report else []
    rules = [id_ for id_, (phase, _) in CHECKS.items() if phase is Phase.STATIC]
    driver = {
        "name": "gendock",
        "version": VERSION,
        "semanticVersion": VERSION,
        "informationUri": HOME,
        "rules": [_descriptor(id_) for id_ in rules],
    }
    runs.append(
        {
            "tool": {"driver": driver},
            "automationDetails": {"id": "gendock/smoke/"},
            "columnKind": "unicodeCodePoints",
            "results": [_result(check, rules.index(check.id), proof, folders) for check in failed],
        }
    )
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return encodable(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _descriptor(id_: str) -> dict[str, Any]:
    title = CHECKS[id_][1]
    return {
        "id": f"smoke/{id_}",
        "name": "".join(part.capitalize() for part in id_.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["image"]},
    }


def _result(check: CheckResult, index: int, proof: Proof, folders: Folders) -> dict[str, Any]:
    image = proof.report.image if proof.report else ""
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": image, "kind": "image"}]}
    if proof.dockerfile:
        row = instruction_row(proof.dockerfile, check.id)
        place = {"artifactLocation": artifact(proof.dockerfile, folders), "region": {"startLine": row}}
        location["physicalLocation"] = place
    return {
        "ruleId": f"smoke/{check.id}",
        "ruleIndex": index,
        "level": "error",
        "message": {"text": printable(check.evidence, limit=2000)},
        "locations": [location],
        "partialFingerprints": {"gendock/v1": f"{image.partition(':')[0]}/{check.id}"},
    }


def instruction_row(dockerfile: str, check: str) -> int:
    """Return the line of the instruction that says what a check asks for, from 1."""
    source = read(read_bytes(Path(dockerfile)))
    for keyword in (*_SAID_BY.get(check, ()), "FROM"):
        rows = [
            source.source.position(one.keyword.span.start).row
            for one in source.instructions
            if one.keyword.text.upper() == keyword
        ]
        if rows:
            return rows[-1]
    return 1
