"""Facts on demand: hover card, edge card, QR code, counterparties. Must not change the case."""
