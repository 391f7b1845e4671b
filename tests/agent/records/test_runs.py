import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import RunBusy, RunDamaged, RunNotWritable, UnknownRun
from agent.records.journal import Journal, read_journal
from agent.records.redaction import redact
from agent.records.runs import Run, RunStatus, find_run, list_runs, read_run
from agent.testing.faults import FULL, failing, faulty, os_error
from envs.disk import Written


def make_run(runs_dir: Path, **values: object) -> Run:
    settings: dict[str, object] = {"command": "solve", "game": "toy", "seed": 3, "config": {"task": "wood"}}
    return Run.create(runs_dir, **{**settings, **values})  # type: ignore[arg-type]


def forget_process(path: Path) -> None:
    """Make the folder look as if a process that is gone now had written it."""
    record = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps({**record, "process_start": "1"}))


def test_a_run_from_start_to_end(tmp_path: Path) -> None:
    with make_run(tmp_path) as run:
        assert read_run(run.path).status is RunStatus.RUNNING
        run.event("skill", name="collect_wood", success=True)
        run.metrics(**{"train/fps": 12.5})
        run.finish(successes=1)
    info = read_run(run.path)
    assert info.status is RunStatus.DONE
    assert [event["kind"] for event in info.events()] == ["started", "skill", "finished"]
    assert info.result()["successes"] == 1
    assert info.config() == {"task": "wood"}
    assert info.record["schema"] == 1
    assert info.record["versions"]["python"].startswith("3.")
    assert info.record["config_hash"].startswith("blake2b:")
    assert sorted(p.name for p in run.path.iterdir()) == [
        "DONE",
        "config.json",
        "episodes.jsonl",
        "events.jsonl",
        "media",
        "metrics.jsonl",
        "play.jsonl",
        "run.json",
    ]
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_the_name_says_command_game_and_seed(tmp_path: Path) -> None:
    with make_run(tmp_path) as run:
        pass
    assert "-solve-toy-s3-" in run.name


def test_interruption_and_crash_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), make_run(tmp_path) as interrupted:
        raise KeyboardInterrupt
    with pytest.raises(ZeroDivisionError), make_run(tmp_path) as crashed:
        _ = 1 / 0
    for run, status in [(interrupted, RunStatus.INTERRUPTED), (crashed, RunStatus.CRASHED)]:
        forget_process(run.path)
        assert read_run(run.path).status is status
    last = list(read_run(crashed.path).events())[-1]
    assert (last["kind"], last["error"]) == ("crashed", "ZeroDivisionError")


def test_a_killed_process_leaves_a_run_that_can_be_resumed(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from agent.records.runs import Run\n"
        "run = Run.create(Path(sys.argv[1]), command='eval', game='toy', seed=0, config={})\n"
        "run.event('episode', index=0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    (info,) = list_runs(tmp_path)
    assert info.status is RunStatus.CRASHED
    with (info.path / "events.jsonl").open("a") as file:
        file.write('{"kind":"episo')  # the half-written line of a kill
    assert [event["kind"] for event in info.events()] == ["started", "episode"]
    with Run.resume(tmp_path, info.name, command="eval") as run:
        assert read_run(run.path).status is RunStatus.RUNNING
        run.event("episode", index=1)
        run.finish()
    kinds = [event["kind"] for event in read_run(run.path).events()]
    assert kinds == ["started", "episode", "resumed", "episode", "finished"]


def test_a_run_in_use_is_not_resumed(tmp_path: Path) -> None:
    with (
        make_run(tmp_path) as run,
        pytest.raises(RunBusy, match=rf"is being written by process {os.getpid()}; wait for its end"),
    ):
        Run.resume(tmp_path, run.name, command="solve")


def test_a_run_of_another_command_is_not_resumed(tmp_path: Path) -> None:
    with make_run(tmp_path) as run:
        run.finish()
    with pytest.raises(UnknownRun, match=r"is a solve run; expected a practice run"):
        Run.resume(tmp_path, run.name, command="practice")
    assert (run.path / "DONE").exists()


def test_runs_are_found_by_unique_parts(tmp_path: Path) -> None:
    with make_run(tmp_path) as first, make_run(tmp_path, command="eval") as second:
        pass
    assert find_run(tmp_path, first.name).path == first.path
    assert find_run(tmp_path, second.name.rpartition("-")[2]).path == second.path
    with pytest.raises(UnknownRun, match=r"2 runs fit '20'"):
        find_run(tmp_path, "20")
    with pytest.raises(UnknownRun, match=rf"no run 'zzz' in .*{first.name}"):
        find_run(tmp_path, "zzz")
    with pytest.raises(UnknownRun, match=r"no run 'x' in .*; runs: none yet"):
        find_run(tmp_path / "nowhere", "x")


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(RunNotWritable, match=r"cannot make a run folder in '.*file': .*--runs-dir"):
        make_run(blocked)
    assert blocked.read_text() == "not a folder"


def test_damaged_records_are_named(tmp_path: Path) -> None:
    with make_run(tmp_path) as run:
        pass
    events = run.path / "events.jsonl"
    events.write_text('{"kind":"a"}\nbroken\n{"kind":"b"}\n')
    with pytest.raises(RunDamaged, match=r"events.jsonl line 2 of '.*' is not JSON"):
        list(read_journal(events))
    events.write_text("[1]\n")
    with pytest.raises(RunDamaged, match=r"line 1 of '.*' is not a JSON object"):
        list(read_journal(events))
    record = json.loads((run.path / "run.json").read_text())
    (run.path / "run.json").write_text(json.dumps({**record, "schema": 99}))
    with pytest.raises(RunDamaged, match=r"has schema 99; this version reads up to 1: update"):
        read_run(run.path)
    (run.path / "run.json").write_text("{")
    with pytest.raises(RunDamaged, match=r"run.json of run '.*' cannot be read"):
        read_run(run.path)


def test_secrets_are_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_API_KEY", "sk-very-secret")
    monkeypatch.setenv("EXAMPLE_TOKEN", "12345678")
    with make_run(tmp_path, config={"llm": "http://me:pass@host/v1", "key": "sk-very-secret"}) as run:
        run.event("call", header="Bearer sk-very-secret", steps=123456789, nested=[{"k": "a12345678"}])
    written = "".join(p.read_text() for p in run.path.iterdir() if p.is_file())
    assert "sk-very-secret" not in written
    assert "me:pass" not in written
    event = list(read_run(run.path).events())[-1]
    assert (event["header"], event["steps"], event["nested"]) == ("Bearer ***", 123456789, [{"k": "a***"}])


def test_short_and_harmless_variables_are_left_alone() -> None:
    assert redact("false HOME", {"TOKENIZERS_PARALLELISM": "false", "PLACE": "HOME-HOME"}) == "false HOME"


def test_a_full_disk_is_reported_with_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x.jsonl", Written.EVENTS)
    journal.append({"a": 0})
    with (
        failing("events:write", os_error(FULL)),
        pytest.raises(RunNotWritable, match=r"^cannot write '.*x.jsonl': No space left on device; make room"),
    ):
        journal.append({"a": 1})
    assert journal.path.read_bytes() == b'{"a":0}\n'  # the half that fitted was cut off again
    journal.append({"a": 2}, {"a": 3})
    assert [record["a"] for record in read_journal(journal.path)] == [0, 2, 3]
    journal.close()


def test_half_a_line_that_could_not_be_cut_off_is_not_joined_to_the_next(tmp_path: Path) -> None:
    def broken(point: str, moment: str) -> None:
        if (point, moment) in {("events:write", "middle"), ("events:cut", "before")}:
            raise OSError(errno.EIO, "Input/output error")

    journal = Journal(tmp_path / "x.jsonl", Written.EVENTS)
    journal.append({"a": 0})
    with faulty(broken), pytest.raises(RunNotWritable):
        journal.append({"a": 1})
    assert not journal.path.read_bytes().endswith(b"\n")
    assert [record["a"] for record in read_journal(journal.path)] == [0]
    journal.append({"a": 2})
    assert [record["a"] for record in read_journal(journal.path)] == [0, 2]
    journal.close()


def test_what_executors_decided_is_kept_with_the_seed_of_the_episode(tmp_path: Path) -> None:
    with Run.create(tmp_path, command="eval", game="toy", seed=0, config={}) as run:
        run.play(7, [{"kind": "skill_started", "env_step": 0, "skill": "chop"}], task="a")
        run.play(8, [])
        run.play(9, [{"kind": "play_ended", "env_step": 3}])
        events = list(run.play_events())
    assert [event["seed"] for event in events] == [7, 9]
    assert events[0] == {**events[0], "task": "a", "kind": "skill_started", "skill": "chop", "env_step": 0}
    assert all(event["at"] for event in events)


@pytest.mark.parametrize("name", ["run.json", "config.json", "DONE", "events.jsonl"])
def test_a_pipe_in_a_run_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Reading one would wait for a writer."""
    with make_run(tmp_path) as run:
        run.finish()
    (run.path / name).unlink()
    os.mkfifo(run.path / name)
    with pytest.raises(RunDamaged, match=f"{name} .*is no regular file"):
        info = find_run(tmp_path, run.name)
        info.config(), info.result(), list(info.events())


@pytest.mark.parametrize("name", ["run.json", "events.jsonl", "live", "media/verdicts/0001.png"])
def test_a_link_that_leads_out_of_a_run_is_not_followed(tmp_path: Path, name: str) -> None:
    with make_run(tmp_path / "runs") as run:
        run.finish()
    (tmp_path / "private").write_text('{"kind": "private"}\n')
    place = run.path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(tmp_path / "private")
    with pytest.raises(RunDamaged, match=f"{place.name} of run .* leads out of the run's folder"):
        find_run(tmp_path / "runs", run.name)


def test_links_within_a_run_and_to_a_whole_run_are_followed(tmp_path: Path) -> None:
    with make_run(tmp_path / "elsewhere") as run:
        run.finish()
    (run.path / "events.jsonl").rename(run.path / "all.jsonl")
    (run.path / "events.jsonl").symlink_to("all.jsonl")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / run.name).symlink_to(run.path)
    assert list(find_run(tmp_path / "runs", run.name).events())


@pytest.mark.parametrize("name", ["run.json", "config.json"])
def test_a_file_of_a_run_that_is_nested_too_deeply(tmp_path: Path, name: str) -> None:
    with make_run(tmp_path) as run:
        run.finish()
    (run.path / name).write_text('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}")
    with pytest.raises(RunDamaged, match="cannot be read"):
        find_run(tmp_path, run.name).config()


def test_a_damaged_run_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    with make_run(tmp_path) as damaged, make_run(tmp_path) as sound:
        sound.finish()
    (damaged.path / "run.json").write_bytes(b"{")
    assert find_run(tmp_path, sound.name).name == sound.name
    with pytest.raises(RunDamaged):
        find_run(tmp_path, damaged.name)


def test_what_is_no_proper_text_is_kept_all_the_same(tmp_path: Path) -> None:
    """Such as the name of a folder that is not in UTF-8, or what a server said."""
    odd = os.fsdecode(b"b\xff\xfed")
    with make_run(tmp_path / odd, config={"library": odd}) as run:
        run.event("said", text="\ud800", place=odd)
        run.finish()
    info = read_run(run.path)
    assert info.config() == {"library": odd}
    assert [(e["text"], e["place"]) for e in info.events() if e["kind"] == "said"] == [("\ud800", odd)]
