import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import org.drools.model.Index.ConstraintType;
import org.drools.model.PatternDSL;
import org.drools.model.Rule;
import org.drools.model.Variable;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.exists;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.alphaIndexedBy;
import static org.drools.model.PatternDSL.pattern;

/** Drives Drools through its executable model: one rule for each promotion, one session for each cart. */
public final class DroolsDriver {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SUBTOTAL = 0;
    private static final int CATEGORY = 1;

    /** A line of the cart; its total in cents. */
    public record Line(String category, long total) {}

    /** A cart and what the rules decided about it; the discount in hundredths of a cent. */
    public static final class Cart {
        private final long subtotal;
        private final List<Line> lines;
        private final List<Integer> hits = new ArrayList<>();
        private long discount;

        Cart(long subtotal, List<Line> lines) {
            this.subtotal = subtotal;
            this.lines = lines;
        }

        public long getSubtotal() {
            return subtotal;
        }

        void apply(int promotion, String category, long percent) {
            hits.add(promotion);
            for (Line line : lines) {
                if (line.category().equals(category)) {
                    discount += line.total() * percent;
                }
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        JsonNode job = JSON.readTree(new File(arguments[0]));
        KieBase rules = rules(job.get("workload").get("promotions"));
        if (job.get("mode").asText().equals("serve")) {
            serve(rules, job.get("port").asInt());
            return;
        }
        JsonNode cart = job.get("workload").get("cart");
        List<Line> lines = lines(cart);
        long subtotal = cart.get("subtotal").asLong();
        ObjectNode answer = answer(evaluate(rules, new Cart(subtotal, lines)));
        answer.set("timing", timed(() -> evaluate(rules, new Cart(subtotal, lines)), job));
        JSON.writeValue(new File(job.get("result").asText()), answer);
    }

    private static KieBase rules(JsonNode promotions) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode each : promotions) {
            rules.add(rule(each.get("id").asInt(), each.get("category").asText(), each.get("minimum").asLong(),
                each.get("percent").asLong()));
        }
        return KieBaseBuilder.createKieBaseFromModel(new ModelImpl().withRules(rules));
    }

    private static Rule rule(int id, String category, Long minimum, long percent) {
        Variable<Cart> cart = declarationOf(Cart.class);
        Variable<Line> line = declarationOf(Line.class);
        return PatternDSL.rule("promotion" + id).build(
            pattern(cart).expr("minimum" + minimum, each -> each.getSubtotal() >= minimum,
                alphaIndexedBy(Long.class, ConstraintType.GREATER_OR_EQUAL, SUBTOTAL, Cart::getSubtotal, minimum)),
            exists(pattern(line).expr("category" + category, each -> each.category().equals(category),
                alphaIndexedBy(String.class, ConstraintType.EQUAL, CATEGORY, Line::category, category))),
            on(cart).execute(each -> each.apply(id, category, percent)));
    }

    private static Cart evaluate(KieBase rules, Cart cart) {
        KieSession session = rules.newKieSession();
        session.insert(cart);
        cart.lines.forEach(session::insert);
        session.fireAllRules();
        session.dispose();
        return cart;
    }

    private static List<Line> lines(JsonNode cart) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode item : cart.get("items")) {
            lines.add(new Line(item.get("category").asText(), item.get("total").asLong()));
        }
        return lines;
    }

    private static ObjectNode answer(Cart cart) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode hits = answer.putArray("hits");
        cart.hits.stream().sorted().forEach(hits::add);
        return answer.put("discount", cart.discount / 10_000.0);
    }

    /** Warm up, then call for so many seconds and at least twice; microseconds of one call. */
    private static ObjectNode timed(Runnable call, JsonNode job) {
        for (long end = after(job.get("warmUp").asDouble()); System.nanoTime() < end;) {
            call.run();
        }
        long[] times = new long[1 << 20];
        int count = 0;
        for (long end = after(job.get("seconds").asDouble()); (System.nanoTime() < end || count < 2) && count < times.length;) {
            long start = System.nanoTime();
            call.run();
            times[count++] = System.nanoTime() - start;
        }
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return JSON.createObjectNode().put("median", sorted[count / 2] / 1000.0)
            .put("p99", sorted[(int) (0.99 * count)] / 1000.0).put("runs", count);
    }

    private static long after(double seconds) {
        return System.nanoTime() + (long) (seconds * 1e9);
    }

    private static void serve(KieBase rules, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
        server.createContext("/", exchange -> handle(exchange, rules));
        server.start();
    }

    private static void handle(HttpExchange exchange, KieBase rules) throws IOException {
        try (exchange) {
            JsonNode cart = JSON.readTree(exchange.getRequestBody());
            byte[] body = JSON.writeValueAsBytes(answer(evaluate(rules, new Cart(cart.get("subtotal").asLong(), lines(cart)))));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private DroolsDriver() {}
}
