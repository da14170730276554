"""The rate budget of one process: never more calls than a vendor allows, and no more waiting."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import Heard, LocalBudget, Rate, Remaining, share, within


@dataclass
class Seconds:
    """A clock that moves when told."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def from_headers(limit: str, headers: Mapping[str, str]) -> Heard:
    """A vendor's way of telling what is left, and how much there is."""
    rate = Rate(int(headers["max"]), per_s=10) if "max" in headers else None
    if limit != "default" or "left" not in headers:
        return Heard(rate=rate)
    return Heard(Remaining(int(headers["left"]), float(headers["resets-in"])), rate)


def test_calls_inside_the_limit_do_not_wait() -> None:
    """As many calls as the rate allows go at once."""
    budget = LocalBudget({"default": Rate(3, per_s=10)}, clock=Seconds())

    assert [budget.take("default") for _ in range(3)] == [0, 0, 0]


def test_the_next_call_waits_until_the_window_moved_on() -> None:
    """One call too many is told when the oldest one leaves the window."""
    clock = Seconds()
    budget = LocalBudget({"default": Rate(2, per_s=10)}, clock=clock, longest_wait_s=60)
    budget.take("default")
    clock.now += 4
    budget.take("default")

    assert budget.take("default") == 6


def test_waiting_callers_queue_up_behind_each_other() -> None:
    """Calls that wait have booked their place: the second waits a window longer."""
    budget = LocalBudget({"default": Rate(1, per_s=10)}, clock=Seconds(), longest_wait_s=60)

    assert [budget.take("default") for _ in range(3)] == [0, 10, 20]


def test_a_call_that_is_given_up_takes_nothing() -> None:
    """Asking in vain any number of times does not push later calls back."""
    clock = Seconds()
    budget = LocalBudget({"default": Rate(1, per_s=10)}, clock=clock, longest_wait_s=2)
    budget.take("default")

    assert [budget.take("default") for _ in range(50)] == [10] * 50
    clock.now += 10
    assert budget.take("default") == 0


def test_limit_classes_do_not_share() -> None:
    """A used-up search limit leaves the default limit alone."""
    budget = LocalBudget(
        {"default": Rate(1, per_s=10), "search": Rate(1, per_s=1)}, clock=Seconds()
    )
    budget.take("search")

    assert budget.take("default") == 0


def test_a_class_without_a_rate_never_waits() -> None:
    """Only stated limits hold back."""
    budget = LocalBudget({}, clock=Seconds())

    assert [budget.take("other") for _ in range(1000)] == [0] * 1000


def test_what_the_vendor_counts_holds_us_back() -> None:
    """Others used the account: only the calls that are left go, the next waits for the reset."""
    clock = Seconds()
    budget = LocalBudget({"default": Rate(100, per_s=10)}, from_headers, clock)
    budget.learn("default", {"left": "2", "resets-in": "7"})

    assert [budget.take("default") for _ in range(3)] == [0, 0, 7]
    clock.now += 7
    assert budget.take("default") == 0


def test_answers_out_of_order_do_not_raise_what_is_left() -> None:
    """An older answer with more left, arriving late, changes nothing."""
    budget = LocalBudget({}, from_headers, Seconds())
    budget.learn("default", {"left": "1", "resets-in": "7"})
    budget.learn("default", {"left": "50", "resets-in": "7"})

    assert [budget.take("default") for _ in range(2)] == [0, 7]


def test_a_vendor_that_says_none_left_longer_is_believed() -> None:
    """A refusal during a window moves the reset to what the refusal says."""
    clock = Seconds()
    budget = LocalBudget({}, from_headers, clock)
    budget.learn("default", {"left": "5", "resets-in": "7"})
    clock.now += 6
    budget.learn("default", {"left": "0", "resets-in": "30"})

    assert budget.take("default") == 30


def test_headers_that_say_nothing_are_ignored() -> None:
    """An answer without limit headers leaves the count as it was."""
    budget = LocalBudget({}, from_headers, Seconds())
    budget.learn("default", {"content-type": "text/html"})

    assert budget.take("default") == 0


def test_the_vendor_knows_better_how_much_it_allows() -> None:
    """A smaller limit in the headers counts; a larger one does not undo the admin's."""
    budget = LocalBudget({"default": Rate(4, per_s=10)}, from_headers, Seconds())
    budget.learn("default", {"max": "2"})
    assert [budget.take("default") for _ in range(3)] == [0, 0, 10]

    budget = LocalBudget({"default": Rate(1, per_s=10)}, from_headers, Seconds())
    budget.learn("default", {"max": "2"})
    assert [budget.take("default") for _ in range(2)] == [0, 10]


def test_whoever_may_use_a_part_leaves_the_rest_to_others() -> None:
    """With three quarters booked the part waits; what is left goes at once to the whole."""
    budget = LocalBudget({"default": Rate(4, per_s=10)}, clock=Seconds())
    with within(0.75):
        assert [budget.take("default") for _ in range(4)] == [0, 0, 0, 10]

    assert [budget.take("default") for _ in range(2)] == [0, 10]


def test_no_part_is_larger_than_the_one_around_it() -> None:
    """A job that may use everything still leaves to alerts what its lane leaves them."""
    with within(0.95), within(1.0):
        assert share() == 0.95
    with within(0.95), within(0.5):
        assert share() == 0.5
    assert share() == 1.0


@given(
    calls=st.integers(1, 5),
    per_s=st.integers(1, 10),
    gaps=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([0.4, 0.8, 1.0])), min_size=1, max_size=60
    ),
)
def test_no_window_ever_holds_more_calls_than_allowed(
    calls: int, per_s: int, gaps: list[tuple[int, float]]
) -> None:
    """Whenever callers come, any `per_s` seconds see at most `calls` calls made."""
    clock = Seconds()
    budget = LocalBudget({"default": Rate(calls, per_s)}, clock=clock, longest_wait_s=3)
    made: list[float] = []
    for gap, part in gaps:
        clock.now += gap
        with within(part):
            wait_s = budget.take("default")
        if wait_s <= 3:
            made.append(clock.now + wait_s)

    made.sort()
    assert all(late - early >= per_s for early, late in zip(made, made[calls:], strict=False))


def test_threads_share_one_count() -> None:
    """Many threads together get no more calls than the rate allows."""
    budget = LocalBudget({"default": Rate(40, per_s=10)}, clock=Seconds())
    waits: list[float] = []
    threads = [
        threading.Thread(target=lambda: waits.extend(budget.take("default") for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(waits) == [0] * 40 + [10] * 120
