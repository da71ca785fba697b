"""The directories and modules that `.pth` files add to sys.path, read without running them.

A line that starts with `import` is a program. Two of these programs are recognised by
their text: `site.addsitedir('...')`, and setuptools' finder for editable installs.
"""

from __future__ import annotations

from kernelsync.probe.files import read_text

_MOST_LINES = 200
_CALL = "site.addsitedir("


def paths_in(directory: str, name: str) -> list[str]:
    """Return the paths that one `.pth` file adds, whether they exist or not."""
    text = read_text(f"{directory}/{name}") or ""
    paths = []
    for raw in text.split("\n")[:_MOST_LINES]:
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if line.startswith(("import ", "import\t")):
            line = _added_site(line)
        if line:
            paths.append(line if line.startswith("/") else f"{directory}/{line}")
    return [path.rstrip("/") or "/" for path in paths]


def finder_mapping(path: str) -> dict[str, str]:
    """Return the modules and places in the finder of a setuptools editable install.

    It holds them as a literal, `MAPPING = {'ipykernel': '/src/ipykernel', ...}`; nothing
    else in the file is looked at.
    """
    text = read_text(path) or ""
    if "MAPPING" not in text:
        return {}
    # Costs as much as a whole small pass, and hardly anybody has such an install.
    import ast  # noqa: PLC0415 - see above

    try:
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.AnnAssign):
                target: ast.expr = statement.target
            elif isinstance(statement, ast.Assign):
                target = statement.targets[0]
            else:
                continue
            if getattr(target, "id", "") == "MAPPING" and statement.value is not None:
                found = ast.literal_eval(statement.value)
                return {str(key): str(place) for key, place in found.items()}
    except (ValueError, SyntaxError, TypeError, AttributeError, RecursionError, MemoryError):
        return {}
    return {}


def _added_site(line: str) -> str:
    argument = line.partition(_CALL)[2].lstrip().removeprefix("r")
    quote = argument[:1]
    if quote not in {"'", '"'}:
        return ""
    path = argument[1:].partition(quote)[0]
    # An escape would need Python's own reading.
    return "" if "\\" in path else path
