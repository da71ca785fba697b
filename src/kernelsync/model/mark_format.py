"""The mark as the plain JSON object that stands in `metadata.kernelsync`.

The digest stands beside these keys in the same object; it is not part of the mark, and
`kernelsync.kernelspecs.codec` adds and takes it.
"""

from __future__ import annotations

from kernelsync.model.kernelspec import Mark

_TEMPLATE = "{name}"
"""The default of `kernels.name`."""

MARK_VERSION = 1
"""The version that this kernelsync writes, and the newest that it understands."""

_TEXTS = ("environment", "prefix", "manager", "root", "host", "stem")


def mark_to_json(mark: Mark) -> dict[str, object]:
    """Return the mark as it is written, always with the keys in the same order.

    What has its default is left out of the last four.
    """
    written: dict[str, object] = {
        "version": mark.version,
        "environment": mark.environment,
        "prefix": mark.prefix,
        "manager": mark.manager,
        "root": mark.root,
        "root_inode": mark.root_inode,
        "host": mark.host,
        "stem": mark.stem,
    }
    if mark.kernel:
        written["kernel"] = mark.kernel
    if mark.requested:
        written["requested"] = True
    if mark.configured:
        written["configured"] = True
    if mark.template != _TEMPLATE:
        written["template"] = mark.template
    return written


def mark_from_json(written: object) -> Mark | None:
    """Return the mark that was written, or None where this is no mark of any known form.

    Other keys, the digest among them, are passed over, so a mark of a later version is
    still read if it kept these: compare its `version` with `MARK_VERSION`.
    """
    if not isinstance(written, dict):
        return None
    texts = [text for key in _TEXTS if type(text := written.get(key)) is str]
    kernel, inode = written.get("kernel", ""), written.get("root_inode")
    version = written.get("version")
    requested, configured = written.get("requested"), written.get("configured")
    template = written.get("template", _TEMPLATE)
    if (
        len(texts) != len(_TEXTS)
        or type(version) is not int
        or type(kernel) is not str
        or type(template) is not str
        or (inode is not None and type(inode) is not int)
        or (requested is not None and requested is not True)
        or (configured is not None and configured is not True)
    ):
        return None
    environment, prefix, manager, root, host, stem = texts
    return Mark(
        version=version,
        environment=environment,
        prefix=prefix,
        manager=manager,
        root=root,
        root_inode=inode,
        host=host,
        stem=stem,
        kernel=kernel,
        requested=requested is True,
        configured=configured is True,
        template=template,
    )


def mark_version(written: object) -> int | None:
    """Return the version that an object claims to be a mark of, whatever else it holds."""
    version = written.get("version") if isinstance(written, dict) else None
    return version if type(version) is int else None
