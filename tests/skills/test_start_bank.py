import numpy as np
import pytest

from envs.rollout.episode import Start
from skills.errors import LibraryDamaged
from skills.start_bank import StartBank

NAMES = ("wood", "near.table")


def facts(wood: int = 0, near: int = 0) -> np.ndarray:
    return np.array([wood, near], np.int32)


def state(number: int, origin: int | None = None) -> Start:
    return Start(b"state %d" % number, number if origin is None else origin)


def test_matching_covers_every_need():
    bank = StartBank(NAMES)
    bank.add(state(1), facts(3, 0))
    bank.add(state(2), facts(3, 1), "place_table")
    bank.add(state(3), facts(2, 1), "place_table")
    assert bank.matching({"wood": 3}) == [state(1), state(2)]
    assert bank.matching({"wood": 3, "near.table": 1}) == [state(2)]
    assert bank.matching({}, "place_table") == [state(2), state(3)]
    assert bank.matching({"wood": 4}) == []
    assert bank.labels == {"": 1, "place_table": 2}


def test_matching_an_unknown_fact():
    with pytest.raises(ValueError, match=r"knows no fact 'wod'; it was made for: wood, near\.table"):
        StartBank(NAMES).matching({"wod": 1})


def test_a_label_is_bounded_and_keeps_a_uniform_sample():
    kept = np.zeros(40)
    for seed in range(300):
        bank = StartBank(NAMES, capacity=10, seed=seed)
        for i in range(40):
            bank.add(state(i), facts())
        assert len(bank) == 10
        for start in bank.matching({}):
            kept[start.origin] += 1
    # each of the 40 is kept with 1/4: 75 of 300 times expected, standard deviation 7.5
    assert kept.min() > 45
    assert kept.max() < 105


def test_rare_labels_are_not_pushed_out():
    bank = StartBank(NAMES, capacity=5)
    bank.add(state(1000), facts(), "rare")
    for i in range(100):
        bank.add(state(i), facts(), "common")
    assert bank.labels == {"rare": 1, "common": 5}


def test_one_episode_cannot_fill_the_bank():
    bank = StartBank(NAMES, capacity=100, per_origin=3)
    for i in range(20):
        assert bank.add(state(i, origin=7), facts())
    bank.add(state(50, origin=8), facts())
    assert [start.origin for start in bank.matching({})] == [7, 7, 7, 8]


def test_facts_of_another_length():
    with pytest.raises(ValueError, match=r"facts have shape \(3,\); expected \(2,\)"):
        StartBank(NAMES).add(state(1), np.zeros(3, np.int32))
    with pytest.raises(ValueError, match="capacity is 0 and per_origin 4"):
        StartBank(NAMES, capacity=0)


@pytest.mark.parametrize("size", [0, 1, 5])
def test_round_trip(tmp_path, size):
    bank = StartBank(NAMES, capacity=4, per_origin=2)
    for i in range(size):
        bank.add(Start(b"\x00" * i, 2**40 + i), facts(i, 1), f"label {i % 2}")
    bank.save(tmp_path / "bank.npz")
    loaded = StartBank.load(tmp_path / "bank.npz")
    assert loaded.matching({}) == bank.matching({})
    assert loaded.matching({"wood": 2}) == bank.matching({"wood": 2})
    assert (loaded.labels, loaded.fact_names) == (bank.labels, bank.fact_names)
    assert (loaded.capacity, loaded.per_origin) == (4, 2)


def test_a_loaded_bank_goes_on_sampling(tmp_path):
    bank = StartBank(NAMES, capacity=2)
    for i in range(1000):
        bank.add(state(i), facts())
    bank.save(tmp_path / "bank.npz")
    loaded = StartBank.load(tmp_path / "bank.npz")
    # the 1001st state is kept with 2/1001, not with 2/3
    assert sum(loaded.add(state(5000 + i), facts()) for i in range(20)) <= 2


def test_damage_is_noticed_and_leaves_the_file(tmp_path):
    path = tmp_path / "bank.npz"
    bank = StartBank(NAMES)
    bank.add(state(1), facts(3))
    bank.save(path)
    good = path.read_bytes()
    with np.load(path) as file:
        arrays = dict(file)
    arrays["facts"] = arrays["facts"] + 1
    np.savez(path, **arrays)
    with pytest.raises(LibraryDamaged, match=r"bank\.npz does not match its own hash; delete it"):
        StartBank.load(path)
    path.write_bytes(good[: len(good) // 2])
    with pytest.raises(LibraryDamaged, match=r"bank\.npz cannot be read"):
        StartBank.load(path)
    assert path.read_bytes() == good[: len(good) // 2]


def test_pickled_content_is_not_loaded(tmp_path):
    fired = tmp_path / "fired"

    class Bomb:
        def __reduce__(self):
            return (open, (str(fired), "w"))

    np.savez(tmp_path / "bank.npz", meta=np.array([Bomb()], object), digest=np.zeros(32, np.uint8))
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        StartBank.load(tmp_path / "bank.npz")
    assert not fired.exists()


def test_a_missing_bank_is_no_damage(tmp_path):
    with pytest.raises(FileNotFoundError):
        StartBank.load(tmp_path / "bank.npz")
