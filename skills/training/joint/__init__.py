"""Several skills in one training, one after the other inside an episode or side by side.

    director: policy over skills and options as what directs joint practice
    networks: one network that is told the skill, or one for each; either way a skill's own network can be
        taken out
    ppo: PPO with rewards, advantages and successes kept apart, skill by skill
    routed_policy: several skills' networks as one policy, run with numpy
    spec: what a training of several skills is told and returns; free of torch
    train: `train_joint`: several skills inside an episode, or side by side; one policy file for each

Not here: why skills are trained in common and for how long (`agent.practice.joint_stage`), stepping the
games (`envs.rollout.joint_batch`).
"""
