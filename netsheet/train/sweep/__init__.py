"""Many trainings of one network: a grid of choices, several seeds, one journal.

Requirements met here: a sweep is killed and goes on: what is done stays done, and a training that
was under way goes on from its last checkpoint; how trainings are spread over processes or machines
is an executor's business, and makes no difference to what each gives.
"""
