"""The method workbench: kept trace runs, methods side by side, steps in plain language."""
