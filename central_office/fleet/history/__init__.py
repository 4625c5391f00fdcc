"""HISTORY: what changed at each kiosk, hour by hour, and no finer. Keeps no heartbeat and knows no answer."""
