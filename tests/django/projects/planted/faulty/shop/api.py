from rest_framework import serializers, viewsets

from .models import Customer, OrderLine


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name", "email"]


class CustomerViewSet(viewsets.ModelViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    search_fields = ["city"]  # expect: dj-drf-search-fields


class OrderLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderLine
        fields = ["id", "order", "product", "serial"]


class OrderLineViewSet(viewsets.ModelViewSet):
    queryset = OrderLine.objects.order_by("pk")
    serializer_class = OrderLineSerializer
