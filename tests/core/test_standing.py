"""What follows from rights alone is found out once, and for nobody who has others."""

from dataclasses import replace

import pytest

from core.context import Context, Grants
from core.standing import standing


def test_it_is_found_out_once_for_the_same_rights_and_modules(context: Context) -> None:
    asked: list[str] = []

    @standing
    def verbs(turn: Context, entity: str) -> list[str]:
        asked.append(entity)
        return [verb for verb in ("see", "edit") if turn.can(entity, verb)]

    turn = replace(context, grants=Grants(verbs={"core.tag": {"see": "all"}}))
    assert verbs(turn, "core.tag") is verbs(replace(turn, source="api"), "core.tag")
    assert (verbs(turn, "core.tag"), verbs(turn, "core.source")) == (["see"], [])
    assert asked == ["core.tag", "core.source"]


def test_other_rights_other_modules_and_nobody_are_asked_for_themselves(context: Context) -> None:
    @standing
    def said(turn: Context) -> tuple[bool, int, bool]:
        return turn.can("core.tag", "see"), len(turn.active), turn.user is None

    turn = replace(context, grants=Grants(verbs={"core.tag": {"see": "all"}}))
    assert turn.user is not None
    assert said(turn) == (True, len(turn.active), False)
    assert said(replace(turn, grants=Grants())) == (False, len(turn.active), False)
    assert said(replace(turn, active=frozenset())) == (True, 0, False)
    assert said(replace(turn, user=None)) == (True, len(turn.active), True)


def test_of_many_answers_the_oldest_is_found_out_again(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.standing.MOST", 2)
    asked: list[str] = []

    @standing
    def noted(_turn: Context, name: str) -> str:
        asked.append(name)
        return name

    turn = replace(context, grants=Grants())
    for name in ("one", "two", "three", "three", "two", "one"):
        assert noted(turn, name) == name
    assert asked == ["one", "two", "three", "one"]
