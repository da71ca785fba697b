"""Makes a wheel with nothing in it, for a requirement that a test does without."""

from __future__ import annotations

import zipfile


def make_stub_wheel(directory: str, name: str, version: str) -> str:
    """Write `name-version-py3-none-any.whl` into a directory, and return its path.

    jedi, say, is three quarters of the files that ipykernel brings along, and IPython works
    without it; with this wheel, pip still resolves and orders all requirements as always.
    """
    path = f"{directory}/{name}-{version}-py3-none-any.whl"
    metadata = f"{name}-{version}.dist-info"
    files = {
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{metadata}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{each},,\n" for each in (*files, f"{metadata}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in {**files, f"{metadata}/RECORD": record}.items():
            archive.writestr(each, text)
    return path
