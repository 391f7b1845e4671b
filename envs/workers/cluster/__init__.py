"""The pool of workers over Ray: on this machine, on a cluster that runs here, or on one far away.

    address: what may be given as a cluster, without Ray
    connection: Ray started or found, once per process; and left again
    actor: what a worker of Ray holds: the host of a servant
    ray_pool: `RayPool`, the pool itself
    faults: what goes wrong on a cluster, in words
    places: room on the cluster for workers that belong together
    resources: what the cluster has, for people

Not here: anything that decides what is played where; Ray places workers. Nothing here but `address` is
imported where no cluster is asked for.
"""
