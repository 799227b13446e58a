"""Language models: a chat model and an embedding model behind two small protocols."""

from querywright.models.budget import Budget
from querywright.models.contract import ChatModel, EmbeddingModel, Message, Request, Role
from querywright.models.roles import Roles
from querywright.models.settings import ModelSettings, Price
from querywright.models.usage import Ledger, Usage

__all__ = [
    "Budget",
    "ChatModel",
    "EmbeddingModel",
    "Ledger",
    "Message",
    "ModelSettings",
    "Price",
    "Request",
    "Role",
    "Roles",
    "Usage",
]
