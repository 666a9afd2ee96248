"""What operators set about providers, how these fare, and what each question took."""

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from providers_app.wording import ORIGINS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _seconds(label: "StrOrPromise", default: float, help_text: "StrOrPromise") -> "models.FloatField[float, float]":
    bounds = [MinValueValidator(0.1), MaxValueValidator(3_600)]
    return models.FloatField(label, default=default, validators=bounds, help_text=help_text)


def _price(label: "StrOrPromise", help_text: "StrOrPromise") -> "models.FloatField[float, float]":
    return models.FloatField(
        label, default=0, validators=[MinValueValidator(0), MaxValueValidator(1_000_000)], help_text=help_text
    )


class ProviderConfig(models.Model):
    """A provider: its kind, how it is reached, and what it is held to. `version` grows with every change."""

    class SetBy(models.TextChoices):
        ENVIRONMENT = "environment", _("the environment")
        OPERATOR = "operator", _("an operator")

    class MidwayFailure(models.TextChoices):
        KEEP = "keep", _("keep what was said, marked as partial")
        RESTART = "restart", _("begin anew with the next provider")

    name = models.SlugField(
        _("name"), max_length=64, unique=True, help_text=_("Letters, digits, - and _; as answers and clients name it.")
    )
    kind = models.CharField(_("kind"), max_length=32)
    base_url = models.CharField(_("base URL"), max_length=500, blank=True, help_text=_("Empty for the vendor's own."))
    encrypted_key = models.TextField(blank=True, editable=False)
    key_ending = models.CharField(max_length=4, blank=True, editable=False)
    key_variable = models.CharField(
        _("variable of the key"),
        max_length=100,
        blank=True,
        help_text=_("A variable PROVIDER_KEY_… of the environment that holds the key, instead of a key stored here."),
    )
    options = models.JSONField(default=dict, blank=True)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    is_active = models.BooleanField(
        _("active"), default=False, editable=False, help_text=_("Whether it is asked first.")
    )
    order = models.PositiveIntegerField(
        _("order"),
        default=100,
        validators=[MaxValueValidator(1_000_000)],
        help_text=_("Of failover: smaller goes first."),
    )
    is_choosable = models.BooleanField(
        _("clients may choose it"),
        default=False,
        help_text=_("By ?provider= and as a model of the OpenAI-compatible API."),
    )
    on_midway_failure = models.CharField(
        _("when it fails midway"), max_length=8, choices=MidwayFailure.choices, default=MidwayFailure.KEEP
    )
    connect_timeout_s = _seconds(_("connecting"), 5, _("Seconds to the connection."))
    first_token_timeout_s = _seconds(_("first word"), 30, _("Seconds from the question to the first word."))
    between_tokens_timeout_s = _seconds(_("between words"), 30, _("Seconds without a word."))
    total_timeout_s = _seconds(_("whole answer"), 120, _("Seconds for all of it."))
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("With the first; only before the first word."),
    )
    max_concurrent = models.PositiveIntegerField(
        _("concurrent requests"),
        default=32,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text=_("At most, over all processes. Batches leave a quarter to live questions, and one of two or three."),
    )
    cache_s = models.PositiveIntegerField(
        _("cache"),
        default=0,
        validators=[MaxValueValidator(31_536_000)],
        help_text=_("For how many seconds an answer serves for the same question; 0 for never."),
    )
    per_million_prompt_tokens = _price(_("price of prompts"), _("For a million tokens."))
    per_million_completion_tokens = _price(_("price of answers"), _("For a million tokens."))
    per_request = _price(_("price of a request"), _("For each question."))
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, such as USD or CNY."))],
    )
    set_by = models.CharField(_("set by"), max_length=12, choices=SetBy.choices, default=SetBy.OPERATOR, editable=False)
    activated_by = models.CharField(max_length=12, choices=SetBy.choices, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering: ClassVar = ["-is_active", "order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_active"], condition=Q(is_active=True), name="one_provider_is_active")
        ]

    def __str__(self) -> str:
        return self.name


class ProviderHealth(models.Model):
    """How a provider fared when it was last checked, or asked; written by whichever process had a reason to."""

    provider = models.OneToOneField(ProviderConfig, on_delete=models.CASCADE, primary_key=True, related_name="health")
    is_healthy = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True)
    check_ms = models.FloatField(null=True)
    error_reason = models.CharField(max_length=32, blank=True)
    error_detail = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.is_healthy}"


class Revision(models.Model):
    """One row, whose number grows with every change that processes have to notice."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class PromptTemplate(models.Model):
    """What a model is told. A change makes a new version; the newest of a purpose and language is used."""

    class Purpose(models.TextChoices):
        GROUNDED = "grounded", _("with passages")
        PLAIN = "plain", _("without passages")

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        CHINESE = "zh", _("Chinese")

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    version = models.PositiveIntegerField(_("version"), editable=False)
    instructions = models.TextField(_("instructions"), help_text=_("The system message. {date} is today."))
    message = models.TextField(
        _("message"), help_text=_("The user's message: {question}, {context} (what was said before), {passages}.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering: ClassVar = ["purpose", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "language", "version"], name="prompt_version_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.get_language_display()} · {self.version}"


class UsageRecord(models.Model):
    """What one question took at the providers, whoever asked. It holds no text of the question or the answer."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("answered")
        NOT_KNOWN = "not_known", _("no answer was found")
        PARTIAL = "partial", _("partly answered")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    asked_at = models.DateTimeField(_("asked at"), db_index=True)
    origin = models.CharField(_("origin"), max_length=16, choices=list(ORIGINS.items()))
    provider = models.CharField(_("provider"), max_length=64, blank=True)
    model = models.CharField(_("model"), max_length=128, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    error_reason = models.CharField(_("error"), max_length=32, blank=True)
    is_cached = models.BooleanField(_("cached"), default=False)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("answer tokens"), default=0)
    cost = models.FloatField(_("cost"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    first_token_ms = models.FloatField(_("first word, ms"), null=True)
    total_ms = models.FloatField(_("whole answer, ms"))
    attempts = models.JSONField(
        _("attempts"),
        default=list,
        help_text=_("list of {provider, reason, ms}; the last one's reason is empty where it answered"),
    )

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["provider", "asked_at"], name="usage_of_a_provider")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"
