"""A prompt's text: its variables, how they are filled in, how a step's own words become one."""

import pytest

from runtime.expressions import ExpressionError
from runtime.expressions.wording import as_variables, needed_of, variables_of, worded


def test_variables_are_named_in_the_order_in_which_they_come() -> None:
    assert variables_of("You are {{ who }}.", "Greet {{ customer.name }} of {{ who }}.") == (
        "who",
        "customer",
    )


def test_a_variable_with_something_to_fall_back_on_need_not_be_filled_in() -> None:
    text = "Dear {{ name ?? 'customer' }}, about {{ order }}"
    assert needed_of(text) == {"order"}
    assert worded(text, {"order": 17}) == "Dear customer, about 17"


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    assert worded("Hello {{ name }}", {"name": "{{ order }}"}) == "Hello {{ order }}"


def test_a_variable_that_is_not_filled_in_is_named() -> None:
    with pytest.raises(ExpressionError, match="“order” is not filled in"):
        worded("About {{ order }}", {})


@pytest.mark.parametrize("text", ["{{ input.name }}", "{{ now }}", "{{ open", "{{ a + b }}"])
def test_a_text_that_is_no_prompt_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        variables_of(text)


def test_a_steps_own_words_become_a_prompt() -> None:
    text, values = as_variables("Greet {{ input.name | upper }} for {{ order.lines[0].sku }}", {})
    assert text == "Greet {{ name }} for {{ sku }}"
    assert values == {"name": "{{ input.name | upper }}", "sku": "{{ order.lines[0].sku }}"}


def test_the_same_data_is_one_variable_and_other_data_of_that_name_another() -> None:
    system, known = as_variables("You help {{ input.name }}.", {})
    text, values = as_variables("{{ input.name }} wrote of {{ order.name }} and {{ input }}", known)
    assert system == "You help {{ name }}."
    assert text == "{{ name }} wrote of {{ name_2 }} and {{ the_input }}"
    assert values["the_input"] == "{{ input }}"
