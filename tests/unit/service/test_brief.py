"""What is to be watched after a pass, besides what locators and probe name."""

from __future__ import annotations

import os

from kernelsync.locators.survey import survey
from kernelsync.model.outcome import PassResult, Standing, State, tally_of
from kernelsync.model.plan import Plan
from kernelsync.model.settings import Source
from kernelsync.model.value import replace
from kernelsync.service.brief import places_to_watch
from kernelsync.watch.outline import draw
from support.probe_trees import link, make_venv
from support.values import environment, mark, settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def places(home: str, prefix: str) -> tuple[str, ...]:
    """Return what is watched for one environment of which the probe has named nothing."""
    subject = environment(prefix, real=os.path.realpath(prefix))
    result = found(Standing(environment=subject, state=State.KERNEL, reason=""))
    return places_to_watch(result, settings(), surroundings(home=home, environ={})).all


def found(*standings: Standing, **facts: object) -> PassResult:
    """Return the result of a pass that has found this, and had nothing to do."""
    result = PassResult(
        plan=Plan(actions=(), unchanged=()),
        outcomes=(),
        standings=standings,
        tally=tally_of(standings),
        roots=(),
        problems=(),
    )
    return replace(result, **facts)


def test_environments_come_to_be_in_roots_and_not_where_a_root_may_come(tmp_path: Path) -> None:
    """`~` is watched for the sake of `~/venvs`; what else comes there is no environment."""
    home = os.path.realpath(tmp_path)
    os.makedirs(f"{home}/.venvs")
    os.makedirs(f"{home}/.pyenv/versions/3.12.1/envs")
    facts = surroundings(home=home, environ={})
    result = found(roots=survey(settings(), facts).roots)
    to_watch = places_to_watch(result, settings(), facts)
    assert home in to_watch.all
    assert to_watch.containers == {
        f"{home}/.venvs",
        f"{home}/.pyenv/versions",
        f"{home}/.pyenv/versions/3.12.1/envs",
    }


def test_environments_come_to_be_where_there_are_some(tmp_path: Path) -> None:
    """As where a project's `.venv` points to: in no root at all."""
    home = os.path.realpath(tmp_path)
    standing = Standing(environment=environment(f"{home}/pool/p0"), state=State.KERNEL, reason="")
    to_watch = places_to_watch(found(standing), settings(), surroundings(home=home, environ={}))
    assert f"{home}/pool" in to_watch.containers


def test_what_has_a_kernel_and_is_no_environment_now_is_awaited(tmp_path: Path) -> None:
    """It may be made anew, step by step, where nobody looks; anybody can write a mark."""
    home = os.path.realpath(tmp_path)
    there = Standing(environment=environment(f"{home}/there"), state=State.KERNEL, reason="")
    marks = [
        mark(prefix) for prefix in (f"{home}/there", f"{home}/gone", "x/y", "/a\0b", "/\ud800")
    ]
    os.mkdir(f"{home}/gone")
    result = found(there, marks=tuple(marks))
    to_watch = places_to_watch(result, settings(), surroundings(home=home, environ={}))
    signs = [place for place in to_watch.all if place.endswith(("pyvenv.cfg", "python"))]
    assert signs == [f"{home}/gone/pyvenv.cfg", f"{home}/gone/bin/python"]
    assert draw(to_watch.all).partial[f"{home}/gone"] == {"pyvenv.cfg", "bin"}


def test_watch_points_hold_the_folder_of_each_environment(tmp_path: Path) -> None:
    """Removing the symlink `.venv` raises an event in its folder only."""
    top = os.path.realpath(tmp_path)
    make_venv(f"{top}/src/group/app/.venv", base="/usr")
    os.makedirs(f"{top}/home/venvs")
    chosen = settings(sources={"venv": Source(options={"projects": (f"{top}/src",)})})
    facts = surroundings(home=f"{top}/home", environ={})
    (candidate,) = survey(chosen, facts).candidates
    standing = Standing(environment=environment(candidate.prefix), state=State.KERNEL, reason="")
    points = places_to_watch(found(standing), chosen, facts).all
    assert f"{top}/src/group/app" in points
    assert f"{top}/src" in points
    assert len(points) == len(set(points))
    assert all(os.path.isdir(point) for point in points)


def test_an_environment_in_its_own_place_adds_its_folder_alone(tmp_path: Path) -> None:
    """So does a link that leads straight to one."""
    top = os.path.realpath(tmp_path)
    os.makedirs(f"{top}/venvs/own")
    own = places(top, f"{top}/venvs/own")
    assert f"{top}/venvs" in own
    assert f"{top}/venvs/own" not in own
    link(f"{top}/venvs/own", f"{top}/straight/link")
    straight = places(top, f"{top}/straight/link")
    assert set(straight) - set(own) == {f"{top}/straight"}


def test_the_second_link_to_an_environment_is_watched(tmp_path: Path) -> None:
    """It may come to lead to another environment, or go."""
    top = os.path.realpath(tmp_path)
    os.makedirs(f"{top}/pool/p0")
    link("p0", f"{top}/pool/latest")
    prefix = link("../pool/latest", f"{top}/venvs/app")
    os.mkdir(f"{top}/home")
    outline = draw(places(f"{top}/home", prefix))
    assert outline.partial[f"{top}/pool"] == {"latest"}


def test_a_link_above_where_a_link_leads_is_watched(tmp_path: Path) -> None:
    """As `app` leads to `current/app`, and `current` to a release."""
    top = os.path.realpath(tmp_path)
    os.makedirs(f"{top}/pool/rel1/app")
    link("rel1", f"{top}/pool/current")
    prefix = link(f"{top}/pool/current/app", f"{top}/venvs/app")
    os.mkdir(f"{top}/home")
    outline = draw(places(f"{top}/home", prefix))
    assert outline.partial[f"{top}/pool"] == {"current"}
