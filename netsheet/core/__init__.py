"""Values that everything else is made of: numbers, shapes, graphs, conventions, spans, errors.

Requirements met here: standard library only, and nothing of netsheet's other packages.
"""
