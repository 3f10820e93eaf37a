"""The network diagram: what is drawn, how it hangs together, where it stands, how it looks."""
