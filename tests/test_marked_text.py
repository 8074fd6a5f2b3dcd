"""Passages in pieces: whatever spans nest and overlap, no character is lost and each knows what covers it."""

import random

from kgpub.marked_text import LANES, Piece, Stretch, pieces_of


def test_any_spans_leave_the_words_as_they_are_and_cover_the_same_characters() -> None:
    chance = random.Random(3)  # noqa: S311 (no secret)
    passage = "Ünï 🏡 <b> & e\u0301 words of a line"
    for _ in range(300):
        stretches = []
        for number in range(1, chance.randrange(1, 8)):
            start = chance.randrange(-2, len(passage))
            stretches.append(Stretch(start, start + chance.randrange(0, 14), "claim", number))
        pieces = pieces_of(passage, stretches)
        assert "".join(piece.words for piece in pieces) == passage
        inside = [each for each in stretches if 0 <= each.start < each.end <= len(passage)]
        at = 0
        for piece in pieces:
            covering = [each for each in inside if each.start <= at < each.end]
            assert len(piece.lanes) == min(len(covering), len(set(piece.lanes)))
            assert bool(piece.lanes) == bool(covering)
            if len(covering) <= 2:
                assert len(piece.lanes) == len(covering)  # two that overlap lie on two lines
            assert piece.begins == tuple(sorted(each.number for each in inside if each.start == at))
            assert all(lane < LANES for lane in piece.lanes)
            at += len(piece.words)


def test_a_name_inside_another_is_the_narrower_one() -> None:
    pieces = pieces_of(
        "the court of appeal", [Stretch(0, 19, "mention", about="a"), Stretch(4, 9, "mention", about="b")]
    )
    assert [(piece.words, piece.about) for piece in pieces] == [("the ", "a"), ("court", "b"), (" of appeal", "a")]


def test_a_cue_is_told_from_what_it_is_about() -> None:
    pieces = pieces_of("Ada says so", [Stretch(0, 8, "cue"), Stretch(4, 11, "claim", 1)])
    assert pieces == (
        Piece("Ada ", is_cue=True),
        Piece("says", (0,), (1,), is_cue=True),
        Piece(" so", (0,)),
    )


def test_a_passage_without_spans_is_one_piece() -> None:
    assert pieces_of("so", []) == (Piece("so"),)
