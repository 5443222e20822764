"""Owns the first page of the wizard: which service, by which profile, in which language. Must not compute anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QVBoxLayout, QWidget

from workstation.app.freeze.ask import Ask
from workstation.app.freeze.fields import LANGUAGES
from workstation.ui.freeze import words
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.translate import tr
from workstation.ui.widgets import card, plain, section

if TYPE_CHECKING:
    from workstation.app.freeze.profiles import Profile


@guard
class ServicePage(QWidget):
    """Service, profile and language. ``serviced`` and ``profiled`` are called when the one or the other is another."""

    def __init__(
        self, start: Ask, services: Sequence[tuple[str, str]], profiles: Mapping[str, Profile],
        serviced: Callable[[], object], profiled: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__()
        self._profiles, self._serviced, self._profiled = profiles, serviced, profiled
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(14)
        column.addLayout(form)
        self.service, self._profile, self._language = QComboBox(), QComboBox(), QComboBox()
        self.service.setEditable(True)
        self.service.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.service.addItem("", "")
        for key, name in services:
            self.service.addItem(cell(name), key)
        done = self.service.completer()
        if isinstance(done, QCompleter):
            done.setFilterMode(Qt.MatchFlag.MatchContains)
            done.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        edit = self.service.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(tr("choose one, or type an address, a label, an entity or a token contract"))
        for key, profile in profiles.items():
            self._profile.addItem(cell(profile.name), key)
        tongues = {"en": tr("English"), "it": tr("Italian"), "ru": tr("Russian"), "kk": tr("Kazakh")}
        for code in LANGUAGES:
            self._language.addItem(tongues[code], code)
        for label, box in (
            (tr("Service"), self.service), (tr("Profile"), self._profile), (tr("Language of the letter"), self._language),
        ):  # fmt: skip
            box.setAccessibleName(label)
            shown = plain(label)
            shown.setBuddy(box)
            form.addRow(shown, box)
        frame, inner = card()
        inner.addWidget(section(tr("This profile")))
        self.about = plain("", wrap=True)
        inner.addWidget(self.about)
        column.addSpacing(6)
        column.addWidget(frame)
        column.addWidget(
            plain(tr("Profiles are shapes. Read the present guide of the service before you send anything."), dim=True,
                  small=True, wrap=True)
        )  # fmt: skip
        column.addStretch(1)
        self._begin(start)
        self.service.currentTextChanged.connect(lambda _: self._other_service())
        self._profile.currentIndexChanged.connect(lambda _: self._other_profile())
        self._language.currentIndexChanged.connect(lambda _: self._profiled_same())
        self._said = self.chosen()

    def _begin(self, start: Ask) -> None:
        at = self.service.findData(start.service) if start.service else 0
        if at >= 0:
            self.service.setCurrentIndex(at)
        else:
            self.service.setCurrentText(start.service)
        self._profile.setCurrentIndex(max(0, self._profile.findData(start.profile)))
        if start.service.startswith("contract:") and not start.language:
            self._fitting_profile()
        self._language.setCurrentIndex(max(0, self._language.findData(start.language or self._now().language)))
        self._tell()

    def _now(self) -> Profile:
        return self._profiles[self.profile()]

    def chosen(self) -> str:
        """What was chosen or typed as service."""
        typed = self.service.currentText().strip()
        at = self.service.findText(typed, Qt.MatchFlag.MatchFixedString)
        return str(self.service.itemData(at)) if typed and at >= 0 else typed

    def profile(self) -> str:
        """Key of the profile."""
        return str(self._profile.currentData())

    def language(self) -> str:
        """Code of the language of the letter."""
        return str(self._language.currentData())

    def _other_service(self) -> None:
        if self.chosen() == self._said:
            return
        self._said = self.chosen()
        self._fitting_profile()
        self._serviced()

    def _fitting_profile(self) -> None:
        """An issuer is asked by a profile of its kind, an exchange by one of its own."""
        kind = "issuer" if self.chosen().startswith("contract:") else "exchange"
        if self._now().kind != kind:
            fitting = [key for key, each in self._profiles.items() if each.kind == kind]
            wanted = "generic" if "generic" in fitting else next(iter(fitting), self.profile())
            self._profile.setCurrentIndex(self._profile.findData(wanted))

    def _other_profile(self) -> None:
        self._language.setCurrentIndex(max(0, self._language.findData(self._now().language)))
        self._tell()
        self._profiled()

    def _profiled_same(self) -> None:
        self._tell()

    def _tell(self) -> None:
        profile, names = self._now(), words.names()
        told = [
            profile.about,
            tr("How to send it: {submit}.", submit=profile.submit.rstrip(".")) if profile.submit else "",
        ]
        told.append({
            "yes": tr("It tells its customer unless an order forbids it."), "no": tr("It does not tell its customer."),
        }.get(profile.notifies_user, tr("It is not known whether it tells its customer.")))  # fmt: skip
        told.append(tr("It asks for: {fields}.", fields=", ".join(names[name] for name in profile.required).lower()))
        self.about.setText("\n".join(filter(None, told)))
