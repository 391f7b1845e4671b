"""The pool of workers, for everything that is played side by side.

    cluster: the same pool over Ray
    cores: cores available, and threads of the libraries that compute
    interrupts: worker processes leave Ctrl-C to their parent
    local: a pool whose one worker is this process
    opening: processes of this machine, or workers on a cluster
    pool: `WorkerPool`, what every pool can do
    processes: a pool of processes on this machine, restarted when they die
    remarks: what is said while a call is under way
    servant: the object that a worker serves, and what comes back from it
    serve: the main loop of a worker process
    threads: a pool in a thread beside this one, for compiled code

Not here: what the workers do: they step games (`envs.rollout.vector`), play jobs (`agent.play.jobs`) or
evaluation episodes (`agent.evaluation`).
"""
