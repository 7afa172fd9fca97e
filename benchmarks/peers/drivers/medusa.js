// Drives Medusa's promotion module over a PostgreSQL of its own: rules are loaded from the database for every cart.
"use strict";

const { answer, fail, job, load, run } = require("./common.js");
const path = require("node:path");

// Read by the module's test runner, which is how the module starts without a whole shop around it.
const { host, user, port } = job.database;
Object.assign(process.env, { MEDUSA_DISABLE_TELEMETRY: "true", DB_HOST: encodeURIComponent(host), DB_USERNAME: user, DB_PORT: String(port) });

const CHUNK = 100;
const steps = {};
global.describe = (_name, body) => body();
for (const step of ["beforeAll", "beforeEach", "afterEach", "afterAll"]) global[step] = (body) => (steps[step] = body);

async function started() {
  const { moduleIntegrationTestRunner } = load("@medusajs/test-utils");
  const { Modules } = load("@medusajs/framework/utils");
  const resolve = path.resolve(path.dirname(load.resolve("@medusajs/promotion")), "..");
  let service;
  const testSuite = (options) => (service = options.service);
  moduleIntegrationTestRunner({ moduleName: Modules.PROMOTION, resolve, dbName: `medusa_${process.pid}`, testSuite });
  await steps.beforeAll();
  await steps.beforeEach();
  return service;
}

function promotion({ id, category, minimum, percent }) {
  return {
    code: `promotion${id}`,
    type: "standard",
    status: "active",
    is_automatic: true,
    rules: [{ attribute: "cart_subtotal", operator: "gte", values: [String(minimum)] }],
    application_method: {
      type: "percentage",
      target_type: "items",
      allocation: "across",
      value: percent,
      target_rules: [{ attribute: "items.product_category.id", operator: "eq", values: [category] }],
    },
  };
}

function context(cart) {
  const items = cart.items.map(({ sku, category, quantity, total }) => ({
    id: sku,
    quantity,
    subtotal: total,
    original_total: total,
    is_discountable: true,
    product_category: { id: category },
  }));
  return { currency_code: "eur", cart_subtotal: cart.subtotal, items };
}

async function evaluator(service) {
  const promotions = job.workload.promotions.map(promotion);
  for (let start = 0; start < promotions.length; start += CHUNK) {
    await service.createPromotions(promotions.slice(start, start + CHUNK));
  }
  return async (cart) => {
    const actions = await service.computeActions([], context(cart));
    const hits = new Set(actions.map(({ code }) => Number(code.slice("promotion".length))));
    const cents = actions.reduce((sum, { amount }) => sum + Number(amount), 0);
    return { hits: [...hits].sort((one, other) => one - other), discount: cents / 100 };
  };
}

// So many registrations at once against a limit; then, round by round, half of those in force given back while as many
// are registered anew.
async function duel(service) {
  const { attempts, limit, rounds } = job;
  const code = "LIMITED";
  const method = { type: "fixed", target_type: "order", value: 1, currency_code: "eur" };
  await service.createPromotions([{ code, type: "standard", status: "active", limit, application_method: method }]);
  const actions = [{ action: "addItemAdjustment", item_id: "one", amount: 1, code }];
  const worked = (promise) => promise.then(() => 1, () => 0);
  const register = () => worked(service.registerUsage(actions, {}));
  const revert = () => worked(service.revertUsage(actions, {})).then((one) => -one);
  const together = async (calls) => (await Promise.all(calls)).reduce((sum, one) => sum + one, 0);
  const times = (count, call) => Array.from({ length: count }, call);
  const used = async () => (await service.listPromotions({ code }))[0].used;

  const start = process.hrtime.bigint();
  const succeeded = await together(times(attempts, register));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const counted = await used();
  let inForce = succeeded;
  for (let round = 0; round < rounds; round++) {
    const half = Math.floor(inForce / 2);
    inForce += await together([...times(half, revert), ...times(half, register)]);
  }
  answer({ succeeded, counted, seconds, inForce, countedAfterMix: await used() });
  process.exit(0);
}

started()
  .then(async (service) => (job.mode === "duel" ? duel(service) : run(await evaluator(service))))
  .catch(fail);
