"""The addresses of the practice world."""

from django.urls import path

from builder.practice.mail import MailView
from builder.practice.shop import OrderView, WrongView

urlpatterns = [
    path("shop/orders/<int:number>", OrderView.as_view(), name="practice-order"),
    path("shop/<path:wrong>", WrongView.as_view(), name="practice-wrong"),
    path("mail/", MailView.as_view(), name="practice-mail"),
]
