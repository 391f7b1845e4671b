"""Readers of foreign bytes under a coverage-guided fuzzer, and the inputs that it found worth keeping.

    __main__: ``python -m tests.fuzz``: the lane, all targets one after the other
    corpus: inputs, one folder a target; `test_corpus` runs them in every test run
    fuzzer: one target under the fuzzer
    targets: what is fuzzed, and which errors a reader may answer with

Not here: what the readers make of good input; that is tested beside each of them.
"""
