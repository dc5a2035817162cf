"""The case folder: what was loaded, what was found, who decided what. The source of truth; the graph can be rebuilt."""
