"""The commands, by what they touch. Heavy imports stand inside the commands, so that each starts quickly."""
