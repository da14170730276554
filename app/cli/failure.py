"""What a command says when it could not do what it was asked."""


class Failed(RuntimeError):
    """A command could not do what it was asked; the text is for the operator."""
