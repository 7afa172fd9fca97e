"""The commands of README.md, run in their order as a stranger runs them."""
