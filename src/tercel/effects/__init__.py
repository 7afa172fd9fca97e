"""What can happen: one tagged struct per effect, grouped by family. Pure."""
