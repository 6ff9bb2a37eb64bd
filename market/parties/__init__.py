"""Who takes part: organisations and persons (parties), the users who act for them, their sign-ins, and brokers."""
