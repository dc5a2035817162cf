"""The records everything else hangs on: tables, words with fixed values, findings. Imports nothing of ours."""
