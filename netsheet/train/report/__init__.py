"""The report of a run: one page with curves, confusion matrix and worst mistakes."""
