"""THE COUNTER'S OWN PAGE: an officer prints slips that invite to answer. It never sees an answer, and sends nothing."""
