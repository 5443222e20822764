"""Owns the dialogs that hand a case to a colleague and take one over."""
