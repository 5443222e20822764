"""The list of persons who are not named in a redacted package: kept, changed, removed, taken back."""

from __future__ import annotations

import pytest

from workstation.app.session import Session
from workstation.domain.errors import WorkstationError


def _only(session: Session) -> dict[str, object]:
    (row,) = session.store.rows("person").values()
    return dict(row)


def test_add_edit_remove_and_back(romance: Session) -> None:
    made = romance.run(
        "person.add", name="Anna  Karenina", kind="witness", spellings="Анна Каренина\n\nanna@mail.example"
    )
    assert _only(romance)["spellings"] == "Anna Karenina\nАнна Каренина\nanna@mail.example"
    romance.run("person.edit", person=made.made, kind="suspect")
    assert (_only(romance)["kind"], _only(romance)["name"]) == ("suspect", "Anna  Karenina")
    romance.run("person.edit", person=made.made, name="Anna Oblonskaya", spellings="+7 701 000 44 00")
    assert _only(romance)["spellings"] == "Anna Oblonskaya\n+7 701 000 44 00"
    romance.run("person.remove", person=made.made)
    assert not romance.store.rows("person")
    for _ in range(3):
        romance.undo()
    assert _only(romance)["kind"] == "witness"


@pytest.mark.parametrize("spelling", ["An", "a b", "+1 2"])
def test_a_spelling_that_would_hit_ordinary_words_is_refused(romance: Session, spelling: str) -> None:
    with pytest.raises(WorkstationError, match="too short"):
        romance.run("person.add", name="Anna Karenina", spellings=spelling)
    assert not romance.store.rows("person")


def test_without_persons_the_commands_are_off(romance: Session) -> None:
    assert romance.why_off(romance.commands.get("person.edit")) == "no person is written down"
