"""Short queries take turns, and nobody waits for long."""

import asyncio
import time

from kgpub.turns import SHORT_SECONDS, Turns
from kgpub.waiting import Requests


async def never_gone() -> None:
    await asyncio.Event().wait()


async def asked(turns: Turns) -> object:
    return await Requests().run(turns.take, until_gone=never_gone)


def test_the_next_one_has_its_turn_when_one_is_given_back() -> None:
    async def act() -> list[str]:
        turns, order = Turns(1), []
        first = await asked(turns)

        async def wait(name: str) -> None:
            turn = await asked(turns)
            order.append(name)
            turns.give_back(turn)

        waiting = [asyncio.create_task(wait(name)) for name in ("second", "third")]
        await asyncio.sleep(0)
        order.append("first")
        turns.give_back(first)
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(act()) == ["first", "second", "third"]


def test_as_many_as_are_allowed_have_their_turn_at_once() -> None:
    async def act() -> float:
        turns = Turns(3)
        begun = time.perf_counter()
        for _ in range(3):
            await asked(turns)
        return time.perf_counter() - begun

    assert asyncio.run(act()) < SHORT_SECONDS


def test_a_query_that_lasts_makes_room() -> None:
    async def act() -> tuple[float, float]:
        turns = Turns(1)
        await asked(turns)
        begun = time.perf_counter()
        await asked(turns)
        waited = time.perf_counter() - begun
        await asyncio.sleep(2 * SHORT_SECONDS)
        begun = time.perf_counter()
        await asked(turns)
        return waited, time.perf_counter() - begun

    waited, at_once = asyncio.run(act())
    assert SHORT_SECONDS * 0.9 < waited < SHORT_SECONDS + 0.5
    assert at_once < SHORT_SECONDS


def test_whoever_is_gone_is_not_waited_for() -> None:
    async def act() -> None:
        turns = Turns(1)
        first = await asked(turns)
        gone, next_one = (asyncio.create_task(asked(turns)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        turns.give_back(first)
        turns.give_back(first)
        await next_one

    asyncio.run(act())


def test_where_there_is_no_event_loop_nobody_waits() -> None:
    turns = Turns(1)
    begun = time.perf_counter()
    for _ in range(100):
        turns.take()
    assert time.perf_counter() - begun < 50 * SHORT_SECONDS
