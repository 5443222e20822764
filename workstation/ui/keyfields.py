"""Owns the fields that ask for the passphrase of the signing key, where something is about to be signed.

Must not sign. Nothing typed here is kept longer than the case is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QLineEdit

from workstation.app import signing
from workstation.domain.errors import WorkstationError
from workstation.ui.dialogs import AskDialog
from workstation.ui.translate import tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.session import Session

_LEAST = 8


class KeyFields:
    """One field for a key that has a passphrase, two for a key that is still to be made, else only a line that says who
    signs."""

    def __init__(self, dialog: AskDialog, form: QFormLayout, session: Session) -> None:
        self._session = session
        self._new = not signing.exists(session)
        self._asks = self._new or not signing.ready(session)
        self.first, self.second, self.third = (self._secret(dialog) for _ in range(3))
        self._keys(dialog, form, session)
        if signing.has_certificate(session):
            self.third.setText(session.certificate_passphrase or "")
            dialog.row(form, tr("Passphrase of your certificate"), self.third)
            self.third.show()

    @staticmethod
    def _secret(dialog: AskDialog) -> QLineEdit:
        field = QLineEdit(dialog)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(tr("Passphrase"))
        field.hide()  # until a row of the form holds it
        return field

    def _keys(self, dialog: AskDialog, form: QFormLayout, session: Session) -> None:
        if not self._asks:
            shown = signing.public(signing.folder(session), session.actor)
            form.addRow(plain(tr("Signed by")), plain(f"{shown.identity}  {shown.fingerprint}", wrap=True))
            return
        if not self._new:
            dialog.row(form, tr("Passphrase of your signing key"), self.first)
            self.first.show()
            return
        dialog.row(form, tr("Passphrase for your signing key"), self.first)
        dialog.row(form, tr("Passphrase again"), self.second)
        self.first.show()
        self.second.show()
        form.addRow(
            plain(tr("Your key is made now. Without a passphrase, whoever has this laptop can sign as you."),
                  dim=True, small=True, wrap=True)
        )  # fmt: skip

    def wrong(self) -> str:
        """Why it cannot be signed like this, or an empty text; an accepted passphrase opens the key from now on."""
        return self._wrong_key() or self._wrong_certificate()

    def _wrong_certificate(self) -> str:
        if not signing.has_certificate(self._session):
            return ""
        before, self._session.certificate_passphrase = self._session.certificate_passphrase, self.third.text() or None
        try:
            signing.certificate(self._session)
        except WorkstationError as problem:
            self._session.certificate_passphrase = before
            return str(problem)
        return ""

    def _wrong_key(self) -> str:
        typed = self.first.text()
        if not self._asks:
            return ""
        if self._new and not typed and not self.second.text():
            return ""
        if self._new and len(typed) < _LEAST:
            return tr("A passphrase needs at least 8 signs.")
        if self._new and typed != self.second.text():
            return tr("The two passphrases differ.")
        before, self._session.key_passphrase = self._session.key_passphrase, typed
        try:
            signing.signer(self._session)
        except WorkstationError as problem:
            self._session.key_passphrase = before
            return str(problem)
        return ""
