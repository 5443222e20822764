"""Owns how the window writes times and amounts: UTC or the zone of the case, exact or short. Display only."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from workstation.domain.amounts import Asset, short
from workstation.ui.guard import guard
from workstation.ui.translate import tr


@guard
class Display(QObject):
    """The two display switches of the status bar, shared by all panels."""

    changed = Signal()

    def __init__(self, zone: str = "UTC", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.case_zone = zone
        self.use_case_zone = False
        self.exact = True

    @property
    def zone_name(self) -> str:
        """The zone times are shown in."""
        return self.case_zone if self.use_case_zone else "UTC"

    def toggle_zone(self) -> None:
        """UTC to the zone of the case and back."""
        self.use_case_zone = not self.use_case_zone
        self.changed.emit()

    def toggle_exact(self) -> None:
        """Exact to short amounts and back."""
        self.exact = not self.exact
        self.changed.emit()

    def time(self, seconds: int | None) -> str:
        """A time with its offset, or ``not stated``."""
        if seconds is None:
            return tr("not stated")
        moment = datetime.fromtimestamp(seconds, UTC)
        if self.use_case_zone:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # the window starts without it

            try:
                local = moment.astimezone(ZoneInfo(self.case_zone))
            except (ZoneInfoNotFoundError, ValueError):
                return moment.strftime("%Y-%m-%d %H:%M:%S Z")
            offset = local.strftime("%z")
            return local.strftime("%Y-%m-%d %H:%M:%S ") + f"{offset[:3]}:{offset[3:]}"
        return moment.strftime("%Y-%m-%d %H:%M:%S Z")

    def amount(self, units: int | None, asset: Asset, absent: str | None = None) -> str:
        """An amount without its symbol: all decimals, or the short form; the reason when there is none."""
        if units is None:
            return tr(absent or "unknown")
        return asset.written(units, group=",") if self.exact else short(units, asset.decimals)


def time_width_sample() -> str:
    """The widest text the time column must hold."""
    return "2026-08-28 08:28:28 +08:88"
