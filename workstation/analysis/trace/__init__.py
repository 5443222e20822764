"""Tracing of money by named methods, exactly as the binding semantics (version 1) say: pure functions, no case file."""
