"""The screens, one module each; app/main.py lists them."""
