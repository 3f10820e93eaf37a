"""Networks realised on torch, and run on real pictures: the only package that imports torch."""
