"""The whole product on one machine: central office, kiosk, agent, button terminal, and citizens with real fingers."""
