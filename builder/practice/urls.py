"""The addresses of the practice world."""

from django.urls import path

from builder.practice.mail import MailView
from builder.practice.shop import OrderView

urlpatterns = [
    path("shop/orders/<int:number>", OrderView.as_view(), name="practice-order"),
    path("mail/", MailView.as_view(), name="practice-mail"),
]
