"""Which object is told of circuit evaluations: the innermost of its class, in its own thread."""

from __future__ import annotations

import threading

from qdiffgui.engine.observer import Observer


class One(Observer):
    pass


class Other(Observer):
    pass


def test_the_innermost_of_its_class_is_active_and_the_outer_one_afterwards() -> None:
    assert One.active() is None
    with One() as outer, Other() as other:
        assert (One.active(), Other.active()) == (outer, other)
        with One() as inner:
            assert (One.active(), Other.active()) == (inner, other)
        assert One.active() is outer
    assert (One.active(), Other.active()) == (None, None)


def test_an_error_ends_it_and_other_threads_do_not_see_it() -> None:
    seen: list[One | None] = []
    try:
        with One():
            thread = threading.Thread(target=lambda: seen.append(One.active()))
            thread.start()
            thread.join()
            raise ValueError
    except ValueError:
        assert One.active() is None
    assert seen == [None]
