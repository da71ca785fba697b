"""`python -m kernelsync`: the same program, where its script is not on PATH."""

from kernelsync.cli.main import program

program()
