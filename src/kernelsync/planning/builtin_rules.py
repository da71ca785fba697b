"""The exclusions that hold without any settings: environments that tools made for themselves.

A user's `include` that names such an environment, or a ROOT on the command line, wins
over them (see `kernelsync.planning.selection`).
"""

from __future__ import annotations

from kernelsync.model.outcome import Rule
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.environment import Candidate

CONDA_FAMILY = frozenset({"conda", "mamba", "micromamba", "pixi"})
"""The managers whose environments are conda prefixes."""


class BuiltIn(Value):
    """One built-in exclusion: the `rule` that reports show, and why it is there."""

    rule: Rule
    reason: str


def _built_in(name: str, reason: str) -> BuiltIn:
    return BuiltIn(rule=Rule(text=f"built-in:{name}"), reason=reason)


_UV_CACHE = _built_in("uv-cache", "it is in uv's cache, which uv empties at will")
_BACKUP = _built_in("backup", "its name ends in .bak")
_HIDDEN = _built_in("hidden", "it is a hidden directory among environments")
_TEMPORARY = _built_in("temporary", "it is in a temporary directory")
_HATCH = _built_in("hatch", "hatch made it for its own work")
_CONDA = _built_in("conda-internal", "conda made it for its own work")

# What a path must contain (with a slash at its end), whoever made the environment.
_FRAGMENTS = (
    ("/uv/tools/", _built_in("uv-tools", "it holds a tool that uv installed")),
    ("/pipx/venvs/", _built_in("pipx", "it holds a tool that pipx installed")),
    ("/env/.internal/", _HATCH),
    ("/env/virtual/.scripts/", _HATCH),
    ("/env/virtual/.pythons/", _HATCH),
    ("/.tox/", _built_in("tox", "tox made it to run tests")),
    ("/.nox/", _built_in("nox", "nox made it to run tests")),
    ("/pre-commit/", _built_in("pre-commit", "it holds a hook that pre-commit installed")),
    ("/.rye/self/", _built_in("rye-tools", "it belongs to rye itself")),
    ("/.rye/tools/", _built_in("rye-tools", "it holds a tool that rye installed")),
    ("/.rye/pip-tools/", _built_in("rye-tools", "it belongs to rye itself")),
    ("/pypoetry/venv/", _built_in("poetry-itself", "it is poetry's own")),
    ("/_build_env/", _CONDA),
    ("/_h_env_placehold", _CONDA),
    ("/.conda_trash/", _CONDA),
)
_UV_CACHES = ("/.cache/uv/", "/uv/archive-v0/", "/uv/builds-v0/", "/uv/environments-v2/")
_PIXI_GLOBAL = ("/.pixi/envs/", _built_in("pixi-global", "it holds a tool that pixi installed"))
_TEMPORARIES = ("/tmp/", "/var/tmp/", "/private/tmp/", "/private/var/tmp/")  # noqa: S108 - compared with paths, never written to

# Each rule on fragments needs one of these directory names: most paths have none, which
# one look into a set tells.
_WORDS = frozenset(
    [
        *("uv", "pipx", ".internal", ".scripts", ".pythons", ".tox", ".nox", "pre-commit"),
        *(".rye", "_build_env", ".conda_trash", ".pixi"),
    ]
)


def built_in_exclusion(candidate: Candidate, home: str) -> BuiltIn | None:
    """Return the first built-in rule that leaves this environment out, None if none does."""
    prefix, real = candidate.prefix, candidate.real
    if _is_ordinary(prefix) and (prefix is real or prefix == real or _is_ordinary(real)):
        return _by_manager(candidate)
    return next(_exclusions(candidate, home), None) or _by_manager(candidate)


def _is_ordinary(path: str) -> bool:
    """Return whether no rule on paths can hold for it; quick, because nearly all are."""
    parts = path.split("/")
    return (
        _WORDS.isdisjoint(parts)
        and (parts[-1][:1] != "." or parts[-1] == ".venv")
        and not path.startswith(_TEMPORARIES)
        and not path.endswith(".bak")
        and "/_h_env_placehold" not in path
        and "/pypoetry/venv" not in path
    )


def _exclusions(candidate: Candidate, home: str) -> Iterator[BuiltIn]:
    for path in (candidate.prefix, candidate.real):
        whole = f"{path}/"
        for fragment, rule in _FRAGMENTS:
            if fragment in whole:
                yield rule
        if whole.startswith(f"{home}{_PIXI_GLOBAL[0]}"):
            yield _PIXI_GLOBAL[1]
        if path.endswith(".bak"):
            yield _BACKUP
        # Environments are looked for where files are temporary only if the user says so.
        if path.startswith(_TEMPORARIES) and not _is_temporary(candidate.root):
            yield _TEMPORARY
    # A project's `.venv` may be a link into uv's cache: what people know is the link.
    if any(fragment in candidate.prefix for fragment in _UV_CACHES):
        yield _UV_CACHE
    parent, _, last = candidate.prefix.rpartition("/")
    if last[:1] == "." and last != ".venv" and parent == candidate.root:
        yield _HIDDEN


def _is_temporary(root: str) -> bool:
    return f"{root}/".startswith(_TEMPORARIES)


def _by_manager(candidate: Candidate) -> BuiltIn | None:
    """Return the rules on names that mean something for one manager only."""
    manager = candidate.manager.name
    if manager == "hatch":
        return _HATCH if _is_hatchs_own(candidate.real) else None
    if manager in CONDA_FAMILY:
        last = candidate.real.rpartition("/")[2]
        is_own = "/pkgs/" in candidate.real or last.startswith("skeleton_")
        return _CONDA if is_own else None
    return None


def _is_hatchs_own(real: str) -> bool:
    """Return whether hatch keeps this environment for building, testing or checking.

    The directories are `<project>/<id>/<environment>`, and a project's main environment is
    called as the project, which may itself be called `hatch-something`.
    """
    *_, project, _, last = ("", "", *real.split("/"))
    return last != project and (last.startswith("hatch-") or last.endswith("-build"))
