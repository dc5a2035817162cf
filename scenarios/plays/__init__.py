"""One module a scenario or family of scenarios; each declares SCENARIOS."""
