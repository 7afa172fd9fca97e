"""What an outcome writes: entries, counters, attributes, codes and events; and how it is taken back."""
