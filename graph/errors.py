"""What can go wrong with the graph, said in one sentence.

EngineError
+-- RefusedError    a question that may not be asked: it would write, read files or the network, or call what is not listed
"""


class EngineError(Exception):
    """The message is one sentence that says what to do."""


class RefusedError(EngineError):
    """The query itself is at fault, not the engine."""
