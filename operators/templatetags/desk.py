"""Amounts, ids and addresses in the desk's templates."""

from django import template

from operators import words

register = template.Library()
for filter_of_ours in (words.number, words.signed, words.dollars, words.credits, words.short):
    register.filter(filter_of_ours.__name__, filter_of_ours)
