"""The forms in which operators hand in files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminFileFieldWidget

from knowledge_app import library
from knowledge_app.models import Document
from knowledge_app.parsing.formats import SUFFIXES

ACCEPT = ",".join(SUFFIXES)


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files; each is judged by itself later, so that a bad one does not keep the others out."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            super().clean(None, initial)
        return list(data)


class UploadForm(forms.Form):
    documents = SeveralFilesField(
        label=_("Files"), widget=SeveralFilesInput(attrs={"accept": ACCEPT, "class": " ".join(INPUT_CLASSES)})
    )


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg] # cannot be subscripted when running
    """A document's page: nothing of it can be typed, but its file can be replaced."""

    replacement = forms.FileField(
        label=_("Replace the file"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ACCEPT}),
        help_text=_("The former text stays findable until the new one is indexed."),
    )

    class Meta:
        model = Document
        fields = ()

    def clean_replacement(self) -> Any:
        file = self.cleaned_data["replacement"]
        if file:
            try:
                library.examine(file.name or "", file)
            except library.RefusedError as error:
                raise forms.ValidationError(error.reason) from error
        return file
