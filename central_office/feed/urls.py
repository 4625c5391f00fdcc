"""Addresses of this room's pages; the feed itself is under /api/ (feed.api)."""

from django.urls import path

from central_office.feed import changing, views

urlpatterns = [
    path("", views.feeds_page, name="feeds"),
    path("theo-xa.csv", views.communes_csv, name="feed_communes"),
    path("ma-truy-cap/", changing.change_tokens, name="feed_tokens"),
    path("noi-nhan/", changing.change_subscribers, name="feed_subscribers"),
]
