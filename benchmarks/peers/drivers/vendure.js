// Drives Vendure's order calculator, taxes and totals included, with promotions made of its own conditions and actions.
"use strict";

const { fail, job, load, run } = require("./common.js");
const path = require("node:path");

const core = load("@vendure/core");
const directory = path.dirname(load.resolve("@vendure/core"));
const { RequestContextCacheService } = require(path.join(directory, "cache/request-context-cache.service.js"));

const PRODUCTS = 200;
const CATEGORIES = 50;

function calculator() {
  const { taxOptions, orderOptions } = core.defaultConfig;
  const zones = { getAllWithMembers: async () => [zone] };
  const rate = new core.TaxRate({ id: 1, name: "none", value: 0, enabled: true });
  const taxRates = { getApplicableTaxRate: async () => rate };
  const shipping = { findOne: async () => undefined };
  const shippingCalculator = { getEligibleShippingMethods: async () => [] };
  const cache = new RequestContextCacheService();
  return new core.OrderCalculator({ taxOptions, orderOptions }, zones, taxRates, shipping, shippingCalculator, cache);
}

const zone = new core.Zone({ id: 1, name: "everywhere", members: [] });
const channel = new core.Channel({ id: 1, code: "bench", token: "bench", pricesIncludeTax: false, defaultTaxZone: zone });

function context() {
  return new core.RequestContext({
    apiType: "shop",
    channel,
    languageCode: core.LanguageCode.en,
    isAuthorized: true,
    authorizedAsOwnerOnly: false,
    session: {},
  });
}

function variantsOf(category) {
  const products = Array.from({ length: PRODUCTS }, (_, number) => number);
  return products.filter((number) => `c${number % CATEGORIES}` === category).map((number) => number + 1);
}

function promotion({ id, category, minimum, percent }) {
  const productVariantIds = variantsOf(category);
  const values = (code, args) => ({ code, args });
  return new core.Promotion({
    id: id + 1,
    name: `Promotion ${id}`,
    couponCode: "",
    enabled: true,
    priorityScore: 0,
    promotionConditions: [core.minimumOrderAmount, core.containsProducts],
    promotionActions: [core.productsPercentageDiscount],
    conditions: [
      values("minimum_order_amount", [{ name: "amount", value: String(minimum) }, { name: "taxInclusive", value: "false" }]),
      values("contains_products", [
        { name: "minimum", value: "1" },
        { name: "productVariantIds", value: JSON.stringify(productVariantIds) },
      ]),
    ],
    actions: [
      values("products_percentage_discount", [
        { name: "discount", value: String(percent) },
        { name: "productVariantIds", value: JSON.stringify(productVariantIds) },
      ]),
    ],
  });
}

function orderLine(item) {
  return new core.OrderLine({
    productVariant: new core.ProductVariant({ id: Number(item.sku.slice(1)) + 1 }),
    listPrice: item.price,
    listPriceIncludesTax: false,
    quantity: item.quantity,
    orderPlacedQuantity: 0,
    adjustments: [],
    taxLines: [],
    taxCategoryId: 1,
  });
}

function order(cart) {
  const lines = cart.items.map(orderLine);
  return new core.Order({ id: 1, lines, couponCodes: [], surcharges: [], shippingLines: [], promotions: [] });
}

const promotions = job.workload.promotions.map(promotion);
const prices = calculator();

async function evaluate(cart) {
  const priced = order(cart);
  await prices.applyPriceAdjustments(context(), priced, promotions);
  const hits = priced.promotions.map((applied) => applied.id - 1);
  return { hits, discount: (cart.subtotal - priced.subTotal) / 100 };
}

run(evaluate).catch(fail);
