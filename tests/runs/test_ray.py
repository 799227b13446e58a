"""Runs in Ray actors: the same bytes as here, whoever of them is lost on the way."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest
from run_folders import Start, files, wait_for_work
from toy_recipe import ToyRecipe, inputs

from querywright.datasets.example import Example
from querywright.errors import RunError
from querywright.runs import Input, Run, Silence, outages, ray_crew, run
from querywright.runs.settling import Tally

ray = pytest.importorskip("ray", reason="the ray extra is not installed")

pytestmark = [
    pytest.mark.ray,
    # Ray leaves to the end of the process what it opened.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Uninterrupted = Callable[[int], tuple[bytes, bytes]]


class Nodes:
    """A cluster whose head does no work, and its nodes, each with room for two actors."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        quick = {"health_check_period_ms": 1000, "health_check_failure_threshold": 3, "health_check_timeout_ms": 2000}
        head = {"num_cpus": 0, "object_store_memory": 80 * 2**20, "_system_config": quick}
        self._cluster = Cluster(initialize_head=True, head_node_args={**head, "include_dashboard": False})
        self.address: str = self._cluster.address
        self.logs = Path(self._cluster.head_node.get_session_dir_path()) / "logs"

    def add(self) -> Any:
        return self._cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20)

    def workers(self) -> list[Any]:
        return list(self._cluster.worker_nodes)

    def kill(self, node: Any) -> None:
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        started = Nodes()
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def lasting(nodes: Nodes) -> Any:
    """A node that no test kills for good."""
    return nodes.add()


class At(Silence):
    """Does something when so many inputs are settled; remembers what it was told."""

    def __init__(self, begin: int, do: Callable[[], object]) -> None:
        self.told: list[str] = []
        self._begin, self._do = begin, [do]

    def update(self, tally: Tally) -> None:
        if tally.inputs >= self._begin and self._do:
            self._do.pop()()

    def wait(self, outage: str) -> None:
        self.told.append(outage)

    def tell(self, news: str) -> None:
        self.told.append(news)


@pytest.mark.parametrize("width", [1, 4])
def test_actors_make_the_same_bytes_and_count_every_call_once(
    tmp_path: Path, nodes: Nodes, lasting: Any, width: int
) -> None:
    here = run(tmp_path / "here", ToyRecipe(asks=True), partial(inputs, 300), count=None)
    recipe = ToyRecipe(asks=True, down="/a/place/hunter2")
    there = run(
        tmp_path / "there", recipe, partial(inputs, 300), count=None, workers=2, width=width, cluster=nodes.address
    )
    assert there.status == "finished"
    assert files(there.folder) == files(here.folder)
    assert [(entry.step, entry.calls, entry.tokens) for entry in there.usage] == [("ask", 300, 30_000)]
    assert there.manifest.funnel == here.manifest.funnel
    assert not ray.is_initialized()
    # What a recipe holds, passwords among it, is in none of Ray's logs.
    assert not [log.name for log in nodes.logs.iterdir() if log.is_file() and b"hunter2" in log.read_bytes()]


def test_a_node_that_is_killed_in_mid_run_changes_nothing(
    tmp_path: Path, nodes: Nodes, lasting: Any, uninterrupted: Uninterrupted
) -> None:
    doomed = nodes.add()
    progress = At(200, lambda: nodes.kill(doomed))
    # Three actors, and room for two on each node: at least one is on the node that is killed.
    made = run(
        tmp_path, ToyRecipe(slow=0.005), partial(inputs, None), count=900, workers=3, cluster=nodes.address,
        progress=progress,
    )  # fmt: skip
    assert made.status == "finished"
    assert files(tmp_path) == uninterrupted(900)
    (told,) = progress.told
    assert "a Ray actor on" in told
    assert "what it had in hand is done again" in told


def test_a_run_without_any_node_left_ends_and_goes_on_later(
    tmp_path: Path, nodes: Nodes, lasting: Any, uninterrupted: Uninterrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_crew, "NO_NODE_SECONDS", 1.0)
    (last,) = nodes.workers()
    begin = partial(
        run, tmp_path, ToyRecipe(slow=0.005), partial(inputs, None), count=600, workers=2, cluster=nodes.address
    )
    try:
        with pytest.raises(RunError, match=r"no node of the Ray cluster is left .*; \d+ examples are kept.*--resume"):
            begin(progress=At(150, lambda: nodes.kill(last)))
    finally:
        nodes.add()
    assert Run.open(tmp_path).status == "failed"
    assert Run.open(tmp_path).counts.inputs >= 150
    assert begin(resume=True).status == "finished"
    assert files(tmp_path) == uninterrupted(600)


def test_an_input_that_kills_every_actor_stops_the_run(
    tmp_path: Path, nodes: Nodes, lasting: Any, uninterrupted: Uninterrupted
) -> None:
    begin = partial(run, tmp_path, inputs=partial(inputs, None), count=400, workers=2, cluster=nodes.address)
    with pytest.raises(RunError, match=r"3 Ray actors died at input toy#.*, the last one on .*--resume"):
        begin(recipe=ToyRecipe(at=(("100", "die"),)))
    assert Run.open(tmp_path).counts.inputs <= 100
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=400, resume=True)
    assert files(tmp_path) == uninterrupted(400)


def test_actors_wait_for_a_server_when_they_open_the_recipe_and_later(
    tmp_path: Path, nodes: Nodes, lasting: Any, uninterrupted: Uninterrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "FIRST_PAUSE_SECONDS", 0.05)
    down = tmp_path / "down"
    down.touch()

    class BackOnceTold(At):
        def wait(self, outage: str) -> None:
            super().wait(outage)
            down.unlink()

    progress = BackOnceTold(100, down.touch)
    run(
        tmp_path / "run", ToyRecipe(down=str(down)), partial(inputs, None), count=300, workers=2,
        cluster=nodes.address, progress=progress,
    )  # fmt: skip
    assert files(tmp_path / "run") == uninterrupted(300)
    assert progress.told == ["toy: the server does not answer"] * 2


@pytest.mark.parametrize(
    ("refuses", "says"),
    [("gone", r"on node \S+ \([\d.]+\): database unavailable: toy: the file is gone"), ("bug", "ZeroDivisionError")],
)
def test_an_actor_that_cannot_open_the_recipe_names_its_node(
    tmp_path: Path, nodes: Nodes, lasting: Any, refuses: str, says: str
) -> None:
    with pytest.raises(RunError, match=says):
        run(tmp_path, ToyRecipe(refuses=refuses), partial(inputs, None), count=10, cluster=nodes.address)


def test_an_actor_without_querywright_says_so(
    tmp_path: Path, nodes: Nodes, lasting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lacking:
        def __init__(self, paths: list[str], width: int) -> None:
            raise ModuleNotFoundError("No module named 'querywright'")

        def open(self, recipe: bytes, release: str) -> None: ...

    monkeypatch.setattr(ray_crew, "actor_class", lambda: Lacking)
    with pytest.raises(RunError, match="No module named 'querywright'; install the same Querywright on every node"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, cluster=nodes.address)


def test_an_actor_of_another_version_says_so(
    tmp_path: Path, nodes: Nodes, lasting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_crew, "version", lambda name: "0.0.7")
    with pytest.raises(RunError, match=r"on node .*: Querywright [\d.]+ cannot work for a run of 0\.0\.7"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, cluster=nodes.address)


def test_an_actor_that_cannot_read_its_inputs_says_so(tmp_path: Path, nodes: Nodes, lasting: Any) -> None:
    module = ModuleType("only_here")
    exec("class Odd: pass", module.__dict__)
    sys.modules["only_here"] = module
    odd = Example(db_id="toy", extra={"odd": module.Odd()})
    try:
        with pytest.raises(RunError, match="could not read its inputs: ModuleNotFoundError"):
            run(tmp_path, ToyRecipe(), lambda: iter([Input("k", odd)]), count=None, cluster=nodes.address)
    finally:
        del sys.modules["only_here"]


def test_a_process_that_is_in_a_cluster_already_stays_in_it(tmp_path: Path, nodes: Nodes, lasting: Any) -> None:
    ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
    try:
        assert run(tmp_path / "a", ToyRecipe(), partial(inputs, 20), count=None, cluster="").status == "finished"
        assert ray.is_initialized()
        with pytest.raises(RunError, match=r"is in the Ray cluster at .* already"):
            run(tmp_path / "b", ToyRecipe(), partial(inputs, 20), count=None, cluster="127.0.0.1:1")
    finally:
        ray.shutdown()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_on_a_ray_of_our_own_in_good_order(
    tmp_path: Path, start: Start, uninterrupted: Uninterrupted, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    folder = tmp_path / "run"
    process = start(folder, 900, 2, 0.05, "", "")
    wait_for_work(folder, 120)  # Ray takes its time to start
    everybody = psutil.Process(process.pid).children(recursive=True)
    assert any("raylet" in child.name() for child in everybody)
    os.killpg(process.pid, number)  # as a terminal does: everybody in the group hears it
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert f"stopped by {number.name}; pass --resume" in said
    assert [line for line in complained.splitlines() if "kept/s" not in line] == []  # no word of Ray's
    _, alive = psutil.wait_procs(everybody, timeout=20)
    assert alive == []
    assert Run.open(folder).status == "interrupted"
    dataset, rejects = uninterrupted(900)
    so_far = files(folder)
    assert dataset.startswith(so_far[0])
    assert rejects.startswith(so_far[1])
    run(folder, ToyRecipe(), partial(inputs, None), count=900, resume=True)
    assert files(folder) == (dataset, rejects)


@pytest.mark.parametrize(
    ("address", "says"),
    [("127.0.0.1:1", "no Ray cluster answers at 127.0.0.1:1"), ("ray://head:10001", "on a machine of the cluster")],
)
def test_a_cluster_that_cannot_be_joined_is_one_line(tmp_path: Path, address: str, says: str) -> None:
    with pytest.raises(RunError, match=says) as caught:
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, cluster=address)
    assert "\n" not in str(caught.value)


def test_without_ray_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RunError, match=r"pip install 'querywright\[ray\]'"):
        run(tmp_path / "run", ToyRecipe(), partial(inputs, None), count=10, cluster="")
    assert not (tmp_path / "run").exists()
