from django.shortcuts import render

from .models import Post


def posts(request):
    newest = Post.objects.order_by("-published")[:20]
    return render(request, "blog/posts.html", {"posts": newest})
