"""Packages of Python, Node.js and Ruby: which version is installed."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.lint import Mistakes, Severity, rule
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.packages import unpinned
from gendock.lint.scripts import Script
from gendock.shell import Word

_VERSION_SIGNS = ("=", "<", ">", "~")
_VCS = ("git+", "hg+", "svn+", "bzr+", "git:")
_NPM_LOCAL = ("/", "./", "../", "~/", "file:")
_NPM_GIT = ("git://", "git+ssh://", "git+http://", "git+https://", "github:", "gitlab:", "bitbucket:")
_ARCHIVES = (".tar", ".tar.gz", ".tgz")


@rule("DL3013", "unpinned-pip-package", severity=Severity.WARNING, mentions=("pip",))
def unpinned_pip_package(script: Script) -> Mistakes:
    """A package is installed by pip without a version.

    Which version that is depends on the day of the build, and the next one may not work with the program. A
    version pins it, and a requirements file with versions pins all that it needs as well.

    Bad:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask

    Bad:
        FROM python:3.13
        RUN pip install --no-cache-dir git+https://github.com/pallets/flask
    """
    for call in script.package_calls:
        if call.manager is not Manager.PIP or call.does != "install":
            continue
        # A file says which versions; what the folder itself needs, its own files say.
        if call.options.has("r", "requirement", "c", "constraint"):
            continue
        if any(word.text == "." for word in call.operands):
            continue
        loose = next((word.text for word in call.operands if not _is_pinned_for_pip(word.text)), "")
        form = "git+https://...@v1.2.3` or `...@<commit>" if loose.startswith(_VCS) else "name==version"
        yield from unpinned(script, call, _is_pinned_for_pip, form)


def _is_pinned_for_pip(package: str) -> bool:
    if package.startswith(_VCS):
        return "@" in package
    if "/" in package or package.endswith((".whl", ".tar.gz")):
        return True
    return any(sign in package for sign in _VERSION_SIGNS)


@rule("DL3016", "unpinned-npm-package", severity=Severity.WARNING, mentions=("npm",))
def unpinned_npm_package(script: Script) -> Mistakes:
    """A package is installed by npm without a version.

    Which version that is depends on the day of the build, and the next one may not work with the program. A
    version pins it: `npm install -g name@1.2.3`. `npm ci` takes them from package-lock.json.

    Bad:
        FROM node:22-slim
        RUN npm install -g serve
    """
    for call in script.package_calls:
        if call.manager is Manager.NPM and call.does in ("install", "i", "add"):
            yield from unpinned(script, call, _is_pinned_for_npm, "name@version")


def _is_pinned_for_npm(package: str) -> bool:
    if package.startswith(_NPM_GIT):
        return "#" in package
    if package.startswith(_NPM_LOCAL) or package.endswith(_ARCHIVES) or package == ".":
        return True
    # The first @ of `@scope/name@1.2.3` says no version.
    return "@" in package[1:]


@rule("DL3028", "unpinned-gem", severity=Severity.WARNING, mentions=("gem",))
def unpinned_gem(script: Script) -> Mistakes:
    """A gem is installed without a version.

    Which version that is depends on the day of the build, and the next one may not work with the program. A
    version pins it: `gem install name:1.2.3`, or `gem install name --version 1.2.3`.

    Bad:
        FROM ruby:3.4-slim
        RUN gem install bundler
    """
    for call in script.package_calls:
        if call.manager is not Manager.GEM or call.does not in ("install", "i"):
            continue
        if not call.options.has("v", "version"):
            yield from unpinned(script, call, _is_pinned_gem, "name:version", packages=_gems(call))


def _gems(call: PackageCall) -> Iterator[Word]:
    return (word for word in call.operands if not word.text.endswith(".gem"))


def _is_pinned_gem(package: str) -> bool:
    return ":" in package
