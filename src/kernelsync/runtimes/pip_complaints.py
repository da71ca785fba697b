"""What pip's complaints come to: why a download failed, and what to do about it."""

from __future__ import annotations

import re

from kernelsync.runtimes.failure import BuildFailure

_OFFLINE = (
    "check the network, and the proxy where there is one (HTTPS_PROXY), "
    "or name an index or a folder of wheels in pip's configuration"
)
_MISMATCH = (
    "a file is not the one that was pinned: a mirror or a proxy may have changed it; "
    "ask again, or use another index"
)
_NO_CONNECTION = (
    r"NewConnectionError|ConnectionError|Name or service not known|ConnectTimeout"
    r"|Temporary failure in name resolution|Network is unreachable|Connection refused"
    r"|Connection broken|Read timed out|ReadTimeout|getaddrinfo"
)
# In this order: the first that fits names the cause, the later ones only follow from it.
_CAUSES = (
    (
        r"No space left on device|Errno 28|Disk quota exceeded",
        "disk-full",
        "there is no space left for the downloads",
        "free some space (a runtime takes about 50 MB), then ask again",
    ),
    (
        r"DO NOT MATCH THE HASHES|HashMismatch",
        "hash-mismatch",
        "a downloaded file does not have the hash that it should have",
        _MISMATCH,
    ),
    (
        r"ProxyError|Cannot connect to proxy|407 Proxy",
        "proxy",
        "the proxy cannot be reached, or refuses",
        "check HTTPS_PROXY, or 'proxy' in pip's configuration",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed",
        "certificate",
        "the certificate of the index is not trusted",
        "set 'cert' in pip's configuration (PIP_CERT) to your organisation's certificates",
    ),
    (
        r"\b40[13] Client Error",
        "index-refused",
        "the index refuses access",
        "check the user and password of the index in pip's configuration",
    ),
    (
        _NO_CONNECTION,
        "offline",
        "the package index cannot be reached",
        _OFFLINE,
    ),
)
_UNKNOWN = "what pip said last may tell; its configuration is in force here"
_NONE_FITS = re.compile(r"No matching distribution found for (\S+?)==(\S+)")
_LAST_LINES = 3


def failure_from(output: str, python: str, target: str) -> BuildFailure:
    """Return the failure that pip's output tells of."""
    for pattern, code, message, hint in _CAUSES:
        if re.search(pattern, output):
            return BuildFailure(message, code=code, path=target, hint=hint)
    none = _NONE_FITS.search(output)
    if none is not None:
        return no_wheel(" ".join(none.groups()), python)
    said = [line.strip() for line in output.splitlines() if line.strip()]
    last = " / ".join(said[-_LAST_LINES:]) or "it said nothing"
    return BuildFailure(f"pip failed: {last}", code="download-failed", path=target, hint=_UNKNOWN)


def no_wheel(what: str, python: str) -> BuildFailure:
    """Return the failure that a distribution ("pyzmq 27.1.0") has no wheel that fits."""
    message = f"there is no wheel of {what} for this Python {python} on this machine"
    hint = (
        "install ipykernel into the environments of this Python to use them; with an index "
        "or folder of your own, add the wheel there"
    )
    return BuildFailure(message, code="no-wheel", hint=hint)
