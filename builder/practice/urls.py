"""The addresses of the practice world."""

from django.urls import path

from builder.practice.mail import MailView
from builder.practice.shop import OrdersView, OrderView, StockView, WrongView

urlpatterns = [
    path("shop/orders", OrdersView.as_view(), name="practice-orders"),
    path("shop/stock", StockView.as_view(), name="practice-stock"),
    path("shop/orders/<int:number>", OrderView.as_view(), name="practice-order"),
    path("shop/<path:wrong>", WrongView.as_view(), name="practice-wrong"),
    path("mail/", MailView.as_view(), name="practice-mail"),
]
