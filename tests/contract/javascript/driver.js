// Drives a server with the vendor's JavaScript client, unchanged, and prints a line of JSON for each call.
// TERCEL_URL, TERCEL_APPLICATION, TERCEL_INTEGRATION_KEY and TERCEL_MANAGEMENT_KEY say what to talk to.
"use strict";

const assert = require("node:assert/strict");
const talon = require("talon_one");

const shop = Number(process.env.TERCEL_APPLICATION);
const integrationClient = client("api_key_v1", "ApiKey-v1", process.env.TERCEL_INTEGRATION_KEY);
const managementClient = client("manager_auth", "ManagementKey-v1", process.env.TERCEL_MANAGEMENT_KEY);
const integration = new talon.IntegrationApi(integrationClient);
const management = new talon.ManagementApi(managementClient);

// Profiles, attributes and types of events belong to the account, which other tests share.
const ann = `ann of ${shop}`;
const nickname = `nickname_${shop}`;
const visit = `visit_${shop}`;
const cart = [
  { sku: "MUG", name: "Mug", quantity: 4, price: 12.5 },
  { sku: "BOOK", name: "Book", quantity: 1, price: 50 },
];

function client(scheme, prefix, key) {
  const made = new talon.ApiClient();
  made.basePath = process.env.TERCEL_URL;
  Object.assign(made.authentications[scheme], { apiKey: key, apiKeyPrefix: prefix });
  return made;
}

/** Make a call, hold its answer against what is expected and print how it went; the answer. */
async function step(name, call, check) {
  try {
    const answer = await call();
    check(answer);
    console.log(JSON.stringify({ call: name, ok: true }));
    return answer;
  } catch (fault) {
    const said = fault.body ? JSON.stringify(fault.body) : String(fault.error ?? fault);
    console.log(JSON.stringify({ call: name, ok: false, fault: said }));
    process.exit(1);
  }
}

/** Check that an answer has these fields, with these values. */
function has(answer, fields) {
  const found = Object.fromEntries(Object.keys(fields).map((name) => [name, answer[name]]));
  assert.deepEqual(found, fields);
}

/** Check the kinds of the effects, in order. */
function effects(answer, ...kinds) {
  assert.deepEqual(answer.effects.map((each) => each.effectType), kinds);
}

/** Send an operation that the client has no method for; its transport, keys and models do the rest. */
async function send(method, path, pathParams, query, body, model) {
  const answer = await integrationClient.callApi(
    path, method, pathParams, query, {}, {}, body,
    ["api_key_v1"], ["application/json"], ["application/json"], model, null);
  return answer.data;
}

function request(session, ...content) {
  return talon.IntegrationRequest.constructFromObject({
    customerSession: talon.NewCustomerSessionV2.constructFromObject(session),
    responseContent: ["customerSession", "customerProfile", "coupons", ...content],
  });
}

async function main() {
  const attribute = await step("createAttribute",
    () => management.createAttribute({
      entity: "CustomerProfile", name: nickname, title: "Nickname", type: "string", description: "",
      suggestions: [], editable: true, subscribedApplicationsIds: [],
    }),
    (made) => has(made, { name: nickname, entity: "CustomerProfile", type: "string", editable: true }));
  await step("getAttribute", () => management.getAttribute(attribute.id),
    (read) => has(read, { id: attribute.id, name: nickname, title: "Nickname" }));
  await step("getAttributes", () => management.getAttributes({ pageSize: 1000 }),
    (listed) => assert.ok(listed.data.some((each) => each.id === attribute.id)));

  const draft = {
    name: "Summer", state: "enabled", tags: ["season"], features: ["coupons", "referrals"], limits: [],
    attributes: {},
  };
  const campaign = await step("createCampaign",
    () => management.createCampaign(shop, talon.NewCampaign.constructFromObject(draft)),
    (made) => {
      has(made, { applicationId: shop, name: "Summer", state: "enabled", tags: ["season"] });
      assert.ok(made.created instanceof Date);
    });
  const rule = (title, condition, ...effects) => ({ title, condition: ["and", condition], effects });
  const discount = ["setDiscountPerItem", "one off", [".", "Session", "CartItems"], 1];
  const rules = [
    rule("with a coupon", ["couponValid"], discount),
    rule("a friend", ["referralValid"], ["showNotification", "Info", "Welcome", "friend"]),
  ];
  const ruleset = await step("createRuleset",
    () => management.createRuleset(shop, campaign.id, { rules, bindings: [] }),
    (made) => assert.deepEqual(made.rules.map((each) => each.title), ["with a coupon", "a friend"]));
  await step("updateCampaign",
    () => management.updateCampaign(shop, campaign.id, { ...draft, activeRulesetId: ruleset.id }),
    (changed) => has(changed, { id: campaign.id, activeRulesetId: ruleset.id }));
  await step("getCampaigns", () => management.getCampaigns(shop),
    (listed) => assert.deepEqual(listed.data.map((each) => each.id), [campaign.id]));
  await step("getCampaigns by name, tag and state",
    () => management.getCampaigns(shop, { name: "summ", tags: "season", campaignState: "enabled" }),
    (listed) => assert.equal(listed.totalResultSize, 1));
  await step("getCampaigns of which there are none",
    () => management.getCampaigns(shop, { name: "winter" }),
    (listed) => assert.deepEqual(listed.data, []));

  const coupons = await step("createCoupons",
    () => management.createCoupons(shop, campaign.id, talon.NewCoupons.constructFromObject({
      usageLimit: 1, numberOfCoupons: 2, couponPattern: "SUMMER-####", validCharacters: ["A", "B", "C"],
    }), { silent: "no" }),
    (made) => {
      assert.equal(made.totalResultSize, 2);
      has(made.data[0], { campaignId: campaign.id, usageLimit: 1, usageCounter: 0 });
    });
  const coupon = coupons.data[0];
  await step("getCouponsWithoutTotalCount",
    () => management.getCouponsWithoutTotalCount(shop, campaign.id, { value: coupon.value, exactMatch: true }),
    (listed) => {
      assert.equal(listed.hasMore, false);
      assert.deepEqual(listed.data.map((each) => each.id), [coupon.id]);
    });

  await step("updateCustomerProfileV2",
    () => integration.updateCustomerProfileV2(ann,
      { attributes: { [nickname]: "Ann" }, responseContent: ["customerProfile"] }),
    (answer) => has(answer.customerProfile, { integrationId: ann, attributes: { [nickname]: "Ann" } }));

  // The client has no method for returns, for reopening and for events of version 2. Its own `trackEvent` is the older
  // operation, which Tercel does not serve.
  await step("trackEventV2",
    () => send("POST", "/v2/events", {}, { silent: "no" },
      { profileId: ann, type: visit, attributes: {}, responseContent: ["customerProfile"] },
      talon.IntegrationStateV2),
    (answer) => {
      effects(answer);
      has(answer.customerProfile, { integrationId: ann });
    });

  const opened = { profileId: ann, couponCodes: [coupon.value], cartItems: cart, state: "open" };
  await step("updateCustomerSessionV2, open",
    () => integration.updateCustomerSessionV2("cart", request(opened, "triggeredCampaigns")),
    (answer) => {
      effects(answer, "acceptCoupon", ...Array(5).fill("setDiscountPerItem"));
      assert.deepEqual(answer.effects[0].props, { value: coupon.value });
      has(answer.effects[1], { campaignId: campaign.id, rulesetId: ruleset.id, triggeredByCoupon: coupon.id });
      has(answer.customerSession, { integrationId: "cart", state: "open", total: 100 });
      assert.deepEqual(answer.customerSession.cartItems.map((each) => each.sku), ["MUG", "BOOK"]);
      assert.deepEqual(answer.triggeredCampaigns.map((each) => each.id), [campaign.id]);
      has(answer.coupons[0], { id: coupon.id, usageCounter: 0 });
    });
  const close = () => integration.updateCustomerSessionV2("cart", request({ state: "closed" }));
  const closed = (answer) => {
    effects(answer, "acceptCoupon", ...Array(5).fill("setDiscountPerItem"));
    has(answer.customerSession, { state: "closed", total: 100 });
    has(answer.customerProfile, { closedSessions: 1, totalSales: 100 });
    has(answer.coupons[0], { usageCounter: 1 });
  };
  await step("updateCustomerSessionV2, close", close, closed);
  const id = { customerSessionId: "cart" };
  await step("reopenCustomerSession",
    () => send("PUT", "/v2/customer_sessions/{customerSessionId}/reopen", id, {}, null, talon.IntegrationStateV2),
    (answer) => effects(answer, "rollbackCoupon", ...Array(5).fill("rollbackDiscount")));
  await step("updateCustomerSessionV2, close again", close, closed);
  await step("returnCartItems",
    () => send("POST", "/v2/customer_sessions/{customerSessionId}/returns", id, {},
      { return: { returnedCartItems: [{ position: 0, quantity: 3 }] }, responseContent: ["customerSession"] },
      talon.IntegrationStateV2),
    (answer) => {
      effects(answer, ...Array(3).fill("rollbackDiscount"));
      has(answer.customerSession, { total: 62.5 });
    });
  await step("updateCustomerSessionV2, cancel",
    () => integration.updateCustomerSessionV2("cart", request({ state: "cancelled" })),
    (answer) => {
      effects(answer, "rollbackCoupon", ...Array(2).fill("rollbackDiscount"));
      has(answer.customerSession, { state: "cancelled" });
      has(answer.customerProfile, { closedSessions: 0 });
    });
  await step("updateCustomerSessionV2, an unknown code",
    () => integration.updateCustomerSessionV2("lost", request({ couponCodes: ["LOST"] })),
    (answer) => has(answer.effects[0].props, { value: "LOST", rejectionReason: "CouponNotFound" }));
  await step("updateCustomerSessionV2, a closed one is not opened",
    async () => {
      await integration.updateCustomerSessionV2("done", request({ cartItems: cart, state: "closed" }));
      return integration.updateCustomerSessionV2("done", request({ state: "open" })).catch((refused) => refused);
    },
    (refused) => {
      assert.equal(refused.status, 400);
      assert.equal(refused.body.message, 'Cannot move session to state "open" from state "closed"');
    });

  const referral = await step("createReferral",
    () => integration.createReferral({
      campaignId: campaign.id, advocateProfileIntegrationId: ann, usageLimit: 1,
    }),
    (made) => has(made, { campaignId: campaign.id, advocateProfileIntegrationId: ann, usageCounter: 0 }));
  await step("updateCustomerSessionV2, with a referral",
    () => integration.updateCustomerSessionV2("first order",
      request({ profileId: `bob of ${shop}`, referralCode: referral.code, state: "closed" }, "referral")),
    (answer) => {
      effects(answer, "acceptReferral", "showNotification");
      has(answer.referral, { code: referral.code, usageCounter: 1 });
    });
  await step("getReferralsWithoutTotalCount",
    () => management.getReferralsWithoutTotalCount(shop, campaign.id, { advocate: ann }),
    (listed) => has(listed.data[0], { code: referral.code, usageCounter: 1 }));
}

main().then(() => console.log(JSON.stringify({ call: "end", ok: true })));
