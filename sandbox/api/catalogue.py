"""What a payment refers to: account, products, prices, customers. As little as possible."""

from typing import Any

from sandbox import store
from sandbox.api.paging import page
from sandbox.clock import now_seconds
from sandbox.errors import invalid, no_such
from sandbox.ids import new_id
from sandbox.shapes.common import ACCOUNT_ID, metadata_of
from sandbox.store import StripeDict

Params = dict[str, Any]


def account(_params: Params, account_id: str = ACCOUNT_ID) -> StripeDict:
    if account_id != ACCOUNT_ID:
        raise no_such("account", account_id)
    return {
        "id": ACCOUNT_ID,
        "object": "account",
        "business_profile": {
            "mcc": None,
            "name": "Reel Ballers (sandbox)",
            "support_email": None,
            "url": None,
        },
        "business_type": None,
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "US",
        "created": 1700000000,
        "default_currency": "usd",
        "details_submitted": True,
        "email": "sandbox@example.com",
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "future_requirements": {},
        "metadata": {},
        "payouts_enabled": True,
        "requirements": {},
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "dashboard": {"display_name": "Reel Ballers sandbox", "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": "REEL BALLERS"},
        },
        "type": "standard",
    }


def create_product(params: Params) -> StripeDict:
    product = _base("prod", "product") | {
        "active": params.get("active", True),
        "default_price": None,
        "description": params.get("description"),
        "images": params.get("images", []),
        "marketing_features": [],
        "metadata": metadata_of(params),
        "name": params["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": now_seconds(),
        "url": None,
    }
    return store.save(product)


def retrieve_product(_params: Params, product_id: str) -> StripeDict:
    return store.load(product_id, "product")


def list_products(params: Params) -> StripeDict:
    return page("product", "/v1/products", params, active=params.get("active"))


def create_price(params: Params) -> StripeDict:
    product = _product_of(params)
    price = _price(params["currency"], params.get("unit_amount", 0), product["id"])
    return store.save(price | {"metadata": metadata_of(params)})


def _product_of(params: Params) -> StripeDict:
    """The named product, or a new one of `product_data`."""
    if params.get("product"):
        return retrieve_product({}, params["product"])
    if not params.get("product_data"):
        raise invalid("Missing required param: product.", "product", "parameter_missing")
    return create_product(params["product_data"])


def _price(currency: str, unit_amount_cents: int, product_id: str) -> StripeDict:
    return _base("price", "price") | {
        "active": True,
        "billing_scheme": "per_unit",
        "currency": currency.lower(),
        "custom_unit_amount": None,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount_cents,
        "unit_amount_decimal": str(unit_amount_cents),
    }


def retrieve_price(_params: Params, price_id: str) -> StripeDict:
    return store.load(price_id, "price")


def list_prices(params: Params) -> StripeDict:
    return page("price", "/v1/prices", params, product=params.get("product"))


def price_of(item: Params, index: int) -> tuple[StripeDict, str]:
    """The price of a line item and its name: by id, or made of `price_data` (inactive, as at Stripe)."""
    where = f"line_items[{index}]"
    if item.get("quantity", 1) < 1:
        raise invalid("This value must be greater than or equal to 1.", f"{where}[quantity]")
    if item.get("price"):
        price = retrieve_price({}, item["price"])
        return price, retrieve_product({}, price["product"])["name"]
    data = item.get("price_data")
    if data is None:
        raise invalid(f"Missing required param: {where}[price].", f"{where}[price]", "parameter_missing")
    if data.get("unit_amount") is None or data["unit_amount"] < 0:
        raise invalid("Invalid non-negative integer", f"{where}[price_data][unit_amount]")
    if len(data["currency"]) != 3:
        raise invalid(f"Invalid currency: {data['currency']}", f"{where}[price_data][currency]")
    product = _product_of(data)
    price = _price(data["currency"], data["unit_amount"], product["id"]) | {"active": False}
    return store.save(price), product["name"]


def create_customer(params: Params) -> StripeDict:
    customer = _base("cus", "customer") | {
        "address": None,
        "balance": 0,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": "SANDBOX",
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None},
        "metadata": metadata_of(params),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    return store.save(customer)


def retrieve_customer(_params: Params, customer_id: str) -> StripeDict:
    return store.load(customer_id, "customer")


def list_customers(params: Params) -> StripeDict:
    return page("customer", "/v1/customers", params, email=params.get("email"))


def _base(prefix: str, kind: str) -> StripeDict:
    return {"id": new_id(prefix), "object": kind, "created": now_seconds(), "livemode": False}
