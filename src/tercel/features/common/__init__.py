"""What every feature shares: who calls, pages of lists, revisions, checks of texts and attributes."""
