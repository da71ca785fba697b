"""Staying alive: the loop that keeps kernels true, and what the service manager hears of it."""
