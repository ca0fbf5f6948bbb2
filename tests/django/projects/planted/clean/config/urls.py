from django.contrib import admin
from django.urls import include, path
from rest_framework import routers

import blog.views
import shop.api
import shop.views
import tickets.views
import wallet.views

router = routers.DefaultRouter()
router.register("customers", shop.api.CustomerViewSet)
router.register("lines", shop.api.OrderLineViewSet)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("products/", shop.views.products),
    path("products/search/", shop.views.search_products),
    path("products/<int:pk>/reserve/", shop.views.reserve),
    path("products/<int:pk>/sell/", shop.views.sell),
    path("orders/", shop.views.orders),
    path("orders/<int:pk>/pay/", shop.views.pay),
    path("seats/<int:pk>/", tickets.views.book),
    path("wallet/transfer/", wallet.views.transfer),
    path("posts/", blog.views.posts),
    path("posts/<slug:label>/", blog.views.labelled),
]
