"""What pip leaves behind in an image."""

from __future__ import annotations

import re

from gendock.dockerfile import User
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import root_base, steps
from gendock.lint.cleanups import has_mount, removes, variables_before
from gendock.lint.images import parse_image
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.scripts import Script
from gendock.lint.users import is_root

_PIP_MOUNT = "--mount=type=cache,target=/root/.cache/pip"
_CACHES = tuple(f"{home}/.cache/pip" for home in ("/root", "~", "$HOME", "${HOME}"))
_PIP_ITSELF = re.compile(r"/pip-[^/]*\Z")
_BEFORE_PIP_6 = re.compile(r"1[0-4]\.|(?:lucid|precise|trusty|squeeze|wheezy|jessie)|[5-8]\b")
# CUDA up to 7.5 is on Ubuntu 14.04, also where the tag does not say so.
_ON_OLD = re.compile(r"ubuntu1[0-4]\.|:.*\b(?:precise|trusty|wheezy|jessie)\b|\Anvidia/cuda:[67]\.")
_NEWER_PIP = re.compile(r"get-pip|easy_install\s+(?:-\S+\s+)*pip|install\s+(?:-\S+\s+)*pip\b")
_TRUE = frozenset({"1", "true", "on", "yes"})


@rule("DL3042", "pip-cache", severity=Severity.WARNING, shipped=True, mentions=("pip",))
def pip_cache(script: Script) -> Mistakes:
    """What pip has downloaded stays in the image.

    Its cache saves time when the same package is installed again, which never happens in a layer that is
    done. `--no-cache-dir` keeps nothing; a cache mount over pip's folder, `.cache/pip` in the home of the
    user that runs it, keeps it outside the image; `pip cache purge` or `rm -rf /root/.cache` at the end of
    the same RUN empties it. The pip of Ubuntu 14.04 and Debian 8 has neither cache nor option.

    Bad:
        FROM python:3.13-slim
        RUN pip install flask==3.1.2

    Good:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask==3.1.2
    """
    if has_mount(script.run, ".cache/pip") or _pip_is_told(script):
        return
    for call in script.package_calls:
        if call.manager is not Manager.PIP or call.does != "install" or call.program == "pipx":
            continue
        # pip takes a long option by its beginning.
        if call.verb is None or any(name.startswith("no-cache") for name, _ in call.options.flags):
            continue
        if _fetches_nothing(call) or (call.program.startswith("pip") and _is_old(script, call)):
            continue
        if _is_emptied(script, call):
            continue
        yield Mistake(
            script.span(call.verb),
            f"`{call.program} install` keeps its downloads in the image",
            "write --no-cache-dir"
            if _has_user(script)
            else f"write --no-cache-dir, or give the RUN `{_PIP_MOUNT}`",
            Fix("keep no cache", (script.insert_behind(call.verb, "--no-cache-dir"),), Applicability.UNSAFE),
        )


def _has_user(script: Script) -> bool:
    """Tell whether a script runs as another user than root, whose home is elsewhere."""
    users = [one for one in steps(script.stage, script.instruction) if isinstance(one, User)]
    return bool(users) and not is_root(users[-1])


def _fetches_nothing(call: PackageCall) -> bool:
    """Tell whether a call installs files that are there: pip itself, or such as must bring all."""
    if not call.operands or call.options.has("r", "requirement", "e", "editable"):
        return False
    return all(
        "/" in word.text
        and "://" not in word.text
        and (
            (word.text.endswith(".whl") and call.options.has("no-deps"))
            or _PIP_ITSELF.search(word.text) is not None
        )
        for word in call.operands
    )


def _is_emptied(script: Script, call: PackageCall) -> bool:
    """Tell whether the cache is emptied behind a call, in the same RUN."""
    return any(
        removes(command, *_CACHES) for command in script.calls if command.start > call.outer.start
    ) or any(
        one.manager is Manager.PIP
        and one.does == "cache"
        and [word.text for word in one.operands] == ["purge"]
        for one in script.package_calls
        if one.outer.start > call.outer.start
    )


def _is_old(script: Script, call: PackageCall) -> bool:
    """Tell whether pip is that of an old distribution: before pip 6 it had neither cache nor option."""
    image = parse_image(root_base(script.stage) or "")
    if image.official in ("debian", "ubuntu"):
        is_old = _BEFORE_PIP_6.match(image.tag)
    else:
        is_old = _ON_OLD.search(f"{image.path}:{image.tag}")
    above = script.source.text[: call.outer.start]
    return is_old is not None and _NEWER_PIP.search(above) is None


def _pip_is_told(script: Script) -> bool:
    """Tell whether PIP_NO_CACHE_DIR is set where a script runs, or in it."""
    said = variables_before(script)
    words = [word for command in script.calls for word in (*command.assignments, *command.words)]
    for word in words:
        name, equals, value = word.text.partition("=")
        if equals and name == "PIP_NO_CACHE_DIR":
            said[name] = value
    return said.get("PIP_NO_CACHE_DIR", "").lower() in _TRUE
