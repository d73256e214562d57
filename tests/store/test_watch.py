"""When a worker is given up: by what was seen of it, not by what any clock says."""

from runtime.models.ids import uuid7
from runtime.store.watch import Watch

LEASE, GRACE = 15.0, 0.9
OTHER = uuid7()


class Looks:
    """One who looks at another worker at moments of a steady clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.watch = Watch(LEASE, lambda: self.now)

    def at(self, seconds: float, *, missing: bool) -> bool:
        self.now = 100.0 + seconds
        self.watch.look(self)
        return self.watch.missed(OTHER, missing, GRACE)


def test_a_sign_that_stays_away_is_a_death() -> None:
    looks = Looks()
    assert [looks.at(at, missing=True) for at in (0.0, 0.5, 1.0)] == [False, False, True]


def test_a_sign_that_comes_back_was_only_a_lost_session() -> None:
    looks = Looks()
    assert not looks.at(0.0, missing=True)
    assert not looks.at(0.5, missing=False)
    assert not looks.at(1.0, missing=True)


def test_a_lease_that_stands_still_for_its_length_is_silence() -> None:
    looks = Looks()
    seen = []
    for _ in range(40):
        looks.now += 0.5
        looks.watch.look(looks)
        seen.append(looks.watch.silent(OTHER, "the same"))
    assert seen.index(True) * 0.5 > LEASE - 0.5


def test_a_lease_that_moves_is_life_whatever_it_says() -> None:
    looks = Looks()
    for step in range(40):
        looks.now += 0.5
        looks.watch.look(looks)
        assert not looks.watch.silent(OTHER, f"an hour ago, and {step // 10}")


def test_who_did_not_look_for_a_while_knows_nothing_of_that_time() -> None:
    looks = Looks()
    looks.watch.look(looks)
    assert not looks.watch.silent(OTHER, "the same")
    looks.now += 2 * LEASE
    looks.watch.look(looks)
    assert not looks.watch.silent(OTHER, "the same")
