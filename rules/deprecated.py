"""What once was the way to say it, and no longer is."""

from __future__ import annotations

import re

from gendock.dockerfile import Maintainer
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import in_case_of
from gendock.lint.mistake import replace

_AUTHORS = "org.opencontainers.image.authors"


@rule(
    "DL4000",
    "maintainer",
    severity=Severity.ERROR,
    also=(
        "MaintainerDeprecated",
        "deprecated_in_1.13",
        "DEPRECATED_MAINTAINER",
        "DS-0022",
        "CKV_DOCKER_6",
    ),
    needs=(Maintainer,),
)
def maintainer(context: BuildContext) -> Mistakes:
    """MAINTAINER is deprecated.

    It has been since Docker 1.13, and can hold one name only. Labels say who made an image, and all tools
    that list images show them.

    Bad:
        FROM debian:12
        MAINTAINER Jo Doe <jo@example.com>

    Good:
        FROM debian:12
        LABEL org.opencontainers.image.authors="Jo Doe <jo@example.com>"
    """
    escape = context.file.escape
    for stage in context.stages:
        for one in stage.of(Maintainer):
            text = one.value.text
            if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
                text = text[1:-1]
            quoted = re.sub(rf'["${re.escape(escape)}]', lambda found: escape + found[0], text)
            label = f'{in_case_of(one, "LABEL")} {_AUTHORS}="{quoted}"'
            yield Mistake(
                one.keyword.span,
                f"{one.keyword.text} is deprecated: use a label to say who made the image",
                f"write `{label}`",
                # The image's own field for its author stays empty then, should anybody read that.
                replace(
                    one.keyword.span.cover(one.value.span), label, f"write a label {_AUTHORS}", safe=False
                ),
            )
