"""Rule sets: revisions of a campaign's rules, of which one is active (behaviour/campaigns 4)."""
