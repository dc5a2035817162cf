"""What can go wrong with a case, said in one sentence.

CaseError
+-- BusyError   another process is writing the case
"""


class CaseError(Exception):
    """The message is one sentence that says what to do."""


class BusyError(CaseError):
    """One writer at a time; the second is told who holds the case."""
