"""The Debian package that puts a kiosk on a machine. Knows where files go, not what they do; runs on no kiosk."""
