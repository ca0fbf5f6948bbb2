from rest_framework import serializers, viewsets

from .models import Customer, OrderLine, Product


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name", "email"]


class CustomerViewSet(viewsets.ModelViewSet):  # expect: dj-large-offset-pagination
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    search_fields = ["city"]  # expect: dj-drf-search-fields


class OrderLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderLine
        fields = ["id", "order", "product", "serial"]


class OrderLineViewSet(viewsets.ModelViewSet):  # expect: dj-large-offset-pagination
    queryset = OrderLine.objects.order_by("pk")
    serializer_class = OrderLineSerializer


class ProductSerializer(serializers.ModelSerializer):
    shelf = serializers.SerializerMethodField()
    n_sold = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ["id", "name", "shelf", "n_sold"]

    def get_shelf(self, product):
        return product.category.name

    def get_n_sold(self, product):
        return OrderLine.objects.filter(product=product, order__status="paid").count()


class ProductViewSet(viewsets.ReadOnlyModelViewSet):  # expect: dj-large-offset-pagination, dj-n-plus-one, dj-query-in-loop
    queryset = Product.objects.order_by("pk")
    serializer_class = ProductSerializer
