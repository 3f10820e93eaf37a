"""Weights: tensors from files, and which of them belongs where in a network."""
