"""Owns what a package holds of plugins: kept runs as the case seals them, files they wrote, and the code that ran.

Runs: ``data/plugins/run-0001.json``; their files: ``data/plugins/files/SHA256.bin``; code: ``data/reproduce/plugins/SHA256.zip``,
each named by its own bytes. Must not change a byte of any and must not import or unpack code.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from workstation.evidence.bundle import Bundle


def write_plugins(bundle: Bundle, data: Path) -> None:
    """Write runs, files and code of plugins into the payload folder."""
    runs, files, code = data / "plugins", data / "plugins" / "files", data / "reproduce" / "plugins"
    for folder in (files, code):
        folder.mkdir(parents=True, exist_ok=True)
    for run in bundle.plugin_runs:
        (runs / f"run-{run.number:04d}.json").write_bytes(run.record.encode())
    for content in bundle.plugin_files:
        (files / f"{hashlib.sha256(content).hexdigest()}.bin").write_bytes(content)
    for plugin in bundle.plugins:
        if plugin.archive:
            (code / f"{plugin.sha256}.zip").write_bytes(plugin.archive)
