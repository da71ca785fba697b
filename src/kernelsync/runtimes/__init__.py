"""Runtimes on disk: what is there, how they are built, and how they go."""
