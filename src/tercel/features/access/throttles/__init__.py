"""Who asks too often: counts that the processes of one server share, and what is counted with them."""
