"""curl and wget: their options, and what they download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.shell import options_of

if TYPE_CHECKING:
    from gendock.shell import Command, Options, Word

_LOCAL = re.compile(
    r"(?:\w+://)?(?:[^/@]*@)?(?:localhost|\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:.]+\])(?:[:/]|\Z)", re.IGNORECASE
)
# The options that take a value, of those that people use.
_CURL_VALUED = frozenset(
    """
    cacert capath cert ciphers config connect-timeout connect-to cookie cookie-jar create-file-mode data
    data-ascii data-binary data-raw data-urlencode dns-servers dump-header form form-string header interface
    json key limit-rate max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir
    pass pinnedpubkey proto proto-default proto-redir proxy proxy-user range rate referer request resolve
    retry retry-delay retry-max-time socks5 socks5-hostname speed-limit speed-time stderr time-cond tls-max
    trace trace-ascii unix-socket upload-file url url-query user user-agent write-out cert-type key-type
    abstract-unix-socket happy-eyeballs-timeout-ms
""".split()
) | frozenset("ACDEFHKPQTUXYbcdemortuwxyz")
_WGET_VALUED = frozenset(
    """
    accept append-output base ca-certificate ca-directory certificate connect-timeout cut-dirs
    directory-prefix dns-timeout domains exclude-directories execute header http-password http-user
    include-directories input-file level limit-rate load-cookies max-redirect method output-document
    output-file password post-data post-file private-key progress quota read-timeout referer reject
    retry-on-http-error save-cookies secure-protocol timeout tries user user-agent wait waitretry body-data
    body-file prefer-family compression
""".split()
) | frozenset("AaBDeGIilOoPQRTtUwX")
_ASKS_ONLY = ("help", "version", "manual", "h", "V", "M")


def curl_options(command: Command) -> Options:
    """Read the options of a curl command."""
    return options_of(command, valued=_CURL_VALUED)


def wget_options(command: Command) -> Options:
    """Read the options of a wget command."""
    return options_of(command, valued=_WGET_VALUED)


def is_quiet(options: Options) -> bool:
    """Tell whether wget is told to say little: `-nv` is one option of two letters."""
    return options.has("no-verbose") or any(
        name == "n" and word.text[word.text.index("n") :].startswith("nv") for name, word in options.flags
    )


def downloads(options: Options) -> bool:
    """Tell whether a command transfers anything, rather than speaking of itself."""
    return not options.has(*_ASKS_ONLY)


def sources(options: Options) -> tuple[Word, ...]:
    """Return the addresses that a command is given, wherever they stand."""
    named = tuple(word for name, word in options.values if name == "url")
    return (*options.operands, *named)


def is_near(address: Word) -> bool:
    """Tell whether an address is this machine's, one without a name, or a file's."""
    return bool(_LOCAL.match(address.text)) or address.text.startswith("file:")
