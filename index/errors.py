"""What can go wrong that the user can mend. Each message is one sentence that says what to do."""


class QuotewiseError(Exception):
    """Base of every error that is turned into a friendly message at the edge."""


class DocumentError(QuotewiseError):
    """A file cannot be read as a document."""


class CollectionError(QuotewiseError):
    """A collection on disk cannot be opened or changed."""


class DamageError(CollectionError):
    """A collection does not hold what was stored in it."""


class ModelError(QuotewiseError):
    """An encoder or a reader cannot be loaded."""


class HomeError(QuotewiseError):
    """The folder in which Quotewise keeps what it makes cannot be used."""


def reason_of(error: BaseException) -> str:
    """What the system says went wrong, without its numbers and paths where it can be told apart from them."""
    return getattr(error, "strerror", None) or str(error)
