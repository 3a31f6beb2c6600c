"""What is done to Doxygen's HTML: links, search, navigation."""


def finish() -> None:
    pass
