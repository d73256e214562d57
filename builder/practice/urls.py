"""The addresses of the practice world."""

from django.urls import path

from builder.practice.machine import ListenView, MachineView, MoodView
from builder.practice.mail import MailView
from builder.practice.market import NewsView, PricesView
from builder.practice.shop import OrdersView, OrderView, StockView, WrongView

urlpatterns = [
    path("shop/orders", OrdersView.as_view(), name="practice-orders"),
    path("shop/stock", StockView.as_view(), name="practice-stock"),
    path("shop/orders/<int:number>", OrderView.as_view(), name="practice-order"),
    path("shop/<path:wrong>", WrongView.as_view(), name="practice-wrong"),
    path("market/prices", PricesView.as_view(), name="practice-prices"),
    path("market/news", NewsView.as_view(), name="practice-news"),
    path("machine", MachineView.as_view(), name="practice-machine"),
    path("models/mood", MoodView.as_view(), name="practice-mood"),
    path("models/v1/audio/transcriptions", ListenView.as_view(), name="practice-listen"),
    path("mail/", MailView.as_view(), name="practice-mail"),
]
