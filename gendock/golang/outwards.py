"""TLS outwards: whether a program speaks to servers whose certificates it has to verify.

It needs a bundle of root certificates then, from the image or from a module that brings one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.evidence import Evidence
from gendock.golang.needs import OutwardTls
from gendock.golang.syntax import arguments, callee, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from gendock.golang.evaluated import Value
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

# Modules that hold root certificates and use them where the system has none.
_ROOTS = (
    "golang.org/x/crypto/x509roots/fallback", "github.com/breml/rootcerts", "github.com/gwatts/rootcerts",
    "github.com/certifi/gocertifi",
)  # fmt: skip
# Clients of services that are reached by https and by nothing else.
_CLIENTS = (
    "github.com/aws/aws-sdk-go-v2/service", "github.com/aws/aws-sdk-go/service", "cloud.google.com/go",
    "google.golang.org/api", "github.com/Azure/azure-sdk-for-go", "github.com/stripe/stripe-go",
    "github.com/google/go-github", "gitlab.com/gitlab-org/api/client-go", "github.com/xanzy/go-gitlab",
    "github.com/slack-go/slack", "github.com/bwmarrin/discordgo", "github.com/getsentry/sentry-go",
    "github.com/go-telegram-bot-api/telegram-bot-api", "gopkg.in/telebot.v3", "github.com/go-telegram/bot",
    "github.com/sashabaranov/go-openai", "github.com/openai/openai-go",
    "github.com/anthropics/anthropic-sdk-go", "github.com/sendgrid/sendgrid-go",
    "github.com/twilio/twilio-go",
    "firebase.google.com/go", "github.com/cloudflare/cloudflare-go", "golang.org/x/crypto/acme",
    "github.com/caddyserver/certmagic", "github.com/go-acme/lego", "github.com/coreos/go-oidc",
    "golang.org/x/oauth2/google", "golang.org/x/oauth2/github", "github.com/mailgun/mailgun-go",
    "github.com/plaid/plaid-go", "github.com/newrelic/go-agent",
)  # fmt: skip
_HTTP = {
    "Get": 0, "Post": 0, "PostForm": 0, "Head": 0, "NewRequest": 1, "NewRequestWithContext": 2,
}  # fmt: skip
_ADDRESS = re.compile(r"https://(?P<host>[\w-]+(?:\.[\w-]+)+)")
# What has no public certificate.
_OWN = re.compile(
    r"https://(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[\w-]+(?:\.[\w-]+)*\.(?:svc|local|internal)\b|example\.)"
)


def find_tls(sources: Sources, evaluator: Evaluator) -> OutwardTls | None:
    """Find what shows that a program speaks TLS to others; None where nothing does, or it brings the roots.

    It is sure where a request goes to an https address, or a client of such a service is imported; where a
    request goes to an address that nobody knows, it is not.
    """
    if sources.imports_any(_ROOTS):
        return None
    unsure: OutwardTls | None = None
    for syntax in sources.calling(*_HTTP, "Dial", "DialWithDialer"):
        asks = any(item.path in {"net/http", "crypto/tls"} for item in syntax.file.imports)
        for call in syntax.calls if asks else ():
            found = _asked(call, syntax, evaluator)
            if found is None or sources.is_unused(call, syntax):
                continue
            if found.is_sure:
                return found
            unsure = unsure or found
    return _client(sources) or unsure


def _asked(call: Node, syntax: Syntax, evaluator: Evaluator) -> OutwardTls | None:
    operand, name = callee(call)
    package = None if operand is None else syntax.import_names.get(text_of(operand))
    place, given = syntax.evidence(call), arguments(call)
    if package == "crypto/tls" and name in {"Dial", "DialWithDialer"}:
        return OutwardTls("tls.Dial", True, place)  # noqa: FBT003
    if package != "net/http" or name not in _HTTP or len(given) <= _HTTP[name]:
        return None
    asked = given[_HTTP[name]]
    values = (*evaluator.values(asked, syntax), *_beginning(asked, syntax, evaluator))
    known = [value.text for value in values if value.text]
    hosts = [match["host"] for text in known if (match := _ADDRESS.match(text)) and not _OWN.match(text)]
    if hosts:
        return OutwardTls(f"a request to {min(hosts, key=len)}", True, place)  # noqa: FBT003
    if known and all(text.startswith(("http://", "/")) or _OWN.match(text) for text in known):
        return None
    return OutwardTls("requests to an address that is configured", False, place)  # noqa: FBT003


def _beginning(node: Node, syntax: Syntax, evaluator: Evaluator) -> list[Value]:
    """What an address begins with that is put together: by a sum, or by fmt.Sprintf."""
    if node.type == "binary_expression":
        left = node.child_by_field_name("left")
        return [] if left is None else evaluator.values(left, syntax) or _beginning(left, syntax, evaluator)
    if node.type == "call_expression" and callee(node)[1] == "Sprintf":
        return evaluator.values(arguments(node)[0], syntax) if arguments(node) else []
    return []


def _client(sources: Sources) -> OutwardTls | None:
    for package in sources.packages:
        for file, item in package.imports:
            if any(item.path == client or item.path.startswith(f"{client}/") for client in _CLIENTS):
                return OutwardTls(item.path, True, Evidence(file.path, item.line))  # noqa: FBT003
    return None
