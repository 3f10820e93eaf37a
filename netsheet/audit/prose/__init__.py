"""Arithmetic in prose: products, shapes, convolutions, ratios and counts, found and judged.

text.py makes lines of a Markdown, HTML, LaTeX or plain document; tokens.py cuts them into signs and
numbers in one pass; expression.py reads sums of products, with bounds and without eval; the other
modules each find one form of claim. False alarms are worse than misses: whatever is not surely a
claim is left alone, and whatever is not surely false is not called so.
"""
