"""`clearline invite`: the first people come in, and those whom nobody else could let in again."""

from clearline.cli.commands.serving import prepare
from clearline.cli.saying import refuse, tell
from clearline.people import actions
from clearline.people.errors import Refused
from clearline.people.models import Person, Role
from clearline.ui.clock import now


def invite(email: str, name: str, role: str) -> None:
    """Makes an invitation and says where it opens; whoever is here already keeps their role."""
    prepare()
    if role not in Role.values:
        refuse(f"there is no role {role}; there are {', '.join(Role.values)}")
    known = Person.objects.filter(email=email.lower()).first()
    try:
        if known is None:
            _, code = actions.invited(
                None, email=email, name=name or email, role=Role(role), team=None, at=now()
            )
        else:
            code = actions.invited_again(None, known, now())
    except Refused as error:
        refuse(str(error))
    tell(f"Within seven days, open this at the console's address: /people/welcome/?code={code}")
