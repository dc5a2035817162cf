"""Referrals: what leaves the case for one receiver, in the formats it can read; one module a format in referrals/formats."""
