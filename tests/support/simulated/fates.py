"""What can befall the simulated world, drawn from its seed."""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.value import replace
from support.simulated.clock import jump
from support.simulated.entries import Entry
from support.simulated.service import once
from support.simulated.world import Env
from support.values import STORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from support.simulated.simulation import Simulation
    from support.simulated.world import Root, World

    Fate = Callable[[Simulation], None]

NAMES = ("app", "data", "ml", "thesis", "web-2", "x_1")
_MANY = 14
OTHER_HOST = "host-of-bob"
_ORDINARY_CONDITIONS = (Condition.READY, Condition.READY, Condition.READY, Condition.NO_IPYKERNEL)


def make(sim: Simulation) -> None:
    """Somebody makes an environment: at once, step by step, or never to its end."""
    world = sim.world
    root = world.some_root()
    prefix = f"{root.path}/{world.random.choice(NAMES)}"
    if root.state == "here" and prefix not in world.envs:
        put(world, Env(prefix=prefix, root=root.path, condition=Condition.NOT_READY))
        if world.random.random() < 0.85:
            _finish_later(world, prefix)


def make_many(sim: Simulation) -> None:
    """Somebody makes a lot of environments at once."""
    root = sim.world.some_root()
    if root.state == "here":
        for number in range(_MANY):
            prefix = f"{root.path}/many-{number}"
            if prefix not in sim.world.envs:
                put(sim.world, Env(prefix=prefix, root=root.path))


def remove(sim: Simulation) -> None:
    """Somebody removes an environment."""
    if env := sim.world.some_env():
        _take(sim.world, env)


def remove_all(sim: Simulation) -> None:
    """Somebody removes all environments of a root."""
    root = sim.world.some_root()
    for env in [each for each in sim.world.envs.values() if each.root == root.path]:
        if root.state == "here":
            _take(sim.world, env)


def make_anew(sim: Simulation) -> None:
    """Somebody removes an environment, and makes it again with another Python."""
    if env := sim.world.some_env():
        _take(sim.world, env)
        version = sim.world.random.choice(("3.11.9", "3.12.1", "3.13.0"))
        anew = replace(env, version=version, has_base=True, condition=Condition.READY)
        sim.world.after(sim.world.random.random() * 6, lambda: _put_if_free(sim.world, anew))


def rename(sim: Simulation) -> None:
    """Somebody renames an environment."""
    if env := sim.world.some_env():
        prefix = f"{env.root}/{sim.world.random.choice(NAMES)}"
        if prefix not in sim.world.envs:
            _take(sim.world, env)
            put(sim.world, replace(env, prefix=prefix))


def change(sim: Simulation) -> None:
    """Somebody installs or removes ipykernel, or the Python below an environment goes."""
    if env := sim.world.some_env():
        other = replace(env, condition=sim.world.random.choice(_ORDINARY_CONDITIONS))
        if sim.world.random.random() < 0.3:
            other = replace(env, has_base=not env.has_base)
        put(sim.world, other)


def lose_root(sim: Simulation) -> None:
    """A root is unmounted, unreadable, emptied, or another one."""
    world, root = sim.world, sim.world.some_root()
    states = ("absent", "unreadable", "half unreadable", "covered", "emptied", "swapped")
    if root.state == "here":
        root.state = world.random.choice(states)
        world.say(f"{root.path} is {root.state}")
        _mounts_changed(sim, root)
        world.after(world.random.random() * 90, lambda: find_root(sim, root))


def find_root(sim: Simulation, root: Root) -> None:
    """A root comes back, perhaps as a copy."""
    if root.state != "here":
        root.state = "here"
        if sim.world.random.random() < 0.2:
            root.inode = sim.world.new_inode()
        sim.world.say(f"{root.path} is back")
        _mounts_changed(sim, root)


def lose_base(sim: Simulation) -> None:
    """The disk with all Pythons goes, and comes back."""
    sim.world.is_base_away = True
    sim.world.say("the disk with all Pythons is away")
    sim.world.after(sim.world.random.random() * 60, lambda: find_base(sim))


def find_base(sim: Simulation) -> None:
    """The disk with all Pythons is back."""
    if sim.world.is_base_away:
        sim.world.is_base_away = False
        sim.world.say("the disk with all Pythons is back")


def edit(sim: Simulation) -> None:
    """Somebody edits a kernelspec of ours, or copies it: now it is theirs."""
    world = sim.world
    ours = sorted(name for name, each in world.entries.items() if not each.sacred)
    if ours:
        name = world.random.choice(ours)
        entry = world.entries[name]
        mark = None if world.random.random() < 0.3 else entry.mark
        document = {**entry.document, "display_name": f"mine, {name}"}
        edited = replace(entry, document=document, mark=mark, sacred=True)
        if world.random.random() < 0.3:
            name = f"{name}-copy"
        if not getattr(world.entries.get(name), "sacred", False):
            world.entries[name] = edited
            world.say(f"somebody edits {name}")
            _kernels_changed(world, name)


def write_by_hand(sim: Simulation) -> None:
    """Somebody writes a kernelspec of their own, perhaps for an environment."""
    world = sim.world
    name = world.random.choice(NAMES)
    prefix = f"{world.some_root().path}/{world.random.choice(NAMES)}"
    argv = [f"{prefix}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    if world.random.random() < 0.5:
        argv = ["/usr/bin/R", "--slave"]
    if name not in world.entries:
        document = {"argv": argv, "display_name": "by hand", "language": "python"}
        world.entries[name] = Entry(document=document, sacred=True)
        world.say(f"somebody writes {name} for {argv[0]}")
        _kernels_changed(world, name)


def delete_kernel(sim: Simulation) -> None:
    """Somebody deletes a kernelspec, whosever it is."""
    world = sim.world
    if world.entries:
        name = world.random.choice(sorted(world.entries))
        del world.entries[name]
        world.say(f"somebody deletes the kernelspec {name}")
        _kernels_changed(world, name)


def start_kernel(sim: Simulation) -> None:
    """A kernel runs for a while."""
    if env := sim.world.some_env():
        sim.world.running[env.prefix] = 4711
        sim.world.say(f"a kernel of {env.prefix} runs")
        seconds = sim.world.random.random() * 60
        sim.world.after(seconds, lambda: sim.world.running.pop(env.prefix, None) and None)


def save_settings(sim: Simulation) -> None:
    """Somebody saves the settings: other rules, other names, or a mistake."""
    world, random = sim.world, sim.world.random
    world.is_settings_broken = False
    match random.randrange(4):
        case 0:
            world.excluded ^= {random.choice(NAMES)}
        case 1:
            world.template = random.choice(("{name}", "{manager}-{name}"))
        case 2:
            world.excluded.clear()
        case _:
            world.is_settings_broken = True
    world.settings_version += 1
    world.say(f"settings: {sorted(world.excluded)} {world.template} {world.is_settings_broken}")


def run_once(sim: Simulation) -> None:
    """Somebody runs `kernelsync once` beside the service."""
    sim.world.say("somebody runs once")
    once(sim.world, sim.making)


def run_on_other_host(sim: Simulation) -> None:
    """Another machine with the same home directory does its own pass."""
    sim.world.say("the other host runs once")
    once(sim.world, sim.making, host=OTHER_HOST)


def kill_watcher(sim: Simulation) -> None:
    """The watcher dies without a word."""
    if sim.service.watcher is not None:
        sim.service.watcher.alive = False
        sim.world.say("the watcher is dead")


def overflow(sim: Simulation) -> None:
    """Events are lost, and the watcher says so."""
    if sim.service.watcher is not None:
        sim.service.watcher.overflow()


def storm(sim: Simulation) -> None:
    """A lot happens in one directory."""
    place = sim.world.some_root().path
    for number in range(30):
        sim.world.after(number * 0.02, lambda: sim.world.changed(place))


def fill_disk(sim: Simulation) -> None:
    """Nothing can be written for a while."""
    sim.world.is_full = True
    sim.world.say("the disk is full")
    sim.world.after(sim.world.random.random() * 40, lambda: empty_disk(sim))


def empty_disk(sim: Simulation) -> None:
    """There is room again."""
    sim.world.is_full = False


def crash(sim: Simulation) -> None:
    """The service dies soon: between any two of its looks and actions."""
    sim.world.crash_in = sim.world.random.randrange(25)


def reload(sim: Simulation) -> None:
    """Somebody reloads the service."""
    sim.service.signals.reload = True
    sim.service.bell.call()


FATES: tuple[tuple[Fate, int], ...] = (
    *((make, 12), (make_many, 1), (remove, 8), (remove_all, 1), (make_anew, 4), (rename, 3)),
    *((change, 5), (lose_root, 6), (lose_base, 1), (edit, 3), (write_by_hand, 2)),
    *((delete_kernel, 2), (start_kernel, 3), (save_settings, 4), (run_once, 2)),
    *((run_on_other_host, 2), (kill_watcher, 2), (overflow, 1), (storm, 1), (fill_disk, 1)),
    *((crash, 4), (reload, 1), (jump, 2)),
)


def put(world: World, env: Env) -> None:
    """Put an environment there, or another in its place."""
    is_new = env.prefix not in world.envs
    world.envs[env.prefix] = env
    world.say(f"{env.prefix} is {env.condition} {env.version}, base: {env.has_base}")
    world.changed(env.root if is_new else env.prefix)


def _finish_later(world: World, prefix: str) -> None:
    condition = world.random.choice(_ORDINARY_CONDITIONS)

    def finish() -> None:
        env = world.envs.get(prefix)
        if env is not None and env.condition is Condition.NOT_READY:
            put(world, replace(env, condition=condition))

    world.after(world.random.choice((0.0, 0.05, 0.5, 8.0)), finish)


def _put_if_free(world: World, env: Env) -> None:
    if env.prefix not in world.envs:
        put(world, env)


def _take(world: World, env: Env) -> None:
    del world.envs[env.prefix]
    world.say(f"{env.prefix} is removed")
    world.changed(env.root)


def _kernels_changed(world: World, name: str) -> None:
    world.changed(STORE)
    world.changed(f"{STORE}/{name}")


def _mounts_changed(sim: Simulation, root: Root) -> None:
    sim.world.changed(root.path)
    if sim.world.random.random() < 0.5:
        sim.service.sleep.change_mounts()
