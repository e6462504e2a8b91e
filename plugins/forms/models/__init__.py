"""Forms and their versions; what people fill in; what is handed over."""

from .forms import FieldGroup, Form, FormService, FormText, FormVersion

__all__ = ["FieldGroup", "Form", "FormService", "FormText", "FormVersion"]
