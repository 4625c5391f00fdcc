"""PROMISE AND DELIVERY: the outbox that keeps every answer, and the agent that takes it to the centre exactly once."""
