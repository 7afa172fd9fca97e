"""The compiler: from a checked tree to closures, with shortcuts for common shapes."""
