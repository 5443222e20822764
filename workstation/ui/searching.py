"""Owns the search field of the top bar: what is typed, the list of hits under it, and going to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


class Searching:
    """The search of a window. ``list`` is made when something is first typed."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.list: Any = None

    def typed(self, words: str) -> None:
        """Show what matches so far."""
        from workstation.ui.searchlist import SearchList

        session = self._window.desk.session
        if session is None:
            return
        if self.list is None:
            self.list = SearchList(self._window, self.chosen)
            self._window.top.search.installEventFilter(self.list)
        self.list.show_hits(self._hits(words), self._window.top.search)

    def _hits(self, words: str) -> list[Any]:
        session = self._window.desk.session
        if session is None or len(words.strip()) < 2:
            return []
        from workstation.app.search import find

        return list(find(session, words.strip()))[:40]

    def entered(self, words: str) -> None:
        """Go to the hit that is marked, else to the first one."""
        marked = self.list.current() if self.list is not None and self.list.isVisible() else None
        hits = [marked] if marked is not None else self._hits(words)
        if not hits:
            self._window.say(tr("Nothing in the case matches “{words}”", words=words[:60]))
            return
        self.chosen(hits[0])

    def chosen(self, hit: Any) -> None:
        """Go to a hit."""
        from workstation.ui import going

        if self.list is not None:
            self.list.hide()
        going.go_hit(self._window, hit)
