"""Run a kernel in this interpreter; what its environment lacks is borrowed from a runtime.

    python launch.py [--no-activate] RUNTIME -f CONNECTION_FILE

RUNTIME is a directory with ipykernel and all that it needs (`current` leads to its build). It is
never put on `sys.path`, where all of it would hide, or be hidden by, what the environment has,
and where child processes would find it. Instead an import finder serves its packages, decided
for each distribution when the kernel starts:

- the environment does not have it: the runtime's, after everything else;
- it does, in a version that fits what is borrowed: the environment's;
- it does, and the version does not fit: the runtime's, before everything else.

A kernel is tried in up to three ways, until one starts: with the environment's own ipykernel, if
it has one; with what it has, and the rest borrowed; and with everything of the kernel's borrowed.

This file is copied beside the runtimes and runs on every Python from 2.7 to 3.14. So it is one
file (and longer than others), in the language that these have in common, and imports nothing
but the standard library; nothing of kernelsync, which may have been uninstalled by then.
"""

import io
import json
import os
import re
import signal
import sys

SCHEMA = 1
KERNEL = "ipykernel"
WAYS = OWN, SHARED, ALONE = ("--own", "--shared", "--alone")
BACKEND = "MPLBACKEND"


# --- The command line, and what became of the process before


class Order(object):
    """What this process was asked to do: the words of the command line."""

    def __init__(self, words):
        options = [word for word in words[1:3] if word == "--no-activate" or word in WAYS]
        rest = words[1 + len(options) :]
        if not rest:
            sys.exit("usage: launch.py [--no-activate] RUNTIME -f CONNECTION_FILE")
        self.program = words[0]
        self.helpers = os.path.join(os.path.dirname(os.path.abspath(words[0])), "bin")
        self.runtime, self.arguments = os.path.abspath(rest[0]), rest[1:]
        self.activate = "--no-activate" not in options
        self.way = ([word for word in options if word in WAYS] or [OWN])[0]

    def words(self, way):
        """Return the command line that does the same in another way."""
        options = [way] if self.activate else ["--no-activate", way]
        return [self.program] + options + [self.runtime] + self.arguments


def leave_own_directory(path, program):
    """Take the directory of this file off the path, where Python put it.

    The working directory is put in its place by IPython, as for any other kernel.
    """
    own = os.path.dirname(os.path.realpath(program))
    if path and not getattr(sys.flags, "safe_path", False) and os.path.realpath(path[0]) == own:
        del path[0]


def activate(environ, helpers):
    """Make the environment's programs the first that are found, as its `activate` would.

    `helpers` has a `pip` for an environment without one; the next on PATH would install into
    another Python.
    """
    scripts = os.path.dirname(sys.executable)
    first = [scripts]
    if not any(os.path.exists(os.path.join(scripts, name)) for name in ("pip", "pip3")):
        first.append(helpers)
    rest = environ.get("PATH", os.defpath).split(os.pathsep)
    environ["PATH"] = os.pathsep.join(first + [each for each in rest if each not in first])
    environ.pop("PYTHONHOME", None)
    if sys.prefix == getattr(sys, "real_prefix", getattr(sys, "base_prefix", sys.prefix)):
        environ.pop("VIRTUAL_ENV", None)
    else:
        environ["VIRTUAL_ENV"] = sys.prefix
    name = pyenv_name(sys.prefix)
    if name:
        environ["PYENV_VERSION"] = name


def pyenv_name(prefix):
    """Return how pyenv calls the version, or the environment, in this directory; else None."""
    root, _, name = prefix.rpartition(os.sep + "versions" + os.sep)
    if not re.match(r"[^/]+(/envs/[^/]+)?$", name):
        return None
    signs = (os.path.join(root, "shims"), os.path.join(root, "libexec", "pyenv"))
    return name if root and any(map(os.path.exists, signs)) else None


# --- The runtime


def hold(runtime):
    """Return the current build, which nobody removes while this process runs."""
    current, build = os.path.join(runtime, "current"), None
    while build != os.path.realpath(current):
        build = os.path.realpath(current)
        lock(os.path.join(build, "in-use"))
    return build


def lock(path):
    """Share a lock until the end of this process; where that cannot be, do without."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        descriptor = os.open(path, os.O_RDONLY)
        fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (IOError, OSError):
        pass


def read_manifest(build):
    """Return the distributions of a build by name; end the process if there are none."""
    try:
        with io.open(os.path.join(build, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        if manifest["schema"] == SCHEMA:
            return dict((each["name"], each) for each in manifest["distributions"])
        problem = "its manifest has schema %r" % (manifest["schema"],)
    except (IOError, OSError, ValueError, KeyError, TypeError) as error:
        problem = str(error)
    sys.exit(
        "kernelsync: %s has no ipykernel, and the runtime %s cannot be used (%s).\n"
        "Run `%s`, or install ipykernel into the environment."
        % (sys.prefix, build, problem, repair())
    )


def repair():
    """Return the command that builds the runtime of this Python anew, if it is damaged."""
    flags = [each for each in "td" if each in getattr(sys, "abiflags", "")]
    version = "%d.%d" % sys.version_info[:2]
    return "kernelsync runtime install " + version + "".join(flags)


# --- What the environment has

METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO", ".egg": None}


def distributions(path, wanted):
    """Return {name: versions} of the wanted distributions that are on the path.

    As with modules, the first directory that has a distribution counts. More than one version
    in it is left by an installation gone wrong; None stands for one that cannot be told.
    """
    found = {}
    for directory in path:
        here = {}
        for name, version in entries(directory, wanted):
            here.setdefault(name, []).append(version)
        here.update(found)
        found = here
    return found


def entries(directory, wanted):
    """Yield the names and versions of the wanted distributions in one directory of the path."""
    try:
        names = os.listdir(directory)
    except OSError:
        names = []
    places = [os.path.join(directory, name) for name in names if name.endswith("-info")]
    if directory.endswith(".egg"):
        places.append(directory)
    for place in places:
        name, version = name_and_version(os.path.basename(place))
        if name in wanted and is_whole(place):
            yield name, version or version_inside(place)


def name_and_version(entry):
    """Return what the name of a metadata directory (or file) says."""
    stem, suffix = os.path.splitext(entry)
    if suffix != ".dist-info":
        stem = re.sub(r"-py\d[\d.]*(-.*)?$", "", stem)
    match = re.match(r"(.+)-v?(\d[^-]*(?:-\d+)?)$", stem)
    name, version = match.groups() if match else (stem, None)
    return normalised(name), version


def normalised(name):
    """Return the name of a distribution as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_whole(place):
    """Return whether this is more than what a removal has left behind."""
    return not place.endswith(".dist-info") or os.path.isfile(os.path.join(place, "METADATA"))


def version_inside(place):
    """Return the version that the metadata have, where their name does not tell it."""
    inside = METADATA[os.path.splitext(place)[1]]
    file = os.path.join(place, inside) if inside and os.path.isdir(place) else place
    try:
        with io.open(file, encoding="utf-8", errors="replace") as opened:
            match = re.search(r"^Version:[ \t]*(\S+)", opened.read(65536), re.M)
    except (IOError, OSError):
        return None
    return match.group(1) if match else None


# --- Versions, as PEP 440 has them

VERSION = re.compile(
    r"\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)"
    r"(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
    r"(-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?"
    r"(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+\S*)?\s*$",
    re.I,
)
STAGES = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}
FINAL, NO_DEV = 4, 1 << 60
STAGE, AFTER, DEV = 2, 3, 4  # places in a key


def version_key(text):
    """Return what versions are compared by; None for what is no version."""
    match = VERSION.match(text or "")
    if not match:
        return None
    epoch, release, stage, number, post, dev, dev_number = match.groups()
    if stage:
        rank = (STAGES[stage.lower()], int(number or 0))
    else:
        rank = (0 if dev and not post else FINAL, 0)
    after = int(re.sub(r"\D", "", post) or 0) if post else -1
    before = int(dev_number or 0) if dev else NO_DEV
    return (int(epoch or 0), numbers(release), rank, after, before)


def numbers(release):
    """Return the numbers of "1.2.0", without zeros at the end."""
    found = [int(part) for part in release.split(".")]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def begins_with(version, start):
    """Return whether the release of a version begins with these numbers."""
    found = version_key(version)[1]
    wanted = [int(part) for part in start.split(".")]
    return (found + [0] * len(wanted))[: len(wanted)] == wanted


def fits(version, constraint):
    """Return whether a version keeps one constraint, (operator, version)."""
    operator, wanted = constraint
    if operator == "===":
        return version == wanted
    if wanted.endswith(".*"):
        return begins_with(version, wanted[:-2]) == (operator == "==")
    left, right = version_key(version), version_key(wanted)
    if right is None:
        return False
    if operator == "~=":
        return left >= right and begins_with(version, wanted.rpartition(".")[0])
    # Nobody who writes "<2" means 2.0rc1, and who writes ">2", 2.0.post1.
    is_same = (left[:STAGE], left[AFTER]) == (right[:STAGE], right[AFTER])
    is_release = right[STAGE:] == ((FINAL, 0), -1, NO_DEV)
    comparisons = {
        ">=": left >= right,
        "<=": left <= right,
        "==": left == right,
        "!=": left != right,
        ">": left > right and not (is_release and left[:STAGE] == right[:STAGE]),
        "<": left < right and not (is_same and is_before(left) and not is_before(right)),
    }
    return comparisons.get(operator, False)


def is_before(key):
    """Return whether a version comes before the release that it is called after."""
    return key[STAGE] != (FINAL, 0) or key[DEV] != NO_DEV


def satisfies(versions, constraints):
    """Return whether each of these versions keeps all constraints."""
    return not constraints or all(
        version_key(version) is not None and all(fits(version, each) for each in constraints)
        for version in versions
    )


# --- The decision


def decide(runtime, present, way):
    """Return the names of what is borrowed: what is missing, and what is to be replaced.

    `runtime` are its distributions by name, `present` the environment's versions of them.
    What is replaced brings its own requirements, so the next may no longer fit.
    """
    if way == ALONE:
        return set(), set(runtime)
    missing = set(runtime).difference(present)
    borrowed = missing.union([KERNEL])
    waiting = sorted(borrowed)
    while waiting:
        for name, constraints in runtime[waiting.pop()].get("requires", {}).items():
            is_own = name in runtime and name not in borrowed
            if is_own and not satisfies(present[name], constraints):
                borrowed.add(name)
                waiting.append(name)
    return missing, borrowed - missing


# --- Serving what is borrowed


class Finder(object):
    """Finds the modules and the metadata of some distributions in the runtime.

    It answers look-ups of metadata by name, and for entry points; to whoever lists what is
    installed it says nothing.
    """

    def __init__(self, site, borrowed):
        self.site = site
        self.names = set(each["name"] for each in borrowed)
        self.modules = set(module for each in borrowed for module in each["modules"])

    def find_spec(self, fullname, path=None, target=None):
        """Return the spec of a module of the runtime (Python 3)."""
        place = self.place(fullname, path)
        if place is None:
            return None
        from importlib.machinery import PathFinder

        return PathFinder.find_spec(fullname, [place])

    if sys.version_info[0] == 2:

        def find_module(self, fullname, path=None):
            """Return the loader of a module of the runtime (Python 2)."""
            place = self.place(fullname, path)
            if place is None:
                return None
            import pkgutil

            return pkgutil.ImpImporter(place).find_module(fullname.rpartition(".")[2])

    def place(self, fullname, path):
        """Return the directory in which a module is looked for, or None.

        Modules inside a package are found by Python itself, beside it; but if it is a namespace,
        the environment may have another part of it.
        """
        parts = fullname.split(".")
        if parts[0] not in self.modules:
            return None
        if len(parts) == 1:
            return self.site
        place = os.path.join(self.site, *parts[:-1])
        elsewhere = place not in (path or ())
        return place if elsewhere and is_namespace(os.path.join(self.site, parts[0])) else None

    def find_distributions(self, context=None):
        """Return the metadata that are asked for, for `importlib.metadata` and its backport."""
        maker = getattr(sys.modules.get(type(context).__module__), "PathDistribution", None)
        if maker is None or "path" in vars(context):
            return iter(())
        if context.name is not None:
            names = self.names.intersection([normalised(context.name)])
        else:
            names = self.names if is_for_entry_points(sys._getframe(1)) else ()
        import pathlib

        return iter([maker(pathlib.Path(place)) for place in self.metadata(names)])

    def metadata(self, names):
        """Return the metadata directories of these distributions."""
        entries = sorted(os.listdir(self.site)) if names else ()
        found = [each for each in entries if each.endswith("-info")]
        wanted = [each for each in found if name_and_version(each)[0] in names]
        return [os.path.join(self.site, each) for each in wanted]


def is_namespace(package):
    """Return whether a package shares its name with others, in one of the three known ways."""
    try:
        with io.open(os.path.join(package, "__init__.py"), encoding="utf-8") as file:
            text = file.read(4096)
    except (IOError, OSError):
        return True
    return "extend_path" in text or "declare_namespace" in text


def is_for_entry_points(frame):
    """Return whether `entry_points()` of importlib.metadata (or its backport) is asking."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "entry_points" and "importlib" in name:
            return True
        frame = frame.f_back
    return False


def install(runtime, site, missing, replaced):
    """Serve what is missing after all other finders, and what is replaced before them."""
    first = Finder(site, [runtime[name] for name in sorted(replaced)])
    last = Finder(site, [runtime[name] for name in sorted(missing)])
    first.modules -= last.modules  # a namespace: what the environment has of it stays visible
    sys.meta_path.insert(0, first)
    sys.meta_path.append(last)
    finders = [first, last]
    around("pkg_resources", after=lambda: register(finders))


def register(finders):
    """Let pkg_resources, which keeps a list of its own, find what is borrowed by name.

    Not by `working_set.add`: that would put the runtime on `sys.path`.
    """
    import pkg_resources

    for finder in finders:
        for found in pkg_resources.find_distributions(finder.site):
            if normalised(found.key) in finder.names:
                pkg_resources.working_set.by_key[found.key] = found


# --- Around the import of other modules


def around(name, before=lambda: None, after=lambda: None):
    """Have something done before and after a module is imported, whoever imports it."""
    sys.meta_path.insert(0, Around(name, before, after))


class Around(object):
    """Finds nothing itself: lets the other finders find a module, and wraps its execution."""

    def __init__(self, name, before, after):
        self.name, self.before, self.after = name, before, after
        self.is_busy = False

    def find_spec(self, fullname, path=None, target=None):
        """Return the module's own spec, whose loader tells us of its execution (Python 3)."""
        if fullname != self.name:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(fullname, path, target) if find and finder is not self else None
            if spec is not None:
                return self.wrapped(spec)
        return None

    def wrapped(self, spec):
        """Replace the loader's method, not the loader, which others look at."""
        run = getattr(spec.loader, "exec_module", None)

        def exec_module(module):
            self.before()
            try:
                return run(module)
            finally:
                self.after()

        try:
            spec.loader.exec_module = exec_module
        except AttributeError:
            pass  # a loader that cannot be changed: do without
        return spec

    if sys.version_info[0] == 2:

        def find_module(self, fullname, path=None):
            """Return a loader that imports the module without us (Python 2)."""
            return self if fullname == self.name and not self.is_busy else None

        def load_module(self, fullname):
            """Import the module, and return it."""
            self.is_busy = True
            self.before()
            try:
                __import__(fullname)
            finally:
                self.is_busy = False
                self.after()
            return sys.modules[fullname]


def keep_backend_from_children():
    """Set matplotlib's default, which ipykernel leaves in the environment, at its import only.

    Inherited, it would break `!python plot.py`: there is no module of that name.
    """
    backend = os.environ.pop(BACKEND)
    lent = []

    def before():
        if BACKEND not in os.environ:
            os.environ[BACKEND] = backend
            lent.append(backend)

    def after():
        if lent and os.environ.get(BACKEND) == lent.pop():
            del os.environ[BACKEND]

    around("matplotlib", before, after)


# --- The start


def has_own_kernel():
    """Return whether the environment has something that calls itself ipykernel."""
    if sys.version_info[0] == 2:
        import pkgutil

        return pkgutil.find_loader(KERNEL) is not None
    import importlib.util

    try:
        spec = importlib.util.find_spec(KERNEL)
    except Exception:  # a finder of the environment's that does not work
        return False
    return spec is not None and spec.origin is not None


def has_pip():
    """Return whether `python -m pip` would find anything (Python 3)."""
    import importlib.util

    importlib.invalidate_caches()  # it may have been installed a moment ago
    try:
        return importlib.util.find_spec("pip") is not None
    except Exception:  # as above
        return False


def lead_pip_to(stand_in, shell):
    """Let `%pip` reach what `!pip` does, for as long as the environment has no pip."""
    magic = shell.find_line_magic("pip")
    if magic is None:  # IPython before 7.3
        return

    def pip(line):
        if has_pip() or not os.path.exists(stand_in):
            magic(line)
            return
        path = os.environ.get("PATH", os.defpath)
        # It works for the Python that is before it there; with --no-activate, none is.
        places = [os.path.dirname(sys.executable), os.path.dirname(stand_in), path]
        os.environ["PATH"] = os.pathsep.join(places)
        try:
            shell.system("'%s' %s" % (stand_in.replace("'", "'\\''"), line))
        finally:
            os.environ["PATH"] = path
        sys.stdout.write("Note: you may need to restart the kernel to use updated packages.\n")

    pip.__doc__ = magic.__doc__
    shell.register_magic_function(pip, "line", "pip")


def run_own(arguments, started):
    """Run the environment's ipykernel as `python -m ipykernel_launcher` does.

    `started` is called when the kernel has been brought up, before it runs.
    """
    import runpy

    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, "" if sys.version_info[0] == 2 else os.getcwd())
    sys.argv[1:] = arguments
    around("ipykernel.kernelapp", after=lambda: announce(started))
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


def announce(started):
    """Have it told when the kernel starts to run."""
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, Around)]
    app = sys.modules["ipykernel.kernelapp"].IPKernelApp
    run = app.start

    def start(self):
        started()
        return run(self)

    app.start = start


def borrow(order):
    """Serve what the environment lacks."""
    build = hold(order.runtime)
    runtime = read_manifest(build)
    present = distributions(sys.path, runtime)
    install(runtime, os.path.join(build, "site"), *decide(runtime, present, order.way))


def run_borrowed(order, started):
    """Run the runtime's ipykernel, as its launcher would."""
    had_backend = BACKEND in os.environ
    borrow(order)
    from ipykernel import kernelapp

    launcher = os.path.join(os.path.dirname(os.path.dirname(kernelapp.__file__)), KERNEL)
    sys.argv = [launcher + "_launcher.py"] + order.arguments
    app = kernelapp.IPKernelApp.instance()
    app.initialize()
    if not had_backend and BACKEND in os.environ:
        keep_backend_from_children()
    if app.shell is not None:
        lead_pip_to(os.path.join(order.helpers, "pip"), app.shell)
    started()
    app.start()


class Retreat(object):
    """The way back to the moment before a kernel was tried: begin this process anew."""

    def __init__(self, order):
        self.order = order
        self.is_open = order.way != ALONE
        self.has_started = False
        self.environ = dict(os.environ)
        try:
            self.streams = [os.dup(number) for number in (1, 2)]
        except OSError:
            self.streams = []  # closed

    def close(self):
        """Give up the way back: the kernel has started."""
        self.is_open = False
        self.has_started = True
        for number in self.streams:
            os.close(number)

    def take(self):
        """Say what went wrong, and try the next way."""
        import subprocess
        import traceback

        for number, stream in zip((1, 2), self.streams):
            os.dup2(stream, number)
        own, way = self.order.way == OWN, WAYS[WAYS.index(self.order.way) + 1]
        what = "The ipykernel" if own else "A kernel with the packages"
        how = "what is missing" if own else "everything that it needs"
        text = "%skernelsync: %s of %s does not start; trying one that borrows %s from %s.\n"
        text %= (traceback.format_exc(), what, sys.prefix, how, self.order.runtime)
        os.write(2, text.encode("utf-8", "replace") if sys.version_info[0] > 2 else text)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ipykernel ignores it, and exec keeps that
        options = subprocess._args_from_interpreter_flags()
        words = [sys.executable] + options + self.order.words(way)
        os.execve(sys.executable, words, self.environ)


def give_up(order):
    """Name the runtime and its repair: with everything from there, a whole one starts."""
    import traceback

    text = "%skernelsync: the kernel of %s does not start with everything from %s either.\n"
    text += "Run `%s`: it builds that runtime anew if it is damaged.\n"
    text %= (traceback.format_exc(), sys.prefix, order.runtime, repair())
    os.write(2, text.encode("utf-8", "replace") if sys.version_info[0] > 2 else text)
    sys.exit(1)


def main():
    """Start the kernel in the first way that works, and run it."""
    order = Order(sys.argv)
    main_module = sys.modules["__main__"]  # IPython puts another in its place: keep this alive
    leave_own_directory(sys.path, main_module.__file__)
    if order.activate:
        activate(os.environ, order.helpers)
    if order.way == OWN and not has_own_kernel():
        order.way = SHARED
    retreat = Retreat(order)
    try:
        if order.way == OWN:
            run_own(order.arguments, retreat.close)
        else:
            run_borrowed(order, retreat.close)
    except SystemExit as end:
        if not retreat.is_open or not end.code or not isinstance(end.code, int):
            raise
        retreat.take()
    except Exception:
        if not retreat.is_open:
            if not retreat.has_started:
                give_up(order)
            raise
        retreat.take()


if __name__ == "__main__":
    main()
