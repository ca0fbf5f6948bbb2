from django.db.models import Count, Q
from rest_framework import serializers, viewsets

from .models import Customer, OrderLine, Product


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name", "email"]


class CustomerViewSet(viewsets.ModelViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    search_fields = ["city"]


class OrderLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderLine
        fields = ["id", "order", "product", "serial"]


class OrderLineViewSet(viewsets.ModelViewSet):
    queryset = OrderLine.objects.order_by("pk")
    serializer_class = OrderLineSerializer


class ProductSerializer(serializers.ModelSerializer):
    shelf = serializers.SerializerMethodField()
    n_sold = serializers.IntegerField()

    class Meta:
        model = Product
        fields = ["id", "name", "shelf", "n_sold"]

    def get_shelf(self, product):
        return product.category.name


class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = ProductSerializer

    def get_queryset(self):
        paid = Count("orderline", filter=Q(orderline__order__status="paid"))
        return Product.objects.select_related("category").annotate(n_sold=paid).order_by("pk")
