"""A program that watches directories by other means, to be measured beside the service.

    python benchmarks/rival.py watchdog-default DIR          recursive, as it comes
    python benchmarks/rival.py watchdog-filter DIR           recursive, asking for three events
    python benchmarks/rival.py watchdog-targeted FILE        the directories listed in a file
    python benchmarks/rival.py watchfiles DIR                recursive
    python benchmarks/rival.py watchfiles-targeted FILE      the directories listed in a file
    python benchmarks/rival.py sleep                         nothing: a bare Python

It prints "ready" once it watches, and goes on until it is ended. It runs in an environment of
its own; the service knows nothing of it.
"""

from __future__ import annotations

import sys
import threading


def watch_by_watchdog(paths: list[str], *, recursive: bool, narrow: bool) -> None:
    """Watch with an `Observer`; `narrow` asks only for what comes, goes and moves."""
    from watchdog import events  # noqa: PLC0415 - measured apart
    from watchdog.observers import Observer  # noqa: PLC0415 - as above

    kinds = (
        *(events.FileCreatedEvent, events.DirCreatedEvent),
        *(events.FileDeletedEvent, events.DirDeletedEvent),
        *(events.FileMovedEvent, events.DirMovedEvent),
    )
    observer = Observer()
    for path in paths:
        observer.schedule(
            events.FileSystemEventHandler(),
            path,
            recursive=recursive,
            event_filter=list(kinds) if narrow else None,
        )
    observer.start()
    print("ready", flush=True)
    threading.Event().wait()


def watch_by_watchfiles(paths: list[str], *, recursive: bool) -> None:
    """Watch with the `watch` of watchfiles, and drop what it says."""
    from watchfiles import watch  # noqa: PLC0415 - measured apart

    # It tells nobody when it has begun to watch, but it comes back in time only after that.
    changes = watch(*paths, recursive=recursive, yield_on_timeout=True, rust_timeout=1000)
    next(changes)
    print("ready", flush=True)
    for _ in changes:
        continue


def main(kind: str, place: str = "") -> None:
    """Watch in this way until the end."""
    tool, _, manner = kind.partition("-")
    paths = [place]
    if manner == "targeted":
        with open(place, encoding="utf-8") as file:
            paths = file.read().splitlines()
    if tool == "watchdog":
        watch_by_watchdog(paths, recursive=manner != "targeted", narrow=manner != "default")
    elif tool == "watchfiles":
        watch_by_watchfiles(paths, recursive=manner != "targeted")
    else:
        print("ready", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
