// Requirements: P5, P7, P9, R9, R13, R15, R18
/** The ways by which `run` gets the next order and its images while the product monitors, on real loopback and serial devices. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { PseudoTerminal } from "../../hosts/node/pseudo-terminal.js";
import { Bench, offering } from "./support/bench.js";
import { writeOrder } from "./support/order-files.js";
import { Running } from "./support/running.js";
import { SetBench } from "./support/set-bench.js";
import { updateWindow } from "./support.js";

const OFF = ["--off", "11m"];

/** A web server that has these files; `asked` are the paths that were asked for. */
async function serve(
	t: ExecutionContext,
	file: (path: string) => Uint8Array | undefined,
): Promise<{ url: string; asked: string[] }> {
	const asked: string[] = [];
	const server = createServer(({ url = "" }, response) => {
		asked.push(url);
		const bytes = file(url);
		response.writeHead(bytes ? 200 : 404, { "content-length": bytes?.length ?? 0 }).end(bytes);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.teardown(() => server.close());
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("P9: an order from the web is stored while the product monitors, and the next boot acts on it", async (t) => {
	const bench = new Bench(t);
	const { url } = await serve(t, () => readFileSync(bench.order));
	const args = ["--order-url", `${url}/order`];
	const parameters = ["--modem", "auto", "--key", bench.key, "--state", bench.state, "--json"];
	const boot = async (...more: string[]) => {
		const run = await Running.start(t, [
			"run",
			"--port",
			bench.modem(offering()).device,
			...parameters,
			...args,
			...more,
		]);
		return Object.assign(run, await run.ended);
	};
	const first = await boot();
	t.is(first.status, 3, first.told);
	t.deepEqual(
		first.names().filter((name) => ["decided", "released", "order"].includes(name)),
		["decided", "released", "order"],
	);
	t.like(first.fields("order"), { outcome: "accepted" });
	const second = await boot(...OFF);
	t.like(second.fields("decided"), { window: "open" });
	t.is(second.status, 0, second.told);
});

test("P9: a forged order from the web is refused, and costs the run nothing", async (t) => {
	const bench = new Bench(t);
	const forged = readFileSync(writeOrder(bench.directory, { sequence: 2, forged: true }));
	const { url } = await serve(t, () => forged);
	const run = await bench.boot(bench.modem(), ["--order-url", `${url}/order`]);
	const { status } = await run.ended;
	t.is(status, 3, run.told);
	t.deepEqual(
		run.of("order").map(({ outcome }) => outcome),
		["accepted", "refused"],
	);
});

test("a web server that has no order is said, and the run ends as it would have", async (t) => {
	const bench = new Bench(t);
	const { url } = await serve(t, () => undefined);
	const run = await bench.whole(bench.modem(), ["--order-url", `${url}/order`]);
	t.is(run.status, 3);
	t.regex(run.err, /warning: .*\/order/);
});

test("P9: an order comes line by line on the service console", async (t) => {
	const bench = new Bench(t);
	const console = new PseudoTerminal({ onBytes: () => {} });
	t.teardown(() => console.close());
	const next = writeOrder(bench.directory, { sequence: 2, sizeBytes: 7 });
	const lines = updateWindow("order", "console", next);
	t.is(lines.status, 0, lines.err);
	const run = await bench.boot(bench.modem(), ["--order-console", console.path, "--guard-for", "forever"]);
	await run.until("armed");
	console.write(new Uint8Array(Buffer.from(lines.out)).buffer);
	await run.until(({ event, at }) => event === "order" && at > (run.of("released")[0]?.at ?? 0));
	run.kill("SIGTERM");
	t.is((await run.ended).status, 3, run.told);
	t.deepEqual(
		run.of("order").map(({ outcome }) => outcome),
		["accepted", "accepted"],
	);
});

test("P5, P7: images come from the web in the window, and are hashed like any other", async (t) => {
	const bench = new SetBench(t, { sources: ["local"] });
	const { url, asked } = await serve(t, (path) => bench.image(path.slice("/files/".length)));
	bench.imagesArguments = ["--images-url", `${url}/files/`];
	const run = await bench.whole(OFF);
	t.is(run.status, 0, run.told);
	t.is(bench.side, "new");
	t.deepEqual([...new Set(asked)].sort(), [
		"/files/display-1.1.0.bin",
		"/files/modem.bin",
		"/files/self-1.1.0.bin",
		"/files/sensor-1.1.0.bin",
	]);
});

test("with prefetch images are fetched while the product monitors, and the window needs no web", async (t) => {
	const bench = new SetBench(t, { sources: ["local"] });
	const { url, asked } = await serve(t, (path) => bench.image(path.slice(1)));
	bench.imagesArguments = ["--images-url", `${url}/`, "--policy", "prefetch"];
	const first = await bench.whole();
	t.is(first.status, 3, first.told);
	t.is(asked.length, 4);
	const second = await bench.whole(OFF);
	t.is(second.status, 0, second.told);
	t.is(asked.length, 4, "nothing was asked for twice");
	t.deepEqual(
		readFileSync(join(bench.state, "images", "modem.bin")),
		Buffer.from(bench.image("modem.bin") ?? []),
	);
});
