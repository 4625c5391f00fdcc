"""FEED: everything that came in, in one order, for those who take it over. Judges nothing."""
