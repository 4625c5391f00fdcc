"""The kiosk's doctor: looks at the machine from outside, says what is wrong and what to do. Imports nothing of ours."""
