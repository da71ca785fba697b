"""Downloads the few files that are sources: pip would run their setup.py to look at them."""

from __future__ import annotations

import os
import re
import shlex
import ssl
import urllib.error
import urllib.request
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.wheels import sha256_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.runtimes.pins import Pin

_INDEX = "https://pypi.org/simple"
_TIMEOUT = 30.0
_LARGEST = 16 * 1024 * 1024
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "file"})


def fetch_source(
    pin: Pin, target: str, settings: Mapping[str, str], environ: Mapping[str, str]
) -> None:
    """Download the source of a pin into a directory, under its own name.

    `settings` are pip's: its indexes, folders, proxy and certificates are used.

    Raises:
        BuildFailure: nobody has it, or what they have is another file.
    """
    name = pin.source or ""
    opener = _opener(settings, environ)
    path = os.path.join(target, name)
    complaints: list[str] = []
    for page in _pages(pin, settings):
        try:
            for address in _links(opener, page):
                if _file_name(address) == name and _download(opener, address, path, pin):
                    return
        except (OSError, ValueError) as error:
            complaints.append(f"{page}: {error}")
    message = f"the source of {pin.name} {pin.version} could not be downloaded"
    if complaints:
        message += f" ({'; '.join(complaints)})"
    hint = f"check the network, or put {name} into a folder that pip's find-links names"
    raise BuildFailure(message, code="offline" if complaints else "no-wheel", hint=hint)


def _pages(pin: Pin, settings: Mapping[str, str]) -> Iterator[str]:
    """Yield the places that may have links to it, in pip's order."""
    for place in shlex.split(settings.get("find-links", "")):
        is_address = urlsplit(place).scheme in _SCHEMES
        yield place if is_address else f"file://{os.path.abspath(os.path.expanduser(place))}/"
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        return
    for index in (settings.get("index-url", _INDEX), *settings.get("extra-index-url", "").split()):
        yield f"{index.rstrip('/')}/{pin.name}/"


def _links(opener: urllib.request.OpenerDirector, page: str) -> list[str]:
    """Return the addresses on a page, or of the files in a folder."""
    parts = urlsplit(page)
    if parts.scheme not in _SCHEMES:
        return []
    if parts.scheme == "file" and os.path.isdir(folder := unquote(parts.path)):
        index = os.path.join(folder, "index.html")
        if not os.path.isfile(index):
            return [f"file://{os.path.join(folder, name)}" for name in os.listdir(folder)]
        page = f"file://{index}"
    try:
        with opener.open(page, timeout=_TIMEOUT) as answer:
            text = answer.read(_LARGEST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:  # noqa: PLR2004 - Not Found: this index does not have it
            return []
        raise
    return [urljoin(page, unescape(link)) for link in _LINK.findall(text)]


def _download(opener: urllib.request.OpenerDirector, address: str, path: str, pin: Pin) -> bool:
    """Return whether the file is there now, and is the one that is wanted."""
    temporary = f"{path}.part"
    with opener.open(address, timeout=_TIMEOUT) as answer, open(temporary, "wb") as file:
        file.write(answer.read(_LARGEST))
    if sha256_of(temporary) not in pin.sha256:
        os.unlink(temporary)
        message = f"{address} does not have the hash that it should have"
        hint = "a mirror or a proxy may have changed it; ask again, or use another index"
        raise BuildFailure(message, code="hash-mismatch", hint=hint)
    os.replace(temporary, path)
    return True


def _file_name(address: str) -> str:
    return unquote(urlsplit(address).path).rpartition("/")[2]


def _opener(
    settings: Mapping[str, str], environ: Mapping[str, str]
) -> urllib.request.OpenerDirector:
    proxy = settings.get("proxy")
    names = (f"{scheme}_proxy" for scheme in ("http", "https"))
    given = {
        name.partition("_")[0]: environ.get(name) or environ.get(name.upper()) for name in names
    }
    proxies = {scheme: proxy or value for scheme, value in given.items() if proxy or value}
    certificates = ssl.create_default_context(cafile=settings.get("cert"))
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({scheme: str(value) for scheme, value in proxies.items()}),
        urllib.request.HTTPSHandler(context=certificates),
    )
