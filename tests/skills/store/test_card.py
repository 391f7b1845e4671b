from skills.skill import Effects, FocusRecord, Lineage, OptionCode, PolicyRecord, Skill, SkillStats
from skills.store.card import skill_card


def test_a_card_says_everything():
    card = skill_card(
        Skill(
            name="collect_stone",
            version=3,
            game="toy",
            kind="act",
            description="Collect a stone.",
            effects=Effects(requires={"near.rock": 1}, holds={"pick": 1}, obtains={"stone": 1}),
            focus=FocusRecord(seek=("rock",), explore="anywhere"),
            reward="def reward(before, after):\n    return 1\n",
            option=OptionCode(termination="def termination(start, facts, steps): return False"),
            policy=PolicyRecord(kind="learned", sha256="a" * 64),
            stats=SkillStats(successes=8, failures=2, unclear=1, steps=125),
            lineage=Lineage(run="run-1", train_steps=40_000, seed=7, answers=("x1",), source="recorded"),
        )
    )
    for line in (
        "# collect_stone (version 3)",
        "Collect a stone.",
        "| needs, and keeps | 1 near.rock |",
        "| needs in hand | 1 pick |",
        "| uses up | nothing |",
        "| gives | 1 stone |",
        "| worked | 8/10 = 80% (95%: 49% to 94%), 1 unclear; 12.5 steps on average |",
        "| looks for | rock; explores anywhere |",
        "| actions from | a trained network (sha256 aaaaaaaaaaaa) |",
        "def reward(before, after):",
        "def termination(start, facts, steps): return False",
        "- trained for 40,000 game steps, seed 7, starting from nothing",
        "- run: run-1",
        "- model answers: x1 (recorded)",
    ):
        assert line in card.splitlines()


def test_a_card_of_a_new_scripted_skill_with_code_fences_in_its_reward():
    skill = Skill(
        name="wait",
        game="toy",
        kind="act",
        description="Wait.",
        effects=Effects(obtains={"wood": 1}),
        reward="# ```\n",
        policy=PolicyRecord(kind="scripted", action="noop", until=True),
    )
    lines = skill_card(skill).splitlines()
    assert "| worked | not tried yet |" in lines
    assert "| actions from | the action noop, repeated |" in lines
    assert lines[lines.index("## Reward") + 2 :][:3] == ["````python", "# ```", "````"]
    assert "## Option" not in lines


def test_a_card_tells_what_must_be_seen():
    skill = Skill(
        name="stand", game="toy", kind="act", description="Stand somewhere.", claim="a rock | a tree",
        effects=Effects(), policy=PolicyRecord(kind="scripted", action="noop"),
    )  # fmt: skip
    assert "| done when it is seen that | a rock \\| a tree |" in skill_card(skill)
    assert Skill.model_validate_json(skill.model_dump_json()).claim == skill.claim
