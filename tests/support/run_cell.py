"""Runs the cell on stdin in the kernel named on the command line, and prints its output.

This runs in the environment of the user's Jupyter, not in that of the tests.
"""

from __future__ import annotations

import sys

import nbformat
from nbclient import NotebookClient


def main() -> None:
    """Execute a notebook of one cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.stdin.read())])
    NotebookClient(notebook, kernel_name=sys.argv[1], timeout=120, startup_timeout=120).execute()
    for output in notebook.cells[0].outputs:
        if output.get("name") == "stdout":
            sys.stdout.write(output.text)


if __name__ == "__main__":
    main()
