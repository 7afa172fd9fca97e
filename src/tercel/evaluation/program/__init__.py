"""An application's campaigns, compiled and indexed: what an evaluation runs."""
