from django.shortcuts import render

from .models import Post


def posts(request):
    newest = Post.objects.order_by("-published")[:20]
    return render(request, "blog/posts.html", {"posts": newest})


def labelled(request, label):
    found = Post.objects.filter(labels__contains=[label]).order_by("-published")[:20]
    return render(request, "blog/posts.html", {"posts": found})
