-- The database of an invented web shop, as such databases grow: sound in most places, with the usual sins in some.
-- scripts/demo fills it with rows.sql; `pgarchitect check demo/shop.sql` reads it as it is.

CREATE TABLE customer (
    id serial PRIMARY KEY,
    public_id text NOT NULL UNIQUE,
    email text NOT NULL UNIQUE,
    full_name text NOT NULL,
    phone text,
    birth_date text,
    country_code char(2) NOT NULL,
    status text NOT NULL DEFAULT 'active',
    preferences json NOT NULL DEFAULT '{}',
    created_at timestamp NOT NULL DEFAULT now()
);
CREATE INDEX customer_email_idx ON customer (email);

CREATE TABLE address (
    id serial PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    kind text NOT NULL CHECK (kind IN ('billing', 'delivery')),
    street text NOT NULL,
    postal_code text NOT NULL,
    city text NOT NULL,
    country_code char(2) NOT NULL
);

CREATE TABLE category (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id integer REFERENCES category,
    name text NOT NULL,
    slug text NOT NULL UNIQUE
);
CREATE INDEX category_parent_id_idx ON category (parent_id);

CREATE TABLE supplier (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    contact_email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE product (
    id serial PRIMARY KEY,
    category_id integer NOT NULL REFERENCES category,
    supplier_id integer REFERENCES supplier,
    sku varchar(32) NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL,
    price numeric(10, 2) NOT NULL,
    tax_percent numeric(4, 2) NOT NULL,
    attributes jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX product_category_id_idx ON product (category_id);
CREATE INDEX product_category_id_price_idx ON product (category_id, price);
CREATE INDEX product_attributes_idx ON product USING gin (attributes);

CREATE TABLE product_image (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id integer NOT NULL REFERENCES product ON DELETE CASCADE,
    path text NOT NULL,
    sort_order smallint NOT NULL CHECK (sort_order >= 0)
);

CREATE TABLE warehouse (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    country_code char(2) NOT NULL
);

CREATE TABLE stock (
    warehouse_id integer NOT NULL REFERENCES warehouse,
    product_id integer NOT NULL REFERENCES product,
    quantity integer NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (warehouse_id, product_id)
);
CREATE INDEX stock_product_id_idx ON stock (product_id);

CREATE TABLE coupon (
    id serial PRIMARY KEY,
    code text NOT NULL UNIQUE,
    discount_percent integer NOT NULL CHECK (discount_percent BETWEEN 1 AND 100),
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    CHECK (valid_from <= valid_until)
);

CREATE TABLE orders (
    id serial PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    delivery_address_id integer REFERENCES address,
    coupon_id integer REFERENCES coupon,
    status text NOT NULL DEFAULT 'new',
    total_amount numeric(12, 2) NOT NULL,
    currency char(3) NOT NULL DEFAULT 'EUR',
    ordered_at timestamp NOT NULL DEFAULT now(),
    shipped_on text
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_customer_id_ordered_at_idx ON orders (customer_id, ordered_at);
CREATE INDEX orders_ordered_at_idx ON orders (ordered_at);
CREATE INDEX idx_orders_date ON orders (ordered_at);
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id) WHERE coupon_id IS NOT NULL;

CREATE TABLE order_item (
    id bigserial PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders,
    product_id integer NOT NULL REFERENCES product,
    quantity integer NOT NULL,
    unit_price numeric(10, 2) NOT NULL
);
CREATE INDEX order_item_product_id_idx ON order_item (product_id);

CREATE TABLE payment (
    id bigserial PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders,
    provider text NOT NULL,
    provider_reference text NOT NULL,
    amount numeric(12, 2) NOT NULL,
    paid_at timestamp NOT NULL
);
CREATE INDEX payment_order_id_idx ON payment (order_id);
CREATE INDEX payment_reference_idx ON payment (provider, provider_reference);

CREATE TABLE shipment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders,
    warehouse_id integer NOT NULL REFERENCES warehouse,
    tracking_code text NOT NULL,
    handed_over_at timestamptz NOT NULL
);
CREATE INDEX shipment_order_id_idx ON shipment (order_id);

CREATE TABLE review (
    id serial PRIMARY KEY,
    product_id integer NOT NULL REFERENCES product,
    customer_id integer NOT NULL REFERENCES customer,
    rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    body text NOT NULL,
    created_at timestamp NOT NULL DEFAULT now()
);
CREATE INDEX review_product_id_idx ON review (product_id);
CREATE INDEX review_product_idx ON review (product_id);

CREATE TABLE session (
    token text PRIMARY KEY,
    customer_id integer REFERENCES customer,
    started_at timestamptz NOT NULL,
    data json NOT NULL
);
CREATE INDEX session_customer_id_idx ON session (customer_id);

-- Page views. Old ones are deleted every night; the numbers go on.
CREATE TABLE event (
    id serial PRIMARY KEY,
    session_token text NOT NULL,
    kind text NOT NULL,
    product_id integer,
    occurred_at timestamp NOT NULL
);
CREATE INDEX event_occurred_at_idx ON event (occurred_at);

CREATE TABLE price_history (
    product_id integer NOT NULL REFERENCES product,
    price numeric(10, 2) NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX price_history_product_id_idx ON price_history (product_id);

CREATE TABLE newsletter_recipient (
    newsletter text NOT NULL,
    customer_id integer NOT NULL REFERENCES customer ON DELETE CASCADE,
    sent_on date NOT NULL
);

CREATE VIEW order_overview AS
SELECT o.id, o.ordered_at, o.status, c.full_name, o.total_amount
  FROM orders o JOIN customer c ON c.id = o.customer_id;
