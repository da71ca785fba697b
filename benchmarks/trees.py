"""A synthetic tree of projects: repositories with sources, `.git`, `node_modules`, `.venv`."""

from __future__ import annotations

import os

from environments import make_base, make_environment, make_store, write

FILES_PER_DIRECTORY = 4
"""As in real trees of repositories: 540,000 entries in 138,000 directories."""

DIRECTORIES_PER_LEVEL = 8
VENV_EVERY = 4
"""Every fourth repository has a `.venv`."""


def make_tree(top: str, repositories: int, files: int) -> list[str]:
    """Make `repositories` projects of `files` files each; return the environments in them.

    A fifth of a project's files is its own source, a quarter is below `.git`, and the rest
    is below `node_modules`; so pruning those two is what makes a search cheap.
    """
    base = make_base(f"{top}/base")
    store = make_store(f"{top}/store")
    environments = []
    for index in range(repositories):
        repository = f"{top}/projects/group-{index % 10}/repository-{index:04d}"
        _fill(f"{repository}/src", files // 5)
        _fill(f"{repository}/.git/objects", files // 4)
        _fill(f"{repository}/node_modules", files - files // 5 - files // 4)
        write(f"{repository}/pyproject.toml", "[project]\n")
        if index % VENV_EVERY == 0:
            environment = f"{repository}/.venv"
            environments.append(make_environment(environment, base, store, ipykernel=True))
    return environments


def _fill(directory: str, files: int) -> None:
    """Spread files over a tree of directories, each a child of an earlier one."""
    count = max(1, files // FILES_PER_DIRECTORY)
    paths = [directory]
    os.makedirs(directory)
    for index in range(1, count):
        path = f"{paths[(index - 1) // DIRECTORIES_PER_LEVEL]}/part{index}"
        os.mkdir(path)
        paths.append(path)
    for index in range(files):
        write(f"{paths[index % count]}/file{index}.txt", "")
