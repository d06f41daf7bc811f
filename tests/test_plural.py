"""Questions whose words ask for several things."""

import pytest

from qa.listing import wants_several
from qa.plural import names_several

SEVERAL = """
Which countries signed the treaty?
In which countries is it sold?
On which days is the library open?
What documents do I need?
Which rooms have a projector?
Who attended the meeting?
Who was present?
What are the steps?
Who were the founders of the club?
List the opening hours.
Name all members of the board.
What kinds of bread are sold?
Which European countries signed?
Which measures were taken?
Which of the rooms have a balcony?
Who signed the contract?
Which people spoke at the meeting?
What were the names of the children?
To which addresses must the notice be sent?
Who is on the board?
Which things does every child need?
""".strip().splitlines()

ONE = """
When does the lease end?
What is the deadline?
How many steps are there?
How many countries signed?
What happens if the filter breaks?
What happens to the deposit?
Which button starts the machine?
Which boss signed?
What makes the alarm ring?
Which bus goes to the station?
Who wrote the minutes?
Which of the rooms is the largest?
Which country borders France?
Which country's cars sold best?
Which player scores most goals?
What does SOS mean?
Which organ produces insulin?
What colour are the curtains?
What is the capital of the United States?
What year was the class founded?
Which house costs 500 euros?
Which speaker talked about slugs?
What time do the doors open?
Which Carolina Panthers player won?
What are stamps used for?
What are the stages called?
Name one reason.
What is the third of the steps?
""".strip().splitlines()


@pytest.mark.parametrize("question", SEVERAL)
def test_a_plural_wants_several_things(question):
    assert names_several(question) and wants_several(question)


@pytest.mark.parametrize("question", ONE)
def test_a_singular_wants_one(question):
    assert not names_several(question)


@pytest.mark.parametrize(
    "question", ["How many steps are there?", "What happens to the deposit?", "What does SOS mean?"]
)
def test_these_are_not_answered_by_a_whole_list(question):
    assert not wants_several(question)
