"""One pool of workers for everything that is played in other processes.

    cores: how many cores there are, and how many of them a worker's libraries use
    interrupts: ctrl-C goes to every process of a terminal; worker processes leave it to their parent
    local: A pool of one worker that is this process; nothing survives a crash
    pool: what every pool of workers can do, wherever the workers run
    processes: A pool of processes on this machine, restarted when they die
    servant: what a worker works with, and what comes back from it
    serve: what runs in a worker's process

Not here: what the workers do: they step games (`envs.rollout.vector`), play jobs (`agent.play.jobs`) or
evaluation episodes (`agent.evaluation`).
"""
