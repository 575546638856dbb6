"""What belongs to the whole site but is made of pages: names without a namespace."""

from django.urls import path

from . import sitemaps, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
]
