"""The chat page and the service behind it. Whatever of it is imported, Gradio is then imported in a lean way."""

import ui.web.gradio_setup  # noqa: F401
