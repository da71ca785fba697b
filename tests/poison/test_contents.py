"""Contents that were made to hurt, in every file that others write and we read."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelsync.kernelspecs.store import KernelStore
from support.poison import CONTENTS, NAMES
from support.returning import Returning
from support.trees import add_editable, make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES = (
    "envs/one/pyvenv.cfg",
    "envs/one/.project",
    "envs/one/lib/python3.12/site-packages/x.pth",
    "envs/one/lib/python3.12/site-packages/ipykernel-6.29.5.dist-info/METADATA",
    "envs/one/lib/python3.12/site-packages/ipykernel-6.29.5.dist-info/INSTALLER",
    "envs/one/lib/python3.12/site-packages/one-0.1.0.dist-info/direct_url.json",
    "envs/one/share/jupyter/kernels/python3/kernel.json",
    "envs/one/share/jupyter/kernels/other/kernel.json",
    "envs/envs.toml",
    "jupyter/kernels/by-hand/kernel.json",
    "jupyter/kernels/one/kernel.json",
    "system/kernels/by-hand/kernel.json",
    "cache/memory.bin",
    "base/include/python3.12/patchlevel.h",
)
_TELLING = {"envs/one/pyvenv.cfg", "envs/one/share/jupyter/kernels/python3/kernel.json"}
"""Those of which at least something is believed."""
_NAMED = (
    "envs/one/lib/python3.12/site-packages/{}.dist-info/METADATA",
    "envs/one/lib/python3.12/site-packages/ipykernel-{}.dist-info/METADATA",
    "envs/one/share/jupyter/kernels/{}/kernel.json",
    "jupyter/kernels/{}/kernel.json",
)


class World(Returning):
    """A user with two environments, of which the second one is to stay a kernel."""

    def __init__(self, directory: str) -> None:
        super().__init__(directory)
        self.directory = directory
        base = make_base(f"{directory}/base")
        for name in ("one", "two"):
            make_venv(f"{directory}/envs/{name}", base=base)
        add_editable(f"{directory}/envs/one", "one", directory)
        self.run()

    def poison(self, place: str, content: bytes) -> frozenset[bytes]:
        """Put something into a file, and hold a pass to what it owes to all others.

        Returns the kernelspecs of ours.
        """
        path = f"{self.directory}/{place}"
        theirs = place.startswith(("jupyter", "system"))
        write(path, content)
        result = self.run()
        for problem in result.problems:
            assert problem.message
        with open(f"{self.kernels}/two/kernel.json", "rb") as file:
            assert b"envs/two" in file.read()
        if theirs:
            with open(path, "rb") as file:
                assert file.read() == content
        specs = frozenset(self.specs())
        assert all(spec.isascii() for spec in specs)
        return specs

    def specs(self) -> Iterator[bytes]:
        """Yield the kernel.json of ours."""
        for kernel in KernelStore(self.kernels, self.surroundings.host).read()[0]:
            if kernel.mark is not None:
                with open(f"{kernel.directory}/kernel.json", "rb") as file:
                    yield file.read()


@pytest.mark.parametrize("place", _PLACES)
def test_no_content_stops_a_pass(place: str) -> None:
    """Whatever one file says, the other environment stays a kernel, and others' files theirs."""
    with tempfile.TemporaryDirectory(prefix="kernelsync-poison-") as directory:
        world = World(directory)
        outcomes = {world.poison(place, content) for content in CONTENTS}
    assert len(outcomes) > 1 or place not in _TELLING


@pytest.mark.parametrize("place", _NAMED)
def test_no_name_of_a_file_stops_a_pass(place: str) -> None:
    """The same for what other files are called."""
    with tempfile.TemporaryDirectory(prefix="kernelsync-poison-") as directory:
        world = World(directory)
        for name in NAMES:
            if len(os.fsencode(name)) < 200:
                world.poison(place.format(name), b'{"argv": ["x"]}')


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(_PLACES),
    st.binary(max_size=300)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
def test_any_content_is_harmless(place: str, content: bytes) -> None:
    """Contents that nobody thought of."""
    with tempfile.TemporaryDirectory(prefix="kernelsync-poison-") as directory:
        World(directory).poison(place, content)
