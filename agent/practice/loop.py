"""The practice loop: propose, design, train, judge, admit; what was claimed is corrected by what happens.

Read `Practice.run` first: it is the whole loop. A session can be stopped at any moment and gone on with
(`--resume`): answers, claims and evidence, states and checkpoints are on disk after every phase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.config import PracticeConfig, to_record
from agent.design.arenas import choose_arenas
from agent.design.code import Designer, record_random_play
from agent.design.effects import SkillClaim, add_claim, ask_effects
from agent.design.option_trial import OptionTester
from agent.design.tasks import propose
from agent.errors import UnknownRun
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer, ReplyFault
from agent.llm.meter import Caps
from agent.llm.opening import ModelOptions, is_live, open_model
from agent.play.jobs import JobPool
from agent.play.kit import Kit
from agent.practice.arenas import ArenaGround
from agent.practice.curriculum import POLISH_ROUNDS, choose, hopeless, reach_cost
from agent.practice.guard import SessionGuard
from agent.practice.joint_stage import JointStage
from agent.practice.preferences import SessionPreferences
from agent.practice.progress import NullProgress, PracticeProgress
from agent.practice.report import PracticeReport
from agent.practice.session import Budget, SessionState, SkillProgress
from agent.practice.training import TrainingRounds
from agent.practice.trials import StartStates, TrialOutcome, Trials
from agent.records.runs import Run, find_run
from envs.facts import Facts
from envs.game_options import try_options
from envs.registry import game_spec, make_game
from planners.graph.graph import SkillGraph
from planners.graph.validation import find_problems
from planners.plan import Execution
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected, ContradictoryPreferences, PolicyMismatch, TrainingDiverged
from skills.interval import wilson
from skills.network import NumpyNetwork
from skills.skill import Skill, SkillStats, require_encoding
from skills.start_bank import StartBank
from skills.store.store import SkillLibrary

ADMIT_AT = 0.5
"""A skill is admitted when the 95 % lower bound of its success rate on held-out episodes is at least this."""
LEARNED_TRIALS = 40
SCRIPTED_TRIALS = 12
FIRST_LOOK = 4
"""Attempts of a scripted skill before the rest: when none of them works, more of the same tells nothing."""
TRAIN_STARTS = 60
FEWEST_STARTS = 20
REACH_STEPS = 5_000
"""Steps that getting to a skill's starts may take by plan; what is far away starts from fewer states."""
BANK_STATES = 1000
"""States kept per reason for keeping them; a skill needs to see many to do well in those it never saw."""
STEPS_PER_SECOND = 1_500
"""Of a whole session on two cores, trials included; for the estimate that is shown first."""


def run_practice(config: PracticeConfig, *, progress: PracticeProgress | None = None) -> PracticeReport:
    """Practise until the budget is spent, nothing is left to learn, or the person interrupts.

    Raises:
        GameError, SkillError, LLMError, AgentError: with a message for the person; nothing is lost.
    """
    config = replace(config, game_options=try_options(game_spec(config.game), config.game_options))
    with ExitStack() as stack:
        library = SkillLibrary(config.library, config.game)
        stack.enter_context(library.lock())
        if config.resume:
            info = find_run(config.runs_dir, config.resume)
            if info.game != config.game:
                raise UnknownRun(f"run {info.name!r} practises {info.game!r}, not {config.game!r}")
            run = Run.resume(config.runs_dir, info.name, command="practice")
        else:
            run = Run.create(
                config.runs_dir,
                command="practice",
                game=config.game,
                seed=config.seed,
                config=to_record(config),
            )
        stack.enter_context(run)
        caps = Caps(max_calls=config.max_calls, max_tokens=config.max_tokens, max_usd=config.max_usd)
        model = stack.enter_context(
            open_model(config.llm, config.game, ModelOptions(log=run.answers_path, caps=caps))
        )
        sandbox = stack.enter_context(Sandbox())
        pool = JobPool(config.workers)
        stack.callback(pool.close)
        practice = Practice(config, run, model, sandbox, pool, library, progress or NullProgress())
        return practice.run()


class Practice:
    """One session; see the module."""

    def __init__(
        self,
        config: PracticeConfig,
        run: Run,
        model: LanguageModel,
        sandbox: Sandbox,
        pool: JobPool,
        library: SkillLibrary,
        progress: PracticeProgress,
    ) -> None:
        self._config = config
        self._run = run
        self._model = model
        self._sandbox = sandbox
        self._library = library
        self._progress = progress
        self._spec = game_spec(config.game)
        self._state = SessionState.load(run.path)
        self._budget = Budget(self._state, config.budget_steps, config.minutes)
        self._graph = SkillGraph(
            config.game, self._spec.fact_kinds, {f.name: f.high for f in self._spec.facts}
        )
        self._guard = SessionGuard(library, run, progress, sandbox, self._spec)
        self._preferences = SessionPreferences(config, run, model, self._spec)
        self._policies: dict[str, NumpyNetwork] = {}
        self._skills: dict[str, Skill] = {}
        self._kit: Kit | None = None
        self._begun_with: Facts = {}
        self._first_facts: Facts = {}
        self._opened = False
        bank_path = run.path / "bank.npz"
        names = [fact.name for fact in self._spec.facts]
        self._bank = (
            StartBank.load(bank_path)
            if bank_path.is_file()
            else StartBank(names, capacity=BANK_STATES, seed=config.seed)
        )
        self._trials = Trials(
            pool,
            self._bank,
            self._spec,
            sandbox,
            config.seed,
            self._next_job,
            self._note_play,
            self._urgent,
            lambda: bool(self._budget.reason),
        )
        self._training = TrainingRounds(
            config, run, library, self._trials, self._state, self._budget, progress
        )

    def run(self) -> PracticeReport:
        """The loop."""
        stopped, interrupted = "", False
        try:
            self._open_library()
            tasks = self._propose()
            claims = self._claim(tasks)
            self._open_arenas(tasks)
            designer = self._designer()
            self._guard.write(designer, claims)
            self._train_together(designer, claims)
            while not (stopped := self._budget.reason):
                claim = choose(
                    self._graph, claims, self._state.skills, self._guard.guard.ranking,
                    self._begun_with, self._at_hand,
                )  # fmt: skip
                if claim is None:
                    stopped = "nothing within reach is left to learn"
                    break
                try:
                    draft = self._design(designer, claim)
                    if draft is not None:
                        ground = self._find_ground(draft)
                        if not ground:
                            self._wait(draft)
                            continue
                        skill, policy = self._train(draft, ground)
                        outcome = self._try_out(skill, policy, ground)
                        self._decide(skill, policy, outcome, ground)
                except (CodeRejected, PolicyMismatch, TrainingDiverged) as error:
                    self._give_up(claim.task.name, f"it broke down: {error}")
                self._save()
        except KeyboardInterrupt:
            stopped, interrupted = "interrupted", True
            self._run.event("interrupted")
        self._save()
        report = self._report(stopped, interrupted)
        if not interrupted:
            self._run.finish(**report.to_record())
        self._progress.finished(
            admitted=len(report.admitted), abandoned=len(report.abandoned), steps=report.steps, reason=stopped
        )
        return report

    # Before the loop: what is there, what could be learned, what it needs, what must come first.

    def _open_library(self) -> None:
        config = self._config
        estimate = min(config.minutes, self._budget.steps_left / STEPS_PER_SECOND / 60)
        self._progress.started(
            game=self._spec.title,
            budget_steps=config.budget_steps,
            minutes=config.minutes,
            estimate_minutes=estimate,
            resumed_steps=self._state.steps,
        )
        if self._library.graph_path.is_file():
            self._graph = SkillGraph.load(self._library.graph_path)
        stored = self._library.load_all()
        require_encoding(stored.values(), self._spec)
        for name, skill in stored.items():
            self._skills[name] = skill
            if skill.policy.kind == "learned":
                self._policies[name] = NumpyNetwork.load(self._library.policy_path(name))
        self._opened = True

    def _propose(self) -> tuple[Any, ...]:
        tasks, answer = propose(self._model, self._spec)
        self._run.event("proposed", tasks=[task.name for task in tasks], answer_id=answer)
        self._progress.note(f"{len(tasks)} tasks proposed")
        return tasks

    def _claim(self, tasks: Sequence[Any]) -> list[SkillClaim]:
        """Ask, skill by skill, what each needs and gives; that is the skill graph's first version."""
        claims = []
        for task in tasks:
            try:
                claim = ask_effects(self._model, self._spec, task)
            except (ReplyFault, NoRecordedAnswer) as error:
                self._run.event("no_claim", skill=task.name, reason=str(error))
                self._progress.note(f"{task.name}: no usable claim")
                continue
            claims.append(claim)
            if task.name not in self._graph:
                add_claim(self._graph, claim)
            known = self._skills.get(task.name)
            self._graph.set_available(task.name, known is not None)
            if known is not None and not self._graph.stats(task.name).attempts:
                self._graph.set_stats(task.name, known.stats)
            progress = self._state.skills.setdefault(task.name, SkillProgress())
            if known is None and progress.status == "admitted":  # another library, or it was taken out
                progress = self._state.skills[task.name] = SkillProgress()
            if known is not None and progress.status == "open":
                rate = known.stats.success_rate
                self._state.skills[task.name] = SkillProgress(
                    status="admitted", rounds=1, rates=[rate],
                    successes=known.stats.successes, attempts=known.stats.attempts,
                )  # fmt: skip
            self._run.event(
                "claimed", skill=task.name, answer_id=claim.answer_id, effects=claim.effects.model_dump()
            )
        for problem in find_problems(self._graph, self._spec):
            self._run.event("graph_problem", severity=problem.severity, message=problem.message)
        self._save()
        return claims

    def _open_arenas(self, tasks: Sequence[Any]) -> None:
        """Ask what is practised on which of the game's arenas, if it has any, and begin them."""
        plan, answer = choose_arenas(self._model, self._spec, tasks)
        if plan:
            self._run.event(
                "arenas", plan={name: list(arenas) for name, arenas in plan.items()}, answer_id=answer
            )
            self._trials.arenas = ArenaGround(self._spec, plan, self._config.seed)
            self._trials.arenas.fill(self._bank)

    def _designer(self) -> Designer:
        game = make_game(self._config.game, **self._config.game_options)
        play = record_random_play(game, self._config.seed)
        game.close()
        self._budget.spend(play.steps)
        self._trials.first = play.before[0]
        names = (fact.name for fact in self._spec.facts)
        self._first_facts = dict(zip(names, play.before[0].tolist(), strict=True))
        kinds = self._spec.fact_kinds
        self._begun_with = {name: n for name, n in self._first_facts.items() if kinds[name] == "count" and n}
        tester = OptionTester(self._model, self._spec, self._sandbox, self._first_facts, self._note_test)
        return Designer(self._model, self._spec, self._sandbox, play, tester)

    def _train_together(self, designer: Designer, claims: Sequence[SkillClaim]) -> None:
        """Where the settings say so: all learned skills in one training, for first weights and states."""
        if self._config.train == "together":
            stage = JointStage(
                self._config, self._run, self._model, self._spec, self._sandbox,
                self._preferences, self._bank, self._state, self._budget, self._progress,
            )  # fmt: skip
            stage.run(designer, claims, self._first_facts)
            self._save()

    def _note_test(self, skill: str, outcome: str, more: Mapping[str, Any]) -> None:
        """Keep whether a skill's option was tested by execution, and what that showed."""
        self._run.event(f"option_{outcome}", skill=skill, **more)

    # One turn of the loop.

    def _at_hand(self, skill: str) -> bool:
        """Whether there are states from which a skill can be practised at once.

        They come from an arena or, for what no skill brings about on purpose, such as stairs that were taken
        before, from all the play so far.
        """
        needs = self._graph.belief(skill).needs
        if self._trials.arenas.at_hand(skill, self._bank, needs):
            return True
        by_chance = any(not self._graph.producers(fact) for fact in needs.keys() - self._begun_with.keys())
        return by_chance and len(self._bank.matching(needs)) >= FEWEST_STARTS

    def _design(self, designer: Designer, claim: SkillClaim) -> Skill | None:
        """Have reward and option written and checked; None when the model's code cannot be used."""
        name = claim.task.name
        belief = self._graph.belief(name)
        learned = not claim.reply.action
        budget = min(self._config.round_steps, self._budget.steps_left) if learned else 0
        self._progress.skill_started(name, description=claim.task.description, budget=budget)
        source = "live" if is_live(self._config.llm) else "recorded"
        try:
            draft = designer.design(
                claim, belief, self._config.seed, self._run.name, source,
                with_reward=self._config.reward != "preference",
            )  # fmt: skip
            draft = self._preferences.learn(draft)
        except (ReplyFault, NoRecordedAnswer, ContradictoryPreferences) as error:
            self._give_up(name, f"no usable design: {error}")
            return None
        self._run.event("designed", skill=name, answers=list(draft.lineage.answers))
        return draft

    def _find_ground(self, draft: Skill) -> StartStates:
        """States to practise from: those where the skill will be used, after its prerequisites."""
        wanted = (0, SCRIPTED_TRIALS)
        if draft.policy.kind == "learned":
            cost = reach_cost(self._graph, self._graph.belief(draft.name), self._begun_with)
            starts = min(TRAIN_STARTS, max(FEWEST_STARTS, round(REACH_STEPS / max(cost, 1.0))))
            wanted = (starts, LEARNED_TRIALS // 2)
        ground = self._trials.find(self._graph, self._make_kit(), draft, *wanted)
        self._run.event("ground", skill=draft.name, train=len(ground.train), trial=len(ground.trial))
        return ground

    def _wait(self, draft: Skill) -> None:
        """No state was found from which the skill could be practised: others come first for a while."""
        skills = self._state.skills
        skills[draft.name].waiting_since = sum(p.status == "admitted" for p in skills.values())
        skills[draft.name].waiting_round = sum(p.rounds for p in skills.values())
        self._run.event("waiting", skill=draft.name)
        self._progress.note(f"{draft.name}: set aside while others get better")
        self._save()

    def _train(self, draft: Skill, ground: StartStates) -> tuple[Skill, Path | None]:
        """Train a learned skill for one round; scripted ones have nothing to train."""
        if draft.policy.kind != "learned" or not ground.train:
            return draft, None
        urgent = draft.name in self._guard.guard.ranking
        preference = self._preferences.model(draft.name)
        return self._training.round(draft, ground, self._make_kit(), self._skills, urgent, preference)

    def _try_out(self, skill: Skill, policy: Path | None, ground: StartStates) -> TrialOutcome:
        """Execute the skill on held-out episodes; the judge decides, the graph takes it as evidence."""
        if skill.policy.kind == "learned" and policy is None:
            return TrialOutcome((), 0)
        kit = self._make_kit(skill, NumpyNetwork.load(policy) if policy else None)

        def attempt(times: int) -> TrialOutcome:
            return self._trials.attempt(kit, skill.name, ground.trial, times)

        if skill.policy.kind == "learned":
            outcome = attempt(LEARNED_TRIALS)
            if outcome.attempts < LEARNED_TRIALS // 2:  # guards got in the way too often to tell
                outcome += attempt(LEARNED_TRIALS)
        else:
            outcome = attempt(FIRST_LOOK)
            if outcome.successes:
                outcome += attempt(SCRIPTED_TRIALS - FIRST_LOOK)
            self._state.skills[skill.name].pool(self._graph.belief(skill.name).needs, outcome.stats)
        self._learn_from(outcome.results)
        return outcome

    def _beats_incumbent(self, skill: Skill, outcome: TrialOutcome, ground: StartStates) -> bool:
        """Whether a newly trained version does better than the admitted one from the same states.

        What counts is what training maximises: success, with few steps and with little that the designed
        reward punishes (wounds, above all), each execution taken as one transition.
        """
        times = len(outcome.results)
        incumbent = self._trials.attempt(self._make_kit(), skill.name, ground.trial, times)
        reward = RewardFunction(self._sandbox, skill.reward, [fact.name for fact in self._spec.facts])
        new, old = outcome.mean_return(reward, self._spec), incumbent.mean_return(reward, self._spec)
        self._run.event(
            "compared", skill=skill.name, new=outcome.successes, old=incumbent.successes, attempts=times,
            new_return=round(new, 3), old_return=round(old, 3),
        )  # fmt: skip
        return new > old

    def _decide(self, skill: Skill, policy: Path | None, outcome: TrialOutcome, ground: StartStates) -> None:
        """Admit at the 95 % lower bound; keep trying while there is progress; else say why not."""
        progress = self._state.skills[skill.name]
        if outcome.aborted > len(outcome.results):
            tried = outcome.aborted + len(outcome.results)
            reason = f"{outcome.aborted} of {tried} attempts broke down: {outcome.fault}"
            self._give_up(skill.name, reason)
            return
        if not outcome.attempts:
            self._wait(skill)
            return
        if (
            policy is None
            and not outcome.successes
            and skill.effects.needs == self._graph.belief(skill.name).needs
        ):
            self._wait(skill)
        progress.rounds += 1
        better = progress.status != "admitted" or self._beats_incumbent(skill, outcome, ground)
        progress.rates.append(outcome.rate)
        stats = outcome.stats if policy is not None else progress.same
        low = wilson(stats.successes, stats.attempts).low if stats.attempts else 0.0
        admitted = low >= ADMIT_AT
        if admitted and better:
            self._admit(skill, policy, stats, progress)
        elif progress.status == "open" and hopeless(progress, policy is None and not skill.policy.until):
            self._give_up(
                skill.name, f"{outcome.successes} of {outcome.attempts} after {progress.rounds} rounds"
            )
        reason = "" if admitted else f"lower bound {low:.0%}, needed {ADMIT_AT:.0%}"
        self._run.event(
            "tried", skill=skill.name, successes=stats.successes, attempts=stats.attempts,
            aborted=outcome.aborted, lower_bound=round(low, 4), admitted=admitted,
        )  # fmt: skip
        self._progress.skill_finished(
            skill.name, admitted=admitted, successes=stats.successes, attempts=stats.attempts,
            steps=self._state.steps, reason=reason,
        )  # fmt: skip

    def _admit(self, skill: Skill, policy: Path | None, stats: SkillStats, progress: SkillProgress) -> None:
        belief = self._graph.belief(skill.name)
        stored = self._library.add(
            skill.model_copy(update={"stats": stats, "effects": belief}),
            policy,
            self._graph.evidence(skill.name).model_dump(mode="json"),
            self._preferences.model(skill.name),
        )
        self._skills[skill.name] = stored
        if policy is not None:
            self._policies[skill.name] = NumpyNetwork.load(policy)
        self._graph.set_stats(skill.name, stats)
        self._graph.set_available(skill.name, True)
        self._kit = None
        progress.status, progress.reason = "admitted", ""
        progress.successes, progress.attempts = stats.successes, stats.attempts
        self._save()
        self._run.event("admitted", skill=skill.name, version=stored.version)
        for name, other in self._skills.items():
            if other.policy.kind == "scripted" and name in self._state.skills:
                self._probe(other, self._state.skills[name])

    def _probe(self, skill: Skill, progress: SkillProgress) -> None:
        """Try a scripted skill without one claimed thing at a time: is that really needed?

        What no state lacks yet is tried after a later admission.
        """
        needs = self._graph.belief(skill.name).needs
        for fact in [fact for fact in needs if fact not in progress.probed]:
            rest = {name: count for name, count in needs.items() if name != fact}
            column = self._spec.fact_index[fact]
            lacking = [s for s, facts in self._bank.states(rest) if facts[column] < needs[fact]]
            if lacking:
                progress.probed.append(fact)
                outcome = self._trials.attempt(self._make_kit(), skill.name, lacking, FIRST_LOOK)
                self._learn_from(outcome.results, statistics=False)
                self._run.event(
                    "probed", skill=skill.name, without=fact, successes=outcome.successes,
                    attempts=outcome.attempts,
                )  # fmt: skip

    def _give_up(self, name: str, reason: str) -> None:
        progress = self._state.skills[name]
        if progress.status == "admitted":  # the version in the library stays in use
            progress.rounds = max(progress.rounds, POLISH_ROUNDS)
            self._run.event("not_polished", skill=name, reason=reason)
            return
        progress.status, progress.reason = "abandoned", reason
        self._run.event("abandoned", skill=name, reason=reason)
        self._progress.note(f"{name} given up: {reason}")

    # Bookkeeping.

    def _make_kit(self, extra: Skill | None = None, policy: NumpyNetwork | None = None) -> Kit:
        """What can be executed now, with one skill on trial; the same object while nothing changed."""
        if extra is None and self._kit is not None and self._kit.guard is self._guard.guard:
            return self._kit
        skills, policies = dict(self._skills), dict(self._policies)
        if extra is not None:
            skills[extra.name] = extra
            if policy is not None:
                policies[extra.name] = policy
        kit = Kit(
            game=self._config.game,
            skills=skills,
            policies=policies,
            graph=self._graph.to_json(),
            guard=self._guard.guard,
            shield=self._guard.shield,
            game_options=self._config.game_options,
        )
        if extra is None:
            self._kit = kit
        return kit

    def _next_job(self) -> int:
        self._state.jobs += 1
        return self._state.jobs

    def _urgent(self, facts: Mapping[str, int]) -> bool:
        """Whether the guard would interrupt in this state, with something that can be done."""
        return self._guard.request(facts) in self._skills

    def _note_play(self, steps: int, results: Sequence[Execution]) -> None:
        self._budget.spend(steps)
        self._learn_from(results)

    def _learn_from(self, results: Sequence[Execution], *, statistics: bool = True) -> None:
        """Enter executions as evidence; say so when a claim turns out otherwise."""
        for result in results:
            stats = self._graph.stats(result.skill)
            needs = self._graph.belief(result.skill).needs
            for correction in self._graph.record(result):
                self._run.event(
                    "corrected", skill=result.skill, fact=correction.fact, text=correction.sentence
                )
                self._progress.note(f"{result.skill}: {correction.sentence}")
            if not statistics:
                self._graph.set_stats(result.skill, stats)
            if self._graph.belief(result.skill).needs != needs:
                self._graph.set_stats(result.skill, SkillStats())
                self._kit = None

    def _save(self) -> None:
        """Write everything that a resumed session needs."""
        if not self._opened:
            return  # interrupted while loading: what is on disk is more than what is known here
        self._library.folder.mkdir(parents=True, exist_ok=True)
        self._graph.save(self._library.graph_path)
        self._bank.save(self._run.path / "bank.npz")
        self._budget.spend(0)
        self._state.save(self._run.path)

    def _report(self, stopped: str, interrupted: bool) -> PracticeReport:
        skills = self._state.skills
        admitted = tuple(
            {
                "name": name,
                "version": self._skills[name].version if name in self._skills else 1,
                "successes": progress.successes,
                "attempts": progress.attempts,
                "lower_bound": round(wilson(progress.successes, progress.attempts).low, 4),
                "train_steps": progress.train_steps,
            }
            for name, progress in skills.items()
            if progress.status == "admitted"
        )
        abandoned = tuple(
            {"name": name, "reason": progress.reason}
            for name, progress in skills.items()
            if progress.status == "abandoned"
        )
        statuses = [correction.status for correction in self._graph.corrections()]
        meter = self._model.meter
        return PracticeReport(
            run=self._run.name,
            game=self._config.game,
            library=self._config.library,
            seed=self._config.seed,
            steps=self._state.steps,
            minutes=self._budget.seconds / 60,
            admitted=admitted,
            abandoned=abandoned,
            claims={status: statuses.count(status) for status in sorted(set(statuses))},
            calls=meter.calls,
            tokens=meter.usage.input_tokens + meter.usage.output_tokens,
            usd=meter.usd if is_live(self._config.llm) else 0.0,
            stopped=stopped,
            interrupted=interrupted,
        )
