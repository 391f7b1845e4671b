"""Several skills in one training: in turn within an episode, or each in games of its own.

    director: policy over skills and options as the director of joint practice
    networks: one network that is told the skill, or one per skill
    ppo: PPO with rewards, advantages and successes per skill
    routed_policy: several skills' networks as one policy, run with numpy
    spec: the specification, without torch
    train: `train_joint`

Not here: which skills are trained together and for how long (`agent.practice.joint_stage`), stepping the
games (`envs.rollout.joint_batch`).
"""
