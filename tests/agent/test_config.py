from pathlib import Path

import pytest

from agent.config import (
    AskingConfig,
    EvalConfig,
    PracticeConfig,
    SolveConfig,
    config_hash,
    from_record,
    override,
    preset,
    replace,
    to_record,
)
from agent.errors import BadConfig
from agent.llm.models import ModelSettings
from agent.llm.open_model import model_settings


def test_zero_budget_says_what_to_write() -> None:
    with pytest.raises(BadConfig) as error:
        PracticeConfig(budget_steps=0)
    assert (
        str(error.value)
        == "budget_steps is 0; expected a positive number of game steps, e.g. --budget-steps 200000"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"minutes": -1.0}, r"minutes is -1.0; expected a positive number of minutes"),
        ({"minutes": float("nan")}, r"minutes is nan; expected a positive number"),
        ({"workers": 0}, r"workers is 0; expected a positive number of worker processes"),
        ({"seed": -3}, r"seed is -3; expected zero or more"),
        ({"max_usd": float("nan")}, r"max_usd is nan; expected zero or more"),
        ({"max_usd": float("inf")}, r"max_usd is inf; expected zero or more"),
        (
            {"workers": 10**6},
            r"workers is 1000000; expected at most 1,024 worker processes, e.g. --workers 2",
        ),
        ({"budget_steps": 10**30}, r"budget_steps is 1\d+; expected at most 1,000,000,000,000 game steps"),
        ({"max_usd": -0.5}, r"max_usd is -0.5; expected zero or more, e.g. --max-usd 1"),
        ({"propose_every": -1}, r"propose_every is -1; expected zero or more, e.g. --set propose_every=1"),
        ({"max_judge_calls": -1}, r"max_judge_calls is -1; .* e.g. --max-judge-calls 1"),
        (
            {"slots": 99_999, "workers": 2},
            r"slots is 99999, with 2 processes each; expected at most 512 on this",
        ),
        ({"slots": -1}, r"slots is -1; expected zero or more, e\.g\. --slots 2"),
        ({"propose_count": 1000}, r"propose_count is 1000; expected at most 50 tasks"),
        ({"llm": " "}, r"llm is ' '; expected a text that is not empty"),
        ({"max_calls": 0}, r"max_calls is 0; expected a positive number of calls"),
        ({"judge": "embeded"}, r"judge is 'embeded'; did you mean 'embedded'\?"),
    ],
)
def test_practice_refuses(values: dict[str, object], message: str) -> None:
    with pytest.raises(BadConfig, match=message):
        PracticeConfig(**values)  # type: ignore[arg-type]


def test_solve_and_eval_refuse() -> None:
    with pytest.raises(BadConfig, match=r"task is ''; expected a text that is not empty"):
        SolveConfig(task="")
    with pytest.raises(BadConfig, match=r"max_steps is 0; expected a positive number of game steps"):
        SolveConfig(task="drink", max_steps=0)
    with pytest.raises(BadConfig, match=r"episodes is 0; expected a positive number of episodes"):
        EvalConfig(suite="x", episodes=0)
    with pytest.raises(BadConfig, match=r"baseline is 'radnom'; expected 'random' or nothing"):
        EvalConfig(suite="x", baseline="radnom")


def test_overrides_are_cast_to_the_type_of_the_field() -> None:
    config = override(
        PracticeConfig(),
        ["budget_steps=2e5", "minutes=3", "library=/tmp/lib", "max_usd=1.5", "resume=none", "seed=1_000"],
    )
    assert config.budget_steps == 200_000
    assert isinstance(config.budget_steps, int)
    assert config.minutes == 3.0
    assert isinstance(config.minutes, float)
    assert config.library == Path("/tmp/lib")
    assert (config.max_usd, config.resume, config.seed) == (1.5, None, 1000)
    assert override(SolveConfig(task="t"), ["record=true"]).record is True


def test_large_whole_numbers_stay_exact() -> None:
    assert override(PracticeConfig(), ["seed=9007199254740993"]).seed == 9007199254740993


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("budget_step=5", r"no setting 'budget_step'; did you mean 'budget_steps'"),
        ("budget_steps=2.5", r"budget_steps is '2.5'; expected a whole number"),
        ("budget_steps=many", r"budget_steps is 'many'; expected a whole number"),
        ("budget_steps=inf", r"budget_steps is 'inf'; expected a whole number"),
        ("minutes=nan", r"minutes is 'nan'; expected a finite number"),
        ("max_usd=cheap", r"max_usd is 'cheap'; expected a finite number or none"),
        ("budget_steps", r"override 'budget_steps' has no '='; expected key=value"),
        ("budget_steps=-4", r"budget_steps is -4; expected a positive number of game steps"),
    ],
)
def test_bad_overrides(assignment: str, message: str) -> None:
    with pytest.raises(BadConfig, match=message):
        override(PracticeConfig(), [assignment])


def test_typed_values_are_not_bent() -> None:
    with pytest.raises(BadConfig, match=r"budget_steps is True; expected a whole number"):
        replace(PracticeConfig(), {"budget_steps": True})
    with pytest.raises(BadConfig, match=r"game is 3; expected a text"):
        replace(PracticeConfig(), {"game": 3})
    with pytest.raises(BadConfig, match=r"record is 2; expected true or false"):
        replace(SolveConfig(task="t"), {"record": 2})


@pytest.mark.parametrize("name", ["quick", "long", "nethack", "minecraft"])
def test_shipped_presets_fit(name: str) -> None:
    config = replace(PracticeConfig(), preset("practice", name))
    assert config != PracticeConfig()


def test_presets_from_files(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("minutes = 2\nbudget_steps = 1e4\n")
    config = replace(PracticeConfig(), preset("practice", str(file)))
    assert (config.minutes, config.budget_steps) == (2.0, 10_000)
    file.write_text("minutes = \n")
    with pytest.raises(BadConfig, match=r"mine.toml' cannot be read as TOML: Invalid value"):
        preset("practice", str(file))
    with pytest.raises(BadConfig, match=r"no preset file '.*absent.toml'"):
        preset("practice", str(tmp_path / "absent.toml"))
    with pytest.raises(BadConfig, match=r"no preset 'quik' for practice; did you mean 'quick'\?"):
        preset("practice", "quik")


def test_record_round_trip() -> None:
    config = PracticeConfig(library=Path("a/b"), seed=4, max_usd=2.0)
    record = to_record(config)
    assert record["library"] == "a/b"
    assert from_record(PracticeConfig, record) == config


def test_a_record_that_lacks_what_is_needed_is_refused() -> None:
    with pytest.raises(BadConfig, match="the configuration lacks suite; expected what EvalConfig holds"):
        from_record(EvalConfig, {"seed": 3})


def test_hash_depends_on_content_only() -> None:
    record = to_record(PracticeConfig())
    assert config_hash(record) == config_hash(dict(reversed(record.items())))
    assert config_hash(record) != config_hash({**record, "seed": 1})


def test_a_configuration_from_before_models_could_be_set_is_read() -> None:
    """Runs begun before there were settings for asking a model can be gone on with."""
    record = to_record(PracticeConfig(game="toy", seed=3))
    for name in ("max_output_tokens", "context_tokens", "reply_timeout_s", "max_reply_bytes"):
        del record[name]
    assert from_record(PracticeConfig, record) == PracticeConfig(game="toy", seed=3)


def test_settings_for_asking_a_model_are_those_of_the_client() -> None:
    assert model_settings(PracticeConfig()) == model_settings(AskingConfig()) == ModelSettings()
    config = override(
        PracticeConfig(), ["context_tokens=8192", "reply_timeout_s=60", "max_output_tokens=1e3"]
    )
    assert model_settings(config) == ModelSettings(
        context_tokens=8192, timeout_s=60.0, max_output_tokens=1000
    )
    with pytest.raises(BadConfig, match="context_tokens is 0; expected a positive number of tokens"):
        override(SolveConfig(task="x"), ["context_tokens=0"])
    with pytest.raises(BadConfig, match=r"reply_timeout_s is 1000000\.0; expected at most 604,800 seconds"):
        override(SolveConfig(task="x"), ["reply_timeout_s=1e6"])


def test_a_configuration_of_version_0_1_is_read() -> None:
    """Runs begun before the settings were renamed can be gone on with."""
    record = to_record(PracticeConfig(game="toy"))
    del record["training"], record["networks"]
    old = from_record(PracticeConfig, {**record, "train": "together", "network": "separate"})
    assert (old.training, old.networks) == ("joint", "per_skill")
    older = from_record(PracticeConfig, {**record, "train": "alone", "network": "conditioned"})
    assert (older.training, older.networks) == ("separate", "shared")
    with pytest.raises(BadConfig, match="no setting 'train'; did you mean 'training'"):
        override(PracticeConfig(), ["train=together"])


@pytest.mark.parametrize(
    "name",
    [
        "max_reply_bytes",
        "context_tokens",
        "max_output_tokens",
        "budget_steps",
        "max_tokens",
        "max_calls",
        "seed",
    ],
)
def test_endless_numbers_are_bad_values_and_told_in_few_words(name: str) -> None:
    with pytest.raises(BadConfig, match=f"{name} is a whole number of about 5,001 digits; expected at most"):
        PracticeConfig(**{name: 10**5_000})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("chaining=boss", "chaining is 'boss'"),
        ("chain_share=0", "above 0 and at most 1"),
        ("chain_share=1.5", "above 0 and at most 1"),
        ("longest_chain=1", "expected 2 to 32 skills"),
        ("plausibility_weight=-0.1", "expected 0 to 1"),
    ],
)
def test_settings_of_chains_make_sense(setting: str, complaint: str) -> None:
    with pytest.raises(BadConfig, match=complaint):
        override(PracticeConfig(), [setting])


def test_chains_are_tried_as_told() -> None:
    config = override(PracticeConfig(), ["chaining=random", "chain_share=0.2", "longest_chain=3"])
    assert (config.chaining, config.chain_share, config.longest_chain) == ("random", 0.2, 3)


def test_the_cap_on_judging_may_be_none_at_all_and_is_never_below() -> None:
    assert override(PracticeConfig(), ["max_judge_calls=0"]).max_judge_calls == 0
    with pytest.raises(BadConfig, match="max_judge_calls is -1"):
        override(SolveConfig(task="x"), ["max_judge_calls=-1"])
