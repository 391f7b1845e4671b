"""What the prompts ask for, as strict pydantic models: one reply model per prompt.

    form: what all replies have in common: their form, names, counts and code
    goals: a goal as facts, or as a policy over skills
    judging: what can be seen of an attempt
    preferences: which events are better
    skills: one skill: what it needs and gives, its reward, when it starts and stops; guard and shield
    tasks: what is worth learning, where, in which order, and what it is called

Not here: how replies are read out of texts (`agent.llm.parse`).
"""

from agent.llm.replies.form import NO_REPLY, Reply, reply_signature
from agent.llm.replies.goals import GoalFacts, SkillPolicy, TrainingPolicy
from agent.llm.replies.judging import AttemptArgument, AttemptJudgement, ClaimCriteria, DebatedJudgement
from agent.llm.replies.preferences import EventGrades, EventPreference
from agent.llm.replies.skills import Guards, OptionTest, Shield, SkillEffects, SkillOption, SkillReward
from agent.llm.replies.tasks import ArenaChoices, ChainName, NextSkill, ProposedTask, TaskChain, TaskProposals

__all__ = [
    "NO_REPLY",
    "REPLIES",
    "ArenaChoices",
    "AttemptArgument",
    "AttemptJudgement",
    "ChainName",
    "ClaimCriteria",
    "DebatedJudgement",
    "EventGrades",
    "EventPreference",
    "GoalFacts",
    "Guards",
    "NextSkill",
    "OptionTest",
    "ProposedTask",
    "Reply",
    "Shield",
    "SkillEffects",
    "SkillOption",
    "SkillPolicy",
    "SkillReward",
    "TaskChain",
    "TaskProposals",
    "TrainingPolicy",
    "reply_signature",
]

REPLIES: dict[str, type[Reply]] = {
    reply.__name__: reply
    for reply in (
        TaskProposals,
        SkillEffects,
        SkillReward,
        SkillOption,
        Guards,
        Shield,
        ArenaChoices,
        GoalFacts,
        TaskChain,
        SkillPolicy,
        TrainingPolicy,
        OptionTest,
        EventGrades,
        EventPreference,
        NextSkill,
        ChainName,
        ClaimCriteria,
        AttemptJudgement,
        DebatedJudgement,
        AttemptArgument,
    )
}
"""Reply models by the name that prompts use."""
