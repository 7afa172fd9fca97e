"""What several commands share: options, progress, and how a failure is told."""
