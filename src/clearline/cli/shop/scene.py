"""Who speaks in a call, about what, and what has been made of it so far."""

from clearline.cli.shop.contacts import world_once
from clearline.cli.shop.dice import Dice
from clearline.cli.shop.staff import Agent
from clearline.cli.shop.tale import Plan
from clearline.cli.shop.truth import Secret
from clearline.engine.events import Event, Instant


class Scene:
    """All that the words and events of one call are made from."""

    def __init__(self, plan: Plan, agent: Agent, name: str, at: Instant, agents: int) -> None:
        self.tale, self.script, self.flags = plan.tale, plan.script, plan.flags
        self.agent, self.agents = agent, agents
        self.id, self.at = name, at
        self.dice = Dice(f"{plan.tale.id}/{plan.script}/{name}/{agent.id}")
        self.events: list[Event] = []
        self.secrets: list[Secret] = []
        self.card = ""
        item, price = self.dice.pick(world_once()["goods"]["extras"])
        self.extra = (str(item), int(price))

    def secret(self, kind: str, digits: str, said: str) -> str:
        """Notes digits that the utterance which comes now will carry."""
        self.secrets.append(Secret(kind, digits, said, f"{self.id}.{len(self.events)}"))
        return said
