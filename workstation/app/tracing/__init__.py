"""Tracing on a case: ledgers of the engine from the case, questions, runs, kept records, exposure and flow."""
