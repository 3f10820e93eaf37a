"""The loop: steps, epochs, checkpoints; one process or several, from the start or from a stop.

Requirements met here: a run that was stopped and goes on gives the same weights, to the bit, as
one that never stopped; what is on disk is whole at every moment; several processes do what one
would do.
"""
