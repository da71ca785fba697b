"""Make synthetic environments, kernelspecs or project trees in a new directory.

python benchmarks/generate.py environments DIRECTORY --count 1000 [--mixed]
python benchmarks/generate.py kernelspecs DIRECTORY --count 1000
python benchmarks/generate.py tree DIRECTORY --repositories 200 --files 400
"""

from __future__ import annotations

import argparse
import os
import sys

from environments import make_environments, make_kernelspecs
from trees import make_tree


def parser() -> argparse.ArgumentParser:
    """Return the command line of this script."""
    top = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    kinds = top.add_subparsers(dest="kind", required=True)
    environments = kinds.add_parser("environments", help="a home directory with environments")
    environments.add_argument("--count", type=int, default=100)
    environments.add_argument("--mixed", action="store_true", help="in three managers' places")
    kernelspecs = kinds.add_parser("kernelspecs", help="a directory of static kernelspecs")
    kernelspecs.add_argument("--count", type=int, default=100)
    tree = kinds.add_parser("tree", help="projects, some with a .venv")
    tree.add_argument("--repositories", type=int, default=200)
    tree.add_argument("--files", type=int, default=400, help="in each repository")
    for kind in (environments, kernelspecs, tree):
        kind.add_argument("directory", help="is made, and must not exist")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Make what the command line asks for, and say where it is."""
    options = parser().parse_args(arguments)
    directory = os.path.abspath(options.directory)
    if os.path.lexists(directory):
        print(f"{directory} exists already: name a new directory", file=sys.stderr)
        return 2
    if options.kind == "environments":
        found = len(make_environments(directory, options.count, mixed=options.mixed))
        print(
            f"{found} environments; use them with HOME={directory} WORKON_HOME={directory}/workon"
        )
    elif options.kind == "kernelspecs":
        make_kernelspecs(directory, options.count)
        print(f"{options.count} kernelspecs in {directory}")
    else:
        found = len(make_tree(directory, options.repositories, options.files))
        print(f"{options.repositories} repositories, {found} environments, in {directory}/projects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
