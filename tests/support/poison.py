"""Names and contents of files that were made to hurt: what others may put in our way.

`NAMES` can be names of directories (not NUL, not a slash, 255 bytes at most); those that are
not UTF-8 have surrogates, as Python has them. `CONTENTS` can be in any file.
"""

# ruff: noqa: RUF001 - characters that look like others are what this is for

from __future__ import annotations

import json

_LONGEST = 255

# What one character can do, inside a name and at both its ends.
_CHARACTERS = (
    *(chr(code) for code in range(1, 32)),
    *("\x7f", "\x80", "\x85", "\x9b", "\xa0", "\xad", "\u061c", "\u115f", "\u1680", "\u180e"),
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b"),
    *("\u202c", "\u202d", "\u202e", "\u202f", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069"),
    *("\u3000", "\u3164", "\ufe0f", "\ufeff", "\ufff9", "\ufffd", "\ufffe", "\uffff", "\ue000"),
    *("\U000e0001", "\U000e0041", "\U0001f600", "\U0010ffff", "\udc80", "\udcff", "\udce9"),
    *("'", '"', "`", "\\", "$", "%", "&", "|", ";", "<", ">", "*", "?", "!", "#", "~", "^"),
    *("(", ")", "[", "]", "{", "}", ":", ",", "=", "@", "+", " ", "\u0301", "\u0e31", "\u20dd"),
)
_WHOLE = (
    # Options and shells.
    *("-", "--", "-rf", "-rf ~", "--help", "--confirm-removals", "$(id)", "`id`", "; id", "| sh"),
    *("a && b", "a > b", "$IFS", "${HOME}", "$HOME", "$$", "${PATH}", "$", "~", "~root", "*"),
    # Templates of Jupyter, of Python and of printf.
    *("{prefix}", "{connection_file}", "{resource_dir}", "{name}", "{}", "{0}", "{a", "a}", "{{}}"),
    *("{prefix!r}", "{a.b}", "{prefix:>9}", "%s", "%n", "%(name)s", "%%", "%d%s%n", "100%"),
    # Terminals and logs.
    *("\x1b[31mred", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x9b31m", "a\rb"),
    *(
        "ok\n<3>forged line",
        "ok\n2026-01-01 00:00:00 error: forged",
        "a\x08\x08b",
        "\x1b[1A\x1b[2K",
    ),
    *("STATUS=fine\nREADY=1", "\n", "\r\n", "\t", "name\ttab"),
    # Bidirectional, invisible and look-alike.
    *(
        "user\u202etxt.exe",
        "\u2066a\u2069",
        "a\u200bb",
        "\u200b",
        "раypal",
        "ａｐｐ",
        "ﬁle",
        "Å",
        "A\u030a",
    ),
    *("cafe\u0301", "caf\xe9", "\u1e9b\u0323", "ß", "SS", "İ", "ı", "I", "i\u0307", "ﬀ", "Ω", "Ω"),
    # Markup and data.
    *("<script>alert(1)<", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "a'b\"c", "]]>", "<!--"),
    *('","argv":["sh"],"', "'; DROP TABLE x; --", "\\u0000", "\\n", "\\", "a\\b", "\\x1b[31m"),
    *("key: value", "- item", "&anchor", "*alias", "!tag", "[link](http:x)", "=cmd|'calc'!A1"),
    # Names that mean something.
    *("python", "python2", "python3", "python3.12", "Python3", "PYTHON", "python3 ", "pythonx"),
    *("CON", "con", "NUL", "aux", "COM1", "LPT1.txt", "kernel.json", ".kernelsync", "staging"),
    *("trash", "kernels", "README", "lock", "logo-svg.svg", "null", "true", "None", "nan", "0"),
    *("-1", "3.10", "1e5", "jvsc74a57bd0", "x.jvsc74a57bd0.y", "share", "bin", "lib", "envs"),
    # Only signs.
    *("...", "....", ". .", "_", "__", "-_-", ".hidden", "a.", ".a.", "--a--", "a..b", "._-"),
    *(" ", "  ", " a", "a ", " a ", "a  b", "\u3000"),
    # Lengths and hashes.
    *("a" * 63, "a" * 64, "a" * 65, "a" * _LONGEST, "é" * 127, "日" * 85, "\U0001f600" * 63),
    *(
        "f" * 32,
        "0" * 32,
        "app" + "0" * 32,
        "app-" + "a1" * 16,
        "a" * 60 + "-" * 10,
        "deadbeef" * 8,
    ),
    *("é" + "f" * 40, "." * 200, "-" * _LONGEST, "\udcff" * _LONGEST),
    # Pairs that differ in case or in spelling only.
    *("app", "App", "APP", "aPP", "a-b", "a_b", "a b", "a+b", "a@b", "A B"),
    # Other scripts.
    *("プロジェクト", "项目", "проект", "مشروع", "עברית", "प्रोजेक्ट", "โครงการ", "프로젝트"),
    *("👩‍👩‍👧‍👦", "🇩🇪", "❤️", "👍🏽", "e\u0301\u0301\u0301", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘"),
    # Not UTF-8: Latin-1, an overlong slash, half a sequence, a surrogate in UTF-8.
    *("caf\udce9", "\udcc0\udcaf", "\udce2\udc82", "\udced\udca0\udc80", "\udcff\udcfe", "a\udc80"),
)


def _names() -> tuple[str, ...]:
    made = (*_WHOLE, *_CHARACTERS, *(f"a{each}b" for each in _CHARACTERS))
    return tuple(dict.fromkeys(each for each in made if _can_be_a_name(each)))


def _can_be_a_name(text: str) -> bool:
    raw = text.encode("utf-8", "surrogateescape")
    return (
        0 < len(raw) <= _LONGEST
        and b"/" not in raw
        and b"\0" not in raw
        and text not in (".", "..")
    )


NAMES = _names()
"""Names of directories."""


def shown(name: str) -> str:
    """Return a name as the name of a test."""
    return ascii(name)[1:-1][:40] or "empty"


_BOMBS = (
    b"", b"\0", b"\0" * 4096, b"\xff\xfe", b"\xef\xbb\xbf", b"\n" * 60_000, b"=" * 60_000,
    b"[" * 60_000, b"{" * 60_000, b'{"a":' * 20_000, b"[[]," * 20_000, b'"' * 60_000,
    b"9" * 60_000, b"-" * 60_000, b"1e999999", b"NaN", b"null", b"true", b"[]", b"{}", b'""', b"0",
    b"x" * 300_000, b"home", b"home =", b"home = ", b"= home", b"home = \0", b"home = /dev/zero",
    b"home = /proc/self/root", b"home = ..", b"home = -", b"version = 9" + b"9" * 5000,
    b"version = 3.12.1\nversion = ../../x", b"home = /\x1b[31m", b"home = " + b"a/" * 20_000,
)  # fmt: skip
_DOCUMENTS: tuple[object, ...] = (
    {"argv": []}, {"argv": [1]}, {"argv": "python"}, {"argv": [None]}, {"argv": {}}, {"argv": [""]},
    {"argv": ["\x1b[31m", "{prefix}", "${HOME}"], "display_name": "\x1b[2J\n<3>forged"},
    {"argv": ["python", "-m", "ipykernel_launcher"], "display_name": 7, "language": []},
    {"argv": ["python"], "display_name": "", "language": ""}, {"metadata": []}, {"metadata": "x"},
    {"argv": ["python"], "metadata": {"kernelsync": {}}},
    {"argv": ["python"], "metadata": {"kernelsync": {"version": 10**30, "environment": "\0"}}},
    {"argv": ["python"], "env": {"A=B": "\0", "PATH": "${PATH", "": "x"}},
    {"argv": ["python"], "env": [["A", "B"]], "interrupt_mode": "\u202e"},
    {"argv": ["python"] * 1000, "display_name": "d" * 10_000},
    {"display_name": "\ud800"}, {"name": "\ud800", "argv": ["\udcff"]}, {"\ud800": 1},
)  # fmt: skip

CONTENTS: tuple[bytes, ...] = (
    *_BOMBS,
    *(json.dumps(each).encode() for each in _DOCUMENTS),
    *(json.dumps({"argv": [each], "display_name": each}).encode() for each in _WHOLE),
)
"""Contents of files."""
