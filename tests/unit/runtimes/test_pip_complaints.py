"""What pip says is turned into what happened and what to do."""

# ruff: noqa: E501 - what pip says, as it says it

from __future__ import annotations

import pytest

from kernelsync.runtimes.pip_complaints import failure_from

_URL = "HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /simple/x/"


@pytest.mark.parametrize(
    ("said", "code", "hint"),
    [
        (f"{_URL} (Caused by NewConnectionError('x'))\nERROR: No matching distribution found for six==1", "offline", "check the network"),
        (f"{_URL} (Caused by ProxyError('Cannot connect to proxy.'))", "proxy", "HTTPS_PROXY"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash-mismatch", "mirror"),
        ("OSError: [Errno 28] No space left on device", "disk-full", "free some space"),
        ("ERROR: 401 Client Error: Unauthorized for url", "index-refused", "password"),
        ("ERROR: No matching distribution found for pyzmq==27.1.0 (from -r x)", "no-wheel", "install ipykernel"),
    ],
)  # fmt: skip
def test_a_known_complaint_has_a_way_out(said: str, code: str, hint: str) -> None:
    """The cause, not what follows from it."""
    problem = failure_from(said, "3.12", "/cache").problem
    assert problem.code == code
    assert hint in (problem.hint or "")


def test_a_missing_wheel_is_named() -> None:
    """With its version, and the Python."""
    said = "ERROR: No matching distribution found for pyzmq==27.1.0"
    message = failure_from(said, "3.12", "/cache").problem.message
    assert "pyzmq 27.1.0" in message
    assert "Python 3.12" in message


@pytest.mark.parametrize("said", ["", "Traceback ...\nKeyError: 'x'\n"])
def test_anything_else_is_quoted(said: str) -> None:
    """The last lines say most."""
    problem = failure_from(said, "3.12", "/cache").problem
    assert problem.code == "download-failed"
    assert ("KeyError" in problem.message) == bool(said)
